const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** An instant as operators compare it with logs: `2026-11-25 07:20:33 UTC`. */
export const stampOf = (date: Date): string => `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** A span of milliseconds in at most two units: `820 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export const span = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < minute) return `${Math.round(ms / 1_000)} s`;
  const [big, bigUnit, small, smallUnit] =
    ms < hour
      ? ([minute, "min", 1_000, "s"] as const)
      : ms < day
        ? ([hour, "h", minute, "min"] as const)
        : ([day, "d", hour, "h"] as const);
  const whole = Math.floor(ms / big);
  const rest = Math.floor((ms - whole * big) / small);
  return rest === 0 ? `${whole} ${bigUnit}` : `${whole} ${bigUnit} ${rest} ${smallUnit}`;
};

/** How long ago, or until, in one unit: `just now`, `3 min ago`, `in 2 h`. */
export const ago = (date: Date, now: Date): string => {
  const ms = now.getTime() - date.getTime();
  const far = Math.abs(ms);
  if (far < 5_000) return ms >= 0 ? "just now" : "now";
  const text =
    far < minute
      ? `${Math.floor(far / 1_000)} s`
      : far < hour
        ? `${Math.floor(far / minute)} min`
        : far < day
          ? `${Math.floor(far / hour)} h`
          : `${Math.floor(far / day)} d`;
  return ms >= 0 ? `${text} ago` : `in ${text}`;
};
