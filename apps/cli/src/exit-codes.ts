/** What the command's exit code tells a script. */
export const exitCodes = {
  done: 0,
  /** Refused, not found, or a check found something wrong. */
  refused: 1,
  /** Wrong arguments or configuration. */
  usage: 2,
  /** The API or the database cannot be reached. */
  unavailable: 3,
  /** A batch or an import ended, and some of it failed. */
  partlyFailed: 4,
  /** It was not over within the time given; it goes on. */
  unfinished: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
