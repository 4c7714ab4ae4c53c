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

const special = /["\\]/;

const quoted = (value: string): string =>
  `"${special.test(value) ? value.replaceAll(/["\\]/g, String.raw`\$&`) : value}"`;
