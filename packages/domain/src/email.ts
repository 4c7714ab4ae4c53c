/** RFC 5321 4.5.3.1: what a path can hold. */
export const maxEmailLength = 254;

/** RFC 5322 3.2.3 `atext`. */
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-]+";
const label = "[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?";

/**
 * One RFC 5322 addr-spec as mail servers take it: a dot-atom of at most 64 characters and a domain name of
 * two labels at least, in ASCII. Whatever would let one string name a second recipient or a header is left
 * out: display names, quoted strings, comments, groups, lists, address literals, white space.
 * A JSON Schema `pattern` (ECMA-262 with the `u` flag).
 */
export const emailPattern = `^(?=.{1,64}@)${atom}(?:\\.${atom})*@(?:${label}\\.)+(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9\\-]{1,59})$`;

const matcher = new RegExp(emailPattern, "u");

/** Whether `text` is exactly one address that can be written to. */
export const isEmail = (text: string): boolean => text.length <= maxEmailLength && matcher.test(text);
