/** What a failed query means for the one who asked: whether to try again, and when. */
export type DatabaseTrouble = "unavailable" | "overloaded" | "collision";

const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** What node-postgres says, without a code, of a connection that ended or a pool that has none to give. */
const lostConnection =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Connection ended|The server does not support SSL|Cannot use a pool after calling end)/;
const noConnection = /^(timeout exceeded when trying to connect|Query read timeout)/;

/**
 * Tells trouble with the database from a mistake of ours; undefined for the latter.
 * `unavailable`: it cannot be reached or is starting or stopping. `overloaded`: no connection or lock in
 * time, or the statement was cut off. `collision`: a deadlock or a serialization failure; nothing was done.
 */
export const databaseTrouble = (error: unknown): DatabaseTrouble | undefined => {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (networkCodes.has(code) || lostConnection.test(error.message)) return "unavailable";
  if (noConnection.test(error.message)) return "overloaded";
  if (error instanceof AggregateError) return databaseTrouble(error.errors[0]);
  switch (code) {
    case "57P01": // terminated by an administrator
    case "57P02": // crash of another server process
    case "57P03": // starting up or shutting down
    case "57P05": // idle session timeout
    case "25P03": // idle in transaction timeout
    case "3D000": // no such database
    case "28P01": // password refused
    case "28000":
      return "unavailable";
    case "53300": // too many connections
    case "53200": // out of memory
    case "55P03": // lock timeout
    case "57014": // statement timeout
      return "overloaded";
    case "40P01": // deadlock
    case "40001": // serialization
      return "collision";
    default:
      return code.startsWith("08") ? "unavailable" : undefined;
  }
};

/** Whether a statement gave up waiting for a lock that somebody else holds. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "55P03";
