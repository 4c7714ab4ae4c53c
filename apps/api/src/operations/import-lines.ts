/** Longer lines are refused; as long as the body of one order may be, in bytes. */
const longestLine = 256 * 1024;

const lineFeed = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line of the request by its number, from 1. */
export interface RawLine {
  readonly line: number;
  /** Undefined: it was longer than a line may be, and was passed over. */
  readonly bytes: Buffer | undefined;
}

/**
 * The lines of a stream, those together that came together; blank ones are left out. Holds one piece and one
 * line at most. What stands after the last line end is a line only when the stream came to its end: the rest of
 * a broken one is nothing.
 */
export async function* readRawLines(stream: AsyncIterable<Buffer>): AsyncGenerator<readonly RawLine[]> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let line = 0;

  const take = (last: Buffer): RawLine[] => {
    line += 1;
    const whole = Buffer.concat([...held, last]);
    const tooLong = heldBytes + last.length > longestLine;
    held = [];
    heldBytes = 0;
    if (tooLong) return [{ line, bytes: undefined }];
    const bytes = line === 1 && whole.subarray(0, 3).equals(byteOrderMark) ? whole.subarray(3) : whole;
    return bytes.every(isBlank) ? [] : [{ line, bytes }];
  };

  for await (const piece of stream) {
    const lines: RawLine[] = [];
    let from = 0;
    for (let end = piece.indexOf(lineFeed, from); end >= 0; end = piece.indexOf(lineFeed, from)) {
      lines.push(...take(piece.subarray(from, end)));
      from = end + 1;
    }
    const rest = piece.subarray(from);
    heldBytes += rest.length;
    // Of a line that is too long only its length is kept.
    if (heldBytes > longestLine) held = [];
    else held.push(rest);
    if (lines.length > 0) yield lines;
  }
  if (heldBytes > 0) yield take(Buffer.alloc(0));
}

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;
