/** What decides which failures are of one kind. */
interface Failure {
  readonly stage: string;
  readonly errorClass: string;
  readonly message: string;
}

/** Longer messages differ in their ends by what they are about, not by what went wrong. */
const messageLength = 80;

/**
 * The same for failures of one kind: of one class, in one stage, with the same message but for its numbers, ids,
 * addresses and paths. People can read it, and it stands in an address as it is.
 */
export const fingerprintOf = ({ stage, errorClass, message }: Failure): string =>
  `${stage}:${errorClass}:${normalise(message)}`;

const normalise = (message: string): string =>
  message
    .slice(0, 1_000)
    .toLowerCase()
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, " ID ")
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/g, " ID ")
    .replaceAll(/(?:[\w.-]+\/){2,}[\w.-]*/g, " PATH ")
    .replaceAll(/\d+(?:[.,:]\d+)*/g, "N")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, messageLength)
    .replaceAll(/^-+|-+$/g, "") || "unknown";
