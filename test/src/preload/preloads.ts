const preload = (name: string, options: Readonly<Record<string, string>>): string => {
  const url = new URL(`${name}.ts`, import.meta.url);
  for (const [key, value] of Object.entries(options)) url.searchParams.set(key, value);
  return `--import ${url.href}`;
};

/** For NODE_OPTIONS: a clock that is ahead by so many milliseconds, or behind. */
export const shiftedClock = (ms: number): string => preload("shift-clock", { ms: String(ms) });

/** For NODE_OPTIONS: an SNS at this address. */
export const snsAt = (origin: string): string => preload("sns-at", { origin });
