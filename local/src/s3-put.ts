import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { signatureProblem } from "./s3-signature.ts";

/**
 * S3's put as the worker uses it: one body, signed, with its SHA-256. It is done here and not by s3rver, which takes
 * several times as long, knows no conditions and no checksums, and shows objects that are half written. What is
 * stored is laid out as s3rver does, which reads and lists it.
 */
export interface PutOptions {
  readonly folder: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const checksumHeader = "x-amz-checksum-sha256";
/** As the largest document is far smaller, a larger body is left to s3rver, which streams. */
const maxBytes = 64 * 1024 * 1024;
/** Names that need no encoding, and that mean nothing to a file system; the SDK names its operation in the query. */
const plainPath = /^\/([\w-][\w.-]*)\/((?:[\w-][\w.-]*\/)*[\w-][\w.-]*)(?:\?x-id=PutObject)?$/;

interface Target {
  readonly object: string;
  readonly metadata: string;
}

/** Where a put's object goes; undefined: not a put of this kind, or to no bucket of ours, and s3rver answers it. */
export const putTarget = (
  { method, url = "", headers }: IncomingMessage,
  { folder }: PutOptions,
): Target | undefined => {
  if (method !== "PUT" || headers[checksumHeader] === undefined) return undefined;
  if (!/^[0-9a-f]{64}$/.test(String(headers["x-amz-content-sha256"]))) return undefined;
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") || headers["x-amz-copy-source"])
    return undefined;
  if (!(Number(headers["content-length"]) <= maxBytes)) return undefined;
  const [, bucket = "", key = ""] = plainPath.exec(url) ?? [];
  if (bucket === "" || !existsSync(join(folder, bucket))) return undefined;
  const path = join(folder, bucket, key);
  return { object: `${path}._S3rver_object`, metadata: `${path}._S3rver_metadata.json` };
};

/** Answers a put as S3 does. Rejects when the body breaks off. */
export const answerPut = async (
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  { credentials }: PutOptions,
): Promise<void> => {
  const { headers } = request;
  const body = await readBody(request);
  const sha256 = createHash("sha256").update(body).digest();
  const checksum = sha256.toString("base64");
  const signature = signatureProblem(request, credentials);
  if (signature) return refuse(response, 403, signature);
  if (sha256.toString("hex") !== headers["x-amz-content-sha256"])
    return refuse(response, 400, "XAmzContentSHA256Mismatch");
  if (checksum !== headers[checksumHeader]) return refuse(response, 400, "BadDigest");
  if (!store(target, body, headers)) return refuse(response, 412, "PreconditionFailed");
  const etag = createHash("md5").update(body).digest("hex");
  response.writeHead(200, { etag: `"${etag}"`, [checksumHeader]: checksum, "content-length": 0 }).end();
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/**
 * False: it is to be created only, and is there. Nothing else is done meanwhile, so of two that come together one is
 * first; and nobody ever sees a part of an object, or one without its type.
 */
const store = ({ object, metadata }: Target, body: Buffer, headers: IncomingMessage["headers"]): boolean => {
  if (existsSync(object)) {
    if (headers["if-none-match"] === "*") return false;
    // s3rver keeps the hash of an object beside it and makes one that is missing; an old one would be a lie.
    rmSync(`${object}.md5`, { force: true });
  }
  mkdirSync(dirname(object), { recursive: true });
  const whole = join(dirname(object), `.${randomUUID()}`);
  writeFileSync(whole, body);
  writeFileSync(metadata, JSON.stringify({ "content-type": headers["content-type"] }));
  renameSync(whole, object);
  return true;
};

const refuse = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
};
