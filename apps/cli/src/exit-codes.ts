/** What the command's exit code tells a script. */
export const exitCodes = {
  done: 0,
  /** Refused, not found, or a check found something wrong. */
  refused: 1,
  /** Wrong arguments or configuration. */
  usage: 2,
  /** The database cannot be reached. */
  unavailable: 3,
} as const;
