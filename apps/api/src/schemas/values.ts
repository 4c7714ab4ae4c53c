import { Type } from "typebox";

/** No control characters and no half surrogates, which JSON columns and mail headers cannot hold. */
const printable = "[^\\p{Cc}\\p{Cs}]";

/** One line of text that is not blank. */
export const lineOf = (maxLength: number, description: string, ...examples: string[]) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: `^(?=.*\\S)${printable}*$`,
    description,
    ...(examples.length > 0 ? { examples } : {}),
  });

/** Text of several lines, or none. */
export const textOf = (maxLength: number, description: string, ...examples: string[]) =>
  Type.String({
    maxLength,
    pattern: `^(?:${printable}|[\\n\\t])*$`,
    description,
    ...(examples.length > 0 ? { examples } : {}),
  });

/** A numeric id in a path or body. */
export const idOf = (description: string) =>
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description, examples: [1] });

/** An instant that a client sends: RFC 3339 with an offset. */
export const instantOf = (description: string) =>
  Type.String({ format: "date-time", maxLength: 40, description, examples: ["2026-01-15T10:30:00Z"] });

export const nullableString = (description: string, ...examples: string[]) =>
  Type.Unsafe<string | null>({
    type: ["string", "null"],
    description,
    ...(examples.length > 0 ? { examples } : {}),
  });

/** An amount in a reply. */
export const moneyOf = (description: string, ...examples: number[]) =>
  Type.Number({
    description: `${description} In major units of \`currency\`.`,
    ...(examples.length > 0 ? { examples } : {}),
  });

/** An instant in a reply, to the millisecond. */
export const instant = (date: Date): string => date.toISOString();

/** An instant in a reply, to the second. */
export const instantInSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
