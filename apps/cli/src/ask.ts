import { createInterface } from "node:readline/promises";

type Answer = "yes" | "no" | "interrupted";

/** Asks a question that a person answers with y or n. Ctrl-D is a no. */
export const ask = async (
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<Answer> => {
  const terminal = createInterface({ input, output, terminal: true });
  let interrupted = false;
  terminal.once("SIGINT", () => {
    interrupted = true;
    terminal.close();
  });
  try {
    const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
    const answer = await Promise.race([terminal.question(`${question}? [y/N] `), closed]);
    if (interrupted) return "interrupted";
    return /^y(es)?$/i.test(answer.trim()) ? "yes" : "no";
  } catch (error) {
    // How readline says that the input ended before a line did.
    if (error instanceof Error && error.name === "AbortError") return interrupted ? "interrupted" : "no";
    throw error;
  } finally {
    terminal.close();
  }
};
