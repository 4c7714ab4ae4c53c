import { S3ServiceException } from "@aws-sdk/client-s3";

/** Whether another try can help. */
export type StorageFailure = "retryable" | "permanent";

/** A call to the object store failed. The message holds no key, address or credential. */
export class StorageFailed extends Error {
  override readonly name = "StorageFailed";
  readonly kind: StorageFailure;
  /** Stable, such as `SlowDown` or `content_differs`. */
  readonly code: string;

  constructor(kind: StorageFailure, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.code = code;
  }

  /**
   * Nearly everything is worth another try: rights, a missing bucket and expired credentials are put right
   * without a change of ours. What is stored wrongly is not.
   */
  static from(error: unknown): StorageFailed {
    if (error instanceof StorageFailed) return error;
    if (error instanceof S3ServiceException) {
      const status = error.$metadata.httpStatusCode ?? 0;
      return new StorageFailed(
        "retryable",
        error.name,
        `the object store answered ${status} ${error.name}`,
        error,
      );
    }
    const code = codeOf(error);
    return new StorageFailed("retryable", code, `the object store could not be reached: ${code}`, error);
  }
}

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : error.name;
};
