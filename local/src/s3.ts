import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import S3rver from "@20minutes/s3rver";
import { type LocalService, localService } from "./local-service.ts";
import { answerPut, putTarget } from "./s3-put.ts";

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
 * Starts an S3-compatible server that keeps its objects on disk and checks signatures, except of listings. A put
 * that carries a SHA-256 is compared with it, answered with it, and create-only with `If-None-Match: *`, as in S3;
 * other puts ignore all that.
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
  const puts = { folder, credentials: localS3Credentials };
  const server = createServer((request, response) => {
    const target = putTarget(request, puts);
    if (target) {
      answerPut(request, response, target, puts).catch(() => response.destroy());
      return;
    }
    // The SDK signs a listing as `/bucket/` and s3rver computes `/bucket`: it would refuse every one.
    if (/^\/[^/?]+\/(?:\?|$)/.test(request.url ?? "")) delete request.headers.authorization;
    answer(request, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return localService(server);
}
