import { Type, type TSchema } from "typebox";
import { refusal } from "./problems.ts";

/** The query parameters of every list; spread into its `querystring`. */
export const pagingQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 20, description: "Entries at most." }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: "^[A-Za-z0-9_-]+$",
      description: "`nextCursor` of the page before. Opaque; good only with the same filters.",
    }),
  ),
};

/** The schema of a list: `{ data, nextCursor }`. */
export const listOf = <T extends TSchema>(item: T, description: string) =>
  Type.Object(
    {
      data: Type.Array(item),
      nextCursor: Type.Unsafe<string | null>({
        type: ["string", "null"],
        description: "Pass it as `cursor` for the next page; null on the last one.",
      }),
    },
    { description },
  );

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/**
 * Makes a page of `limit + 1` rows, of which the last only tells that there are more. `keyOf` gives the
 * sort key of a row as whole numbers; `list` names the list and its order, so that a cursor of another is refused.
 */
export const pageOf = <Row, T>(
  rows: readonly Row[],
  limit: number,
  list: string,
  keyOf: (row: Row) => readonly number[],
  present: (row: Row) => T,
): Page<T> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(present),
    nextCursor:
      rows.length > limit && last !== undefined
        ? Buffer.from(`${list}:${keyOf(last).join(":")}`).toString("base64url")
        : null,
  };
};

/** The sort key in a cursor of `list`, or undefined without a cursor; refuses what the list did not give out. */
export const readCursor = (
  cursor: string | undefined,
  list: string,
  parts: number,
): readonly number[] | undefined => {
  if (cursor === undefined) return undefined;
  const [name, ...texts] = Buffer.from(cursor, "base64url").toString("utf8").split(":");
  const key = texts.map((text) => (/^\d{1,16}$/.test(text) ? Number(text) : Number.NaN));
  if (name !== list || key.length !== parts || !key.every(Number.isSafeInteger))
    throw refusal("invalid_cursor", "The cursor is not one that this list gave out.");
  return key;
};
