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

/** Shorter where the terminal is narrow, so that the figures after it are seen. */
const barWidth = (): number => Math.min(24, Math.max(6, (process.stderr.columns || 80) - 66));

/** `████████░░░░░░░░` for a share between 0 and 1. */
export const bar = (share: number, width = barWidth()): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "█".repeat(full) + "░".repeat(width - full);
};
