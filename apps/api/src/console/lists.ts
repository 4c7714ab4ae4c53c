import { Type } from "typebox";

/** Rows of a page of a list. */
export const pageSize = 50;

/** Where a list goes on: below this id. */
export const placeInList = {
  before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
};

/** A choice in a filter: one of these, or all. */
export const oneOf = <const T extends readonly string[]>(choices: T) =>
  Type.Optional(Type.Unsafe<T[number] | "">({ type: "string", enum: ["", ...choices] }));

/** Text in an address, which the database is asked for: it holds no control characters. */
export const textOfAddress = (maxLength: number) => Type.String({ maxLength, pattern: "^[^\\p{Cc}]*$" });

/** Text in a filter. */
export const textIn = (maxLength: number) => Type.Optional(textOfAddress(maxLength));

/** An address with some of its parameters changed; undefined takes one away. */
export const addressWith = (
  url: string,
  changes: Readonly<Record<string, string | number | undefined>>,
): string => {
  const [path = "", query] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") parameters.delete(name);
    else parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
};

export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** Where older ones are; undefined on the last page. */
  readonly older: string | undefined;
  /** Where the newest are; undefined on the first page. */
  readonly newest: string | undefined;
}

/** A page of a list out of one row more than it shows. */
export const listed = <Row extends { readonly id: number }>(
  url: string,
  rows: readonly Row[],
): Listed<Row> => {
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  const isFirst = !new URLSearchParams(url.split("?", 2)[1]).has("before");
  return {
    rows: shown,
    older: rows.length > pageSize && last ? addressWith(url, { before: last.id }) : undefined,
    newest: isFirst ? undefined : addressWith(url, { before: undefined }),
  };
};

/** The options of a filter, with the chosen one marked. */
export const optionsOf = (
  choices: readonly string[],
  chosen: string | undefined,
): readonly { value: string; chosen: boolean }[] =>
  choices.map((value) => ({ value, chosen: value === chosen }));
