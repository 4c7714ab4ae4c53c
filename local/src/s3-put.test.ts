import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LocalService } from "./local-service.ts";
import { localS3Credentials, startS3 } from "./s3.ts";

let folder: string;
let service: LocalService;
let client: S3Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "billpost-s3-"));
  service = await startS3({ folder, port: 0, bucket: "invoices" });
  client = clientOf(localS3Credentials);
});

afterAll(async () => {
  client.destroy();
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const clientOf = (credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }) =>
  new S3Client({
    endpoint: service.endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation: "WHEN_REQUIRED",
    maxAttempts: 1,
  });

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

const put = (key: string, body: string, more: Partial<PutObjectCommandInput> = {}) =>
  new PutObjectCommand({ Bucket: "invoices", Key: key, Body: body, ChecksumSHA256: sha256(body), ...more });

const read = async (key: string) => {
  const { Body, ContentType, ETag } = await client.send(
    new GetObjectCommand({ Bucket: "invoices", Key: key }),
  );
  return { text: await Body?.transformToString(), type: ContentType, etag: ETag };
};

const keys = async (prefix: string) => {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: "invoices", Prefix: prefix }));
  return (Contents ?? []).map(({ Key }) => Key);
};

test("a put with its SHA-256 is answered with that of what came, and is there as it was sent", async () => {
  const answer = await client.send(put("a/2026/1.pdf", "%PDF-1.7", { ContentType: "application/pdf" }));
  expect(answer.ChecksumSHA256).toBe(sha256("%PDF-1.7"));
  expect(await read("a/2026/1.pdf")).toEqual({
    text: "%PDF-1.7",
    type: "application/pdf",
    etag: answer.ETag,
  });
  expect(await keys("a/")).toEqual(["a/2026/1.pdf"]);
});

test("of many create-only puts of one object one is taken, and the object is that one's", async () => {
  const bodies = Array.from({ length: 8 }, (_, index) => `body ${index}`);
  const settled = await Promise.allSettled(
    bodies.map((body) => client.send(put("b/one.pdf", body, { IfNoneMatch: "*" }))),
  );
  const taken = bodies.filter((_, index) => settled[index]?.status === "fulfilled");
  const reasons = settled.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).name] : []));
  expect(taken).toHaveLength(1);
  expect(reasons).toEqual(Array.from({ length: 7 }, () => "PreconditionFailed"));
  expect((await read("b/one.pdf")).text).toBe(taken[0]);
  expect(await readdir(join(folder, "invoices", "b"))).not.toContainEqual(expect.stringMatching(/^\./));
});

test("a put without a condition replaces the object and what is known of it", async () => {
  await client.send(put("c/one.pdf", "first", { ContentType: "text/plain" }));
  await read("c/one.pdf");
  const { ETag } = await client.send(put("c/one.pdf", "second", { ContentType: "application/pdf" }));
  expect(await read("c/one.pdf")).toEqual({ text: "second", type: "application/pdf", etag: ETag });
});

test("a put whose body is not what its checksum or its signature says is refused, and nothing is stored", async () => {
  await expect(
    client.send(put("d/one.pdf", "one", { ChecksumSHA256: sha256("other") })),
  ).rejects.toMatchObject({ name: "BadDigest", $metadata: { httpStatusCode: 400 } });

  const tampering = clientOf(localS3Credentials);
  tampering.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: "two" });
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  await expect(tampering.send(put("d/one.pdf", "one"))).rejects.toMatchObject({
    name: "XAmzContentSHA256Mismatch",
  });
  tampering.destroy();
  expect(await keys("d/")).toEqual([]);
});

test.each([
  ["a wrong secret", { accessKeyId: "S3RVER", secretAccessKey: "wrong" }, "SignatureDoesNotMatch"],
  ["a key that it does not know", { accessKeyId: "OTHER", secretAccessKey: "S3RVER" }, "InvalidAccessKeyId"],
])("a put signed by %s is refused, and nothing is stored", async (_, credentials, name) => {
  const stranger = clientOf(credentials);
  await expect(stranger.send(put("e/one.pdf", "one"))).rejects.toMatchObject({
    name,
    $metadata: { httpStatusCode: 403 },
  });
  stranger.destroy();
  expect(await keys("e/")).toEqual([]);
});

test("a put into a bucket that is not there is refused", async () => {
  await expect(client.send(put("one.pdf", "one", { Bucket: "nowhere" }))).rejects.toMatchObject({
    name: "NoSuchBucket",
  });
});
