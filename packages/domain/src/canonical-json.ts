type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON by RFC 8785 (JCS): members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. The same content always gives the same bytes, so a hash over them proves it.
 * Members that are undefined are left out. Throws a TypeError for what JSON cannot hold: a number that is
 * not finite, a lone surrogate, a function, a bigint.
 */
export const canonicalJson = (value: unknown): string => write(value as Json);

const write = (value: Json | undefined): string => {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return text(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(write).join(",")}]`;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
    return `{${members(value as { readonly [key: string]: Json | undefined })}}`;
  throw new TypeError(`a ${typeof value} has no JSON`);
};

/** Added up in place: every request with a key is hashed, and lists of pairs would be most of what that takes. */
const members = (value: { readonly [key: string]: Json | undefined }): string => {
  let written = "";
  // Without a comparison of its own, `sort` goes by UTF-16 code units.
  for (const key of Object.keys(value).toSorted()) {
    const member = value[key];
    if (member !== undefined) written += `${written === "" ? "" : ","}${text(key)}:${write(member)}`;
  }
  return written;
};

const text = (value: string): string => {
  if (!value.isWellFormed()) throw new TypeError("a lone surrogate has no UTF-8");
  return JSON.stringify(value);
};
