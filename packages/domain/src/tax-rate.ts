/** Parts per million in one percent: rates have up to four decimals (9.975 % is 99,750). */
const ppmPerPercent = 10_000;

/** A rate in parts per million as the JSON number of percent that the API speaks: 99,750 is 9.975. */
export const ppmToPercent = (ppm: number): number => ppm / ppmPerPercent;

/**
 * Reads a JSON number of percent from 0 to 100 with at most four decimals. Answers undefined for any other:
 * it is parsed as the decimal that names it, never multiplied as a float.
 */
export const percentToPpm = (percent: number): number | undefined => {
  const match = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(String(percent));
  if (!match) return undefined;
  const ppm = Number(`${match[1]}${(match[2] ?? "").padEnd(4, "0")}`);
  return ppm <= 100 * ppmPerPercent ? ppm : undefined;
};
