/** The longest line that is taken; a stream without line ends must not fill the memory. In characters. */
const longestLine = 16 * 1024 * 1024;

/** The objects of a stream of JSON Lines, one at a time; blank lines are skipped. Throws `SyntaxError` for what is no JSON. */
export async function* readLines<T>(stream: ReadableStream<Uint8Array>): AsyncGenerator<T> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const piece of stream) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) throw new SyntaxError("a line of the answer has no end");
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as T;
  }
  if ((rest + decoder.decode()).trim() !== "") yield JSON.parse(rest) as T;
}
