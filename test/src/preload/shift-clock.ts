/**
 * Sets the clock of the process that is started with `--import …/shift-clock.ts?ms=86400000`: `Date` is ahead by so
 * many milliseconds, or behind. SIGUSR2 makes it jump to as far on the other side. The monotonic clock is the
 * machine's, as it is when somebody sets a real clock.
 */
let shiftMs = Number(new URL(import.meta.url).searchParams.get("ms"));
process.on("SIGUSR2", () => {
  shiftMs = -shiftMs;
});

const RealDate = Date;
const now = () => RealDate.now() + shiftMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: [], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === "now" ? now : (Reflect.get(target, name, receiver) as unknown)),
});
