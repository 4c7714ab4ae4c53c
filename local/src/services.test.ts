import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LocalService } from "./local-service.ts";
import { isPortFree } from "./ports.ts";
import { localS3Credentials, startS3 } from "./s3.ts";
import { startSes } from "./ses.ts";

let folder: string;
const running: LocalService[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "billpost-services-"));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function keep(starting: Promise<LocalService>): Promise<LocalService> {
  const service = await starting;
  running.push(service);
  return service;
}

const s3Client = (
  endpoint: string,
  credentials = localS3Credentials as { accessKeyId: string; secretAccessKey: string },
) => new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });

test("an object stored in S3 is on disk and there again after a restart", async () => {
  const options = { folder, port: 0, bucket: "invoices" };
  const first = await keep(startS3(options));
  const object = { Bucket: "invoices", Key: "2026/INV-2026-000001.pdf" };
  await s3Client(first.endpoint).send(new PutObjectCommand({ ...object, Body: "%PDF-1.7" }));
  await first.stop();
  running.length = 0;
  expect((await readdir(folder, { recursive: true })).join("\n")).toContain("INV-2026-000001.pdf");

  const second = await keep(startS3(options));
  const { Body } = await s3Client(second.endpoint).send(new GetObjectCommand(object));
  expect(await Body?.transformToString()).toBe("%PDF-1.7");
});

test("S3 lists the objects below a prefix, as reconciling asks it to", async () => {
  const { endpoint } = await keep(startS3({ folder, port: 0, bucket: "invoices" }));
  const client = s3Client(endpoint);
  for (const Key of ["2026/a.pdf", "2027/b.pdf"])
    await client.send(new PutObjectCommand({ Bucket: "invoices", Key, Body: "%PDF-1.7" }));
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: "invoices", Prefix: "2026/" }));
  expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([["2026/a.pdf", 8]]);
});

test("S3 refuses a wrong secret", async () => {
  const { endpoint } = await keep(startS3({ folder, port: 0, bucket: "invoices" }));
  const stranger = s3Client(endpoint, { accessKeyId: "S3RVER", secretAccessKey: "wrong" });
  await expect(stranger.send(new GetObjectCommand({ Bucket: "invoices", Key: "any" }))).rejects.toMatchObject(
    { name: "SignatureDoesNotMatch" },
  );
});

const send = (endpoint: string, subject: string) =>
  new SESClient({ endpoint, region: "us-east-1", credentials: localS3Credentials, maxAttempts: 1 }).send(
    new SendRawEmailCommand({
      RawMessage: {
        Data: Buffer.from(`From: a@example.com\r\nTo: b@example.com\r\nSubject: ${subject}\r\n\r\nHello`),
      },
    }),
  );

const subjects = async (endpoint: string): Promise<string[]> => {
  const { emails } = (await (await fetch(`${endpoint}/store`)).json()) as { emails: { subject: string }[] };
  return emails.map((email) => email.subject);
};

test("mail in the inbox is there again after a restart, without a line that was torn by a crash", async () => {
  const file = join(folder, "inbox.jsonl");
  const first = await keep(startSes({ file, port: 0 }));
  await send(first.endpoint, "Kept");
  expect(await subjects(first.endpoint)).toEqual(["Kept"]);
  await vi.waitFor(async () => expect(await readFile(file, "utf8")).toContain("Kept"));
  const [line = ""] = (await readFile(file, "utf8")).split("\n");

  await fetch(`${first.endpoint}/clear-store`, { method: "POST" });
  await vi.waitFor(async () => expect(await readFile(file, "utf8")).toBe(""));
  await first.stop();
  running.length = 0;
  await writeFile(file, `${line}\n${line.slice(0, 40)}`);

  const second = await keep(startSes({ file, port: 0 }));
  expect(await subjects(second.endpoint)).toEqual(["Kept"]);
});

const inbox = async (endpoint: string) => {
  const { emails } = (await (await fetch(`${endpoint}/store`)).json()) as {
    emails: { subject: string; messageId: string; body: { text: string } }[];
  };
  return emails.map(({ subject, messageId, body }) => [subject, messageId, body.text.trim()]);
};

test("mail whose sender is named in the call is in the inbox as it was sent, in order, and there after a restart", async () => {
  const file = join(folder, "inbox.jsonl");
  const first = await keep(startSes({ file, port: 0 }));
  const client = new SESClient({
    endpoint: first.endpoint,
    region: "us-east-1",
    credentials: localS3Credentials,
    maxAttempts: 1,
  });
  await fetch(`${first.endpoint}/clear-store`, { method: "POST" });
  const ids: (string | undefined)[] = [];
  for (const subject of ["One+1 = 2 & more", "Two"]) {
    const Data = Buffer.from(`From: a@example.com\r\nTo: b@example.com\r\nSubject: ${subject}\r\n\r\nHello`);
    const { MessageId } = await client.send(
      new SendRawEmailCommand({ Source: "a@example.com", RawMessage: { Data } }),
    );
    ids.push(MessageId);
  }
  await send(first.endpoint, "Three");
  const seen = await inbox(first.endpoint);
  expect(seen.slice(0, 2)).toEqual([
    ["One+1 = 2 & more", ids[0], "Hello"],
    ["Two", ids[1], "Hello"],
  ]);
  expect(seen[2]?.[0]).toBe("Three");
  await vi.waitFor(async () => expect(await readFile(file, "utf8")).toContain("Three"));
  const kept = await readFile(file, "utf8");
  await fetch(`${first.endpoint}/clear-store`, { method: "POST" });
  expect(await inbox(first.endpoint)).toEqual([]);
  await first.stop();
  running.length = 0;
  await writeFile(file, kept);

  const second = await keep(startSes({ file, port: 0 }));
  expect(new Set((await inbox(second.endpoint)).map(String))).toEqual(new Set(seen.map(String)));
});

test("a taken port is an error that names it", async () => {
  const { port } = await keep(startS3({ folder, port: 0, bucket: "invoices" }));
  await expect(startSes({ file: join(folder, "inbox.jsonl"), port })).rejects.toThrow(String(port));
  await expect(startS3({ folder, port, bucket: "invoices" })).rejects.toThrow(String(port));
  expect(await isPortFree(port)).toBe(false);
});
