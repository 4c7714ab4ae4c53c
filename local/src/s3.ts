import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import S3rver from "@20minutes/s3rver";
import { type LocalService, localService } from "./local-service.ts";

/** The only key pair that the local S3 server knows. */
export const localS3Credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" } as const;

export interface S3Options {
  /** Objects are kept here, one folder per bucket. Made when missing. */
  readonly folder: string;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  readonly bucket: string;
}

/**
 * Starts an S3-compatible server that keeps its objects on disk and checks signatures, except of listings. It
 * ignores `If-None-Match` and object metadata, so it cannot prove create-only writes. As S3 does, it answers a
 * put that carries a SHA-256 with that of the bytes it received.
 */
export async function startS3({ folder, port, bucket }: S3Options): Promise<LocalService> {
  await mkdir(folder, { recursive: true });
  const s3 = new S3rver({
    directory: folder,
    silent: true,
    vhostBuckets: false,
    configureBuckets: [{ name: bucket }],
  });
  await s3.configureBuckets();
  // An own HTTP server: s3rver's would turn a taken port into an uncaught exception.
  const answer = s3.callback();
  const server = createServer((request, response) => {
    // The SDK signs a listing as `/bucket/` and s3rver computes `/bucket`: it would refuse every one.
    if (/^\/[^/?]+\/(?:\?|$)/.test(request.url ?? "")) delete request.headers.authorization;
    answerChecksum(request, response);
    answer(request, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return localService(server);
}

const checksumHeader = "x-amz-checksum-sha256";

/** s3rver knows no checksums; without one in the answer every put would be followed by a question. */
function answerChecksum(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== "PUT" || request.headers[checksumHeader] === undefined) return;
  const hash = createHash("sha256");
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding) => {
    if (chunk) hash.update(chunk);
    else response.setHeader(checksumHeader, hash.digest("base64"));
    return push(chunk, encoding);
  };
}
