/**
 * Arrays as PostgreSQL reads them. `pg` can write them too, but judges the kind of each element; a group of orders
 * has thousands.
 */
export const numbers = (values: readonly (number | null | undefined)[]): string =>
  `{${values.map((value) => value ?? "NULL").join(",")}}`;

export const booleans = (values: readonly boolean[]): string =>
  `{${values.map((value) => (value ? "t" : "f")).join(",")}}`;

/** Text, and JSON as text. */
export const texts = (values: readonly (string | null | undefined)[]): string =>
  `{${values.map((value) => (value == null ? "NULL" : quoted(value))).join(",")}}`;

/** What JSON writes otherwise than by a backslash before it: the array would have the letter of the escape. */
const notAsInJson = /[\p{Cc}\p{Cs}]/u;

/** Quotes and backslashes are escaped as in JSON, whose writer is many times faster than replacing; a reply has sixty. */
const quoted = (value: string): string =>
  notAsInJson.test(value) ? `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"` : JSON.stringify(value);
