import { isScope, type Scope, scopeNames } from "@billpost/domain/scopes";
import { InvalidArgumentError } from "commander";

/** `orders:write,orders:read`, or `all`. */
export const parseScopes = (text: string): Scope[] => {
  if (text === "all") return [...scopeNames];
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const unknown = parts.filter((part) => !isScope(part));
  if (unknown.length > 0 || parts.length === 0)
    throw new InvalidArgumentError(
      `${unknown.length > 0 ? `Unknown: ${unknown.join(", ")}. ` : ""}The scopes are ${scopeNames.join(", ")}.`,
    );
  return parts.filter(isScope);
};

const unitsInMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * `90d`, `12h`, `4w`: a span in ms, which the database counts from its own now; or a date such as 2027-01-31
 * (its beginning in UTC), which has to be one to come.
 */
export const parseExpiry = (text: string, now = Date.now()): Date | number => {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const span = Number(count ?? 0) * (unitsInMs[unit ?? ""] ?? 0);
  if (span > 0) return span;
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? text : Number.NaN);
  // `Date` takes 30 February for 2 March.
  const exists = date.getTime() > 0 && date.toISOString().startsWith(text);
  if (!exists || !(date.getTime() > now))
    throw new InvalidArgumentError(
      "Give a span such as 90d, 12h or 4w, or a date to come such as 2027-01-31.",
    );
  return date;
};

/** The id of a key or another row. */
export const parseId = (text: string): number => {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw new InvalidArgumentError("Give the numeric id.");
  return id;
};

/** Ids of an argument that may be given several times. */
export const parseIds = (text: string, before: readonly number[] = []): number[] => [
  ...before,
  parseId(text),
];

/** A whole number, 0 or more. */
export const parseNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
};

/** `0.1` or `10%`: a part of the whole, between 0 and 1. */
export const parseShare = (text: string): number => {
  const [, number, percent] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
  const share = number === undefined ? Number.NaN : Number(number) / (percent === "%" ? 100 : 1);
  if (!(share >= 0 && share <= 1))
    throw new InvalidArgumentError("Give a share between 0 and 1, such as 0.1 or 10%.");
  return share;
};

/** `90s`, `30m`, `2h`, `1d`, in seconds. */
export const parseSpan = (text: string): number => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * ({ s: 1, m: 60, h: 3_600, d: 86_400 }[unit ?? ""] ?? Number.NaN);
  if (!(seconds > 0)) throw new InvalidArgumentError("Give a span such as 90s, 30m, 2h or 1d.");
  return seconds;
};
