/** What of a PDF depends on when and where it was made, written over in place: no byte moves, so no offset changes. */
export interface StablePdf {
  readonly bytes: Uint8Array;
  readonly pages: number;
}

/** The PDF that Chrome wrote is not built as expected: a new Chrome needs another look. */
export class UnexpectedPdf extends Error {
  override readonly name = "UnexpectedPdf";
}

/**
 * Makes Chrome's PDF depend on its document alone. Two renders differ in both dates and in the ids that tie
 * table cells to their headers: those count up with the page's age, and now and then come in another order.
 * `date` (YYYY-MM-DD) becomes the date of creation, midnight UTC.
 */
export const stabilisePdf = (pdf: Uint8Array, date: string): StablePdf => {
  const source = Buffer.from(pdf).toString("latin1");
  const text = renameTableHeaders(setDates(source, date));
  if (text.length !== source.length) throw new UnexpectedPdf("the PDF changed its length");
  return { bytes: new Uint8Array(Buffer.from(text, "latin1")), pages: countPages(text) };
};

const setDates = (text: string, date: string): string => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
    throw new RangeError(`${JSON.stringify(date)} is not a calendar date`);
  const stamp = `(D:${date.replaceAll("-", "")}000000+00'00')`;
  let found = 0;
  // Chrome escapes parentheses in text, so no title can look like this entry.
  const dated = text.replace(/\n\/(CreationDate|ModDate) \(D:\d{14}\+00'00'\)/g, (_, key: string) => {
    found += 1;
    return `\n/${key} ${stamp}`;
  });
  if (found !== 2) throw new UnexpectedPdf(`the PDF has ${found} dates instead of 2`);
  return dated;
};

const renameTableHeaders = (text: string): string => {
  const names = new Map<string, string>();
  const renamed = text.replace(/\(node(\d{8})\)/g, (_, id: string) => {
    const name = names.get(id) ?? `(node${String(names.size + 1).padStart(8, "0")})`;
    names.set(id, name);
    return name;
  });
  // The tree that finds a header by its id must be sorted by id, and names its first and its last.
  return renamed.replace(
    /(?:\/Limits \[\(node\d{8}\) \(node\d{8}\)\](\s))?\/Names \[((?:\(node\d{8}\) \d+ \d+ R ?)+)\]/g,
    (_, space: string | undefined, entries: string) => {
      const sorted = (entries.match(/\(node\d{8}\) \d+ \d+ R/g) ?? []).toSorted();
      const ends = [sorted.at(0), sorted.at(-1)].map((entry = "") => entry.slice(0, entry.indexOf(")") + 1));
      const limits = space === undefined ? "" : `/Limits [${ends.join(" ")}]${space}`;
      return `${limits}/Names [${sorted.join(" ")}]`;
    },
  );
};

const countPages = (text: string): number => {
  const counts = [...text.matchAll(/\/Type \/Pages\s\/Count (\d+)/g)].map((match) => Number(match[1]));
  if (counts.length === 0) throw new UnexpectedPdf("the PDF has no page tree");
  return Math.max(...counts);
};
