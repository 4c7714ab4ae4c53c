/** A line at the bottom of a terminal that tells how far something is; nothing where standard error is no terminal. */
export interface Progress {
  readonly update: (text: string) => void;
  /** Takes the line away, before something else is printed. */
  readonly clear: () => void;
}

const everyMs = 200;

export const showProgress = (stream: NodeJS.WriteStream = process.stderr): Progress => {
  let last = 0;
  let shown = false;
  return {
    update: (text) => {
      if (!stream.isTTY || performance.now() - last < everyMs) return;
      last = performance.now();
      shown = true;
      stream.write(`\r\u001b[2K${text.slice(0, Math.max(20, stream.columns - 1))}`);
    },
    clear: () => {
      if (shown) stream.write("\r\u001b[2K");
      shown = false;
      last = 0;
    },
  };
};

const widest = 24;
const narrowest = 6;

/** What is told of something under way: its bar takes the room that the words leave, and none where they need all. */
export const progressLine = (
  head: string,
  share: number,
  tail: string,
  columns: number = process.stderr.columns || 80,
): string => {
  const room = Math.min(widest, columns - 1 - head.length - tail.length - 2);
  return room < narrowest ? `${head} ${tail}` : `${head} ${bar(share, room)} ${tail}`;
};

/** `████████░░░░░░░░` for a share between 0 and 1. */
const bar = (share: number, width: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "█".repeat(full) + "░".repeat(width - full);
};
