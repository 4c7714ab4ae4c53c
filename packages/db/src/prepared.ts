/**
 * Begins the text of a statement that is to be prepared: the server then parses it once for each connection,
 * and after some uses may keep its plan. Only for texts that are always the same, since each is kept.
 */
const mark = "/*prepared*/";

const names = new Map<string, string>();

/** The name under which a statement is prepared; undefined for one that is not to be. */
export const preparedName = (text: string): string | undefined => {
  if (!text.startsWith(mark)) return undefined;
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `billpost_${names.size + 1}`;
  names.set(text, name);
  return name;
};
