/** One thing that was looked at. `not_possible` says why it could not be. */
export interface VerificationCheck {
  readonly check: "snapshot_hash" | "snapshot_content" | "stored_object" | "rendering";
  readonly result: "same" | "different" | "not_possible";
  /** For a person: what was compared, and what differs. */
  readonly message: string;
  /** Lines of text that only one side has, as `- stored` and `+ rendered`; at most a few. */
  readonly differences: readonly string[];
}

/** What a verification of an issued invoice found. */
export interface VerificationResult {
  /** Whether nothing differs. */
  readonly verified: boolean;
  /** How the PDF was compared: by its bytes when template and Chrome are the same, else by its text. */
  readonly comparedBy: "bytes" | "text" | "nothing";
  readonly revision: number | null;
  readonly checks: readonly VerificationCheck[];
}

/** How many differing lines are worth reading. */
const shownDifferences = 20;

/**
 * The lines of `stored` and `rendered` that the other has not, in order of appearance. Blanks at the ends of
 * lines and empty lines do not count: text extraction sets them by layout.
 */
export const textDifferences = (stored: string, rendered: string): string[] => {
  const [before, after] = [textLines(stored), textLines(rendered)];
  const differences = [
    ...missingFrom(after, before).map((line) => `- ${line}`),
    ...missingFrom(before, after).map((line) => `+ ${line}`),
  ];
  return differences.length > shownDifferences
    ? [...differences.slice(0, shownDifferences), `… and ${differences.length - shownDifferences} more`]
    : differences;
};

const textLines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.replaceAll(/[ \t]+/g, " ").trim())
    .filter((line) => line !== "");

/** The lines that `whole` lacks, counting repetitions. */
const missingFrom = (whole: readonly string[], lines: readonly string[]): string[] => {
  const left = new Map<string, number>();
  for (const line of whole) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
};
