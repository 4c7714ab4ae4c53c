import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandOutput,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { StorageFailed } from "./storage-failed.ts";

export interface ObjectStoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Absent: AWS itself. With an endpoint the bucket is part of the path. */
  readonly endpoint?: string | undefined;
  /** Where a browser reaches the bucket; for links only. */
  readonly publicEndpoint?: string | undefined;
  /** Absent: the SDK's default chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** How long one call may take altogether, retries and body included. */
  readonly timeoutMs: number;
}

/** What an object must be. */
interface ObjectFacts {
  readonly key: string;
  readonly sha256: string;
  readonly byteSize: number;
}

interface ObjectStream {
  readonly body: Readable;
  readonly byteSize: number;
  /** `bytes 0-99/1234` when a range was asked for and answered. */
  readonly contentRange: string | undefined;
}

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  readonly byteSize: number;
}

interface LinkOptions {
  readonly from: Date;
  readonly seconds: number;
  readonly fileName: string;
}

export interface ObjectStore {
  /**
   * Creates the object, or adopts the one that is there after comparing its length and hash. Never
   * overwrites where the server knows conditional writes. Throws StorageFailed.
   */
  put(object: ObjectFacts, bytes: Uint8Array, signal?: AbortSignal): Promise<"created" | "adopted">;
  /** The whole object, after comparing its length and hash. Throws StorageFailed. */
  get(object: ObjectFacts, signal?: AbortSignal): Promise<Uint8Array>;
  /** Every object whose key begins with `prefix`, in the order of their keys' bytes, a page at a time. */
  list(prefix: string, signal?: AbortSignal): AsyncGenerator<ListedObject>;
  /** The object, or the part of it that an HTTP Range header asks for, to be passed on. */
  stream(key: string, range?: string): Promise<ObjectStream>;
  /** A link that anybody who has it can open for `seconds` after `from`: a secret, not to be logged. */
  link(key: string, options: LinkOptions): Promise<string>;
  close(): void;
}

/** S3, or what speaks its protocol. One client serves many calls at once. */
export const createObjectStore = (options: ObjectStoreOptions): ObjectStore => {
  const client = new S3Client(clientConfig(options, options.endpoint));
  const publicClient =
    options.publicEndpoint === options.endpoint
      ? client
      : new S3Client(clientConfig(options, options.publicEndpoint));
  const { bucket, timeoutMs } = options;

  const read = (key: string, signal: AbortSignal) =>
    call(() => client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal }));

  const get = async (object: ObjectFacts, signal?: AbortSignal): Promise<Uint8Array> => {
    const deadline = within(timeoutMs, signal);
    const output = await read(object.key, deadline);
    const bytes = await collect(output, object.byteSize, deadline);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (bytes.byteLength !== object.byteSize || sha256 !== object.sha256)
      throw new StorageFailed("permanent", "content_differs", "the stored object is not what was stored");
    return bytes;
  };

  const put = async (object: ObjectFacts, bytes: Uint8Array, signal?: AbortSignal) => {
    const deadline = within(timeoutMs, signal);
    let output: PutObjectCommandOutput;
    try {
      output = await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: object.key,
          Body: bytes,
          ContentLength: object.byteSize,
          ContentType: "application/pdf",
          ChecksumSHA256: Buffer.from(object.sha256, "hex").toString("base64"),
          IfNoneMatch: "*",
        }),
        { abortSignal: deadline },
      );
    } catch (error) {
      if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412)
        throw StorageFailed.from(error);
      // It is there: put by an attempt whose reply was lost, or by a worker that was taken for dead.
      await get(object, signal);
      return "adopted";
    }
    if (output.ChecksumSHA256 !== undefined) return "created";
    // The server does not say what it stored, so it is asked: a 200 alone proves little.
    const head = await call(() =>
      client.send(new HeadObjectCommand({ Bucket: bucket, Key: object.key }), { abortSignal: deadline }),
    );
    if (head.ContentLength !== object.byteSize)
      throw new StorageFailed("retryable", "stored_short", "the stored object has another length");
    return "created";
  };

  async function* list(prefix: string, signal?: AbortSignal): AsyncGenerator<ListedObject> {
    let next: string | undefined;
    do {
      const page = await call(() =>
        client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: next }), {
          abortSignal: within(timeoutMs, signal),
        }),
      );
      for (const { Key: key, Size: byteSize } of page.Contents ?? [])
        if (key !== undefined) yield { key, byteSize: byteSize ?? 0 };
      next = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (next !== undefined);
  }

  return {
    put,
    get,
    list,
    async stream(key, range) {
      const output = await call(() =>
        client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(range ? { Range: range } : {}) })),
      );
      return {
        body: output.Body as Readable,
        byteSize: output.ContentLength ?? 0,
        contentRange: output.ContentRange,
      };
    },
    link: (key, { from, seconds, fileName }) =>
      getSignedUrl(
        publicClient,
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ResponseContentType: "application/pdf",
          ResponseContentDisposition: `inline; filename="${fileName}"`,
        }),
        { expiresIn: seconds, signingDate: from },
      ),
    close() {
      client.destroy();
      publicClient.destroy();
    },
  };
};

const clientConfig = (
  { region, credentials, timeoutMs }: ObjectStoreOptions,
  endpoint: string | undefined,
) => ({
  region,
  ...(credentials ? { credentials } : {}),
  ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
  // Our own SHA-256 goes along; the default would also add a CRC32 and check what it is not asked to.
  requestChecksumCalculation: "WHEN_REQUIRED" as const,
  responseChecksumValidation: "WHEN_REQUIRED" as const,
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: Math.min(3_000, timeoutMs),
    // Time-outs only warn unless told to throw.
    requestTimeout: timeoutMs,
    throwOnRequestTimeout: true,
    socketTimeout: timeoutMs,
  },
});

/** A limit for the whole call: the handler's own limits do not count a body that comes a byte a second. */
const within = (timeoutMs: number, signal: AbortSignal | undefined): AbortSignal =>
  signal ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs);

const call = async <T>(send: () => Promise<T>): Promise<T> => {
  try {
    return await send();
  } catch (error) {
    throw StorageFailed.from(error);
  }
};

/** Reads a body to its end, at most a byte more than expected, before the signal. */
const collect = async (
  { Body: body }: GetObjectCommandOutput,
  byteSize: number,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  const stream = body as Readable;
  const stop = () => stream.destroy(new DOMException("the object took too long", "TimeoutError"));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).byteLength;
      if (length > byteSize) break;
    }
  } catch (error) {
    throw StorageFailed.from(error);
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return Buffer.concat(chunks);
};
