import { createHash } from "node:crypto";
import type { Db } from "@billpost/db/connection";
import { createObjectStore, type ObjectStore } from "@billpost/storage/object-store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { type Ledger, ledgerWhen } from "./src/ledger.ts";
import { openTestDatabase, placeTestOrders } from "./src/test-orders.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;
let store: ObjectStore;

beforeAll(async () => {
  const database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  worker = await startWorkerProcess({ databaseUrl: database.url, s3, ses }, { S3_TIMEOUT_MS: "1000" });
  store = createObjectStore({
    bucket: s3.bucket,
    region: "us-east-1",
    endpoint: s3.endpoint,
    publicEndpoint: s3.endpoint,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    timeoutMs: 1_000,
  });
});

afterAll(async () => {
  worker.kill("SIGTERM");
  await worker.exited;
  store.close();
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

/** Places an order, and answers its ledger when the email is out. */
const deliver = async (): Promise<Ledger> => {
  const [placed] = await placeTestOrders(db, [{}]);
  return ledgerWhen(db, placed?.id ?? 0, ["sent"]);
};

/** One document, one object of its hash under its key, and that object in the email. */
const expectOneOfEach = (ledger: Ledger): void => {
  expect(ledger.documents).toHaveLength(1);
  const [document] = ledger.documents;
  expect(document?.stored).toBe(true);
  const number = ledger.invoices[0]?.number ?? "";
  const objects = [...s3.objects].filter(([key]) => key.includes(number));
  expect(objects.map(([key]) => key)).toEqual([document?.s3Key]);
  expect(s3.created.filter((key) => key.includes(number))).toHaveLength(1);
  const bytes = objects[0]?.[1] ?? Buffer.alloc(0);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(document?.sha256);
  const mails = ses.taken.filter(({ attachments }) => attachments.has(`${number}.pdf`));
  expect(mails).toHaveLength(1);
  expect(mails[0]?.attachments.get(`${number}.pdf`)?.equals(bytes)).toBe(true);
};

test("an S3 that is overloaded for longer than the SDK's own tries is retried later", async () => {
  s3.next("PUT", ...Array.from({ length: 5 }, () => "unavailable" as const));
  const ledger = await deliver();
  expectOneOfEach(ledger);
  expect(ledger.stages).toContain("store.failed");
});

test("a conflict with another conditional write is retried", async () => {
  s3.next("PUT", "conflict", "conflict");
  const ledger = await deliver();
  expectOneOfEach(ledger);
  expect(ledger.stages.filter((stage) => stage === "store.failed")).toHaveLength(2);
});

test("a connection that ends before the put is retried", async () => {
  s3.next("PUT", "reset_before");
  const ledger = await deliver();
  expectOneOfEach(ledger);
  expect(ledger.stages.filter((stage) => stage === "render.succeeded").length).toBeLessThanOrEqual(2);
});

test("a reply that is lost after the put leads to one object, which is adopted", async () => {
  s3.next("PUT", "reset_after");
  const ledger = await deliver();
  expectOneOfEach(ledger);
  expect(worker.log.some((line) => line["put"] === "adopted")).toBe(true);
});

test("an S3 that does not answer is given up after the time-out, and the put adopted later", async () => {
  s3.next("PUT", "hold_done");
  const ledger = await deliver();
  expectOneOfEach(ledger);
  expect(ledger.stages).toContain("store.failed");
});

test("sending again after a failure reads the stored document instead of printing it again", async () => {
  ses.next("pause");
  const gets = s3.calls.GET;
  const ledger = await deliver();
  expectOneOfEach(ledger);
  expect(s3.calls.GET).toBe(gets + 1);
  expect(ledger.stages.filter((stage) => stage === "render.succeeded")).toHaveLength(1);
});

test("a stored document that comes back cut off, or a byte a second, is read again", async () => {
  ses.next("pause");
  s3.next("GET", "truncate", "trickle");
  const ledger = await deliver();
  expectOneOfEach(ledger);
  expect(ledger.stages.filter((stage) => stage === "fetch.failed")).toHaveLength(2);
});

test("a stored document that is not what was stored is never sent, and a person is told", async () => {
  ses.next("pause");
  s3.next("GET", "hold");
  const [placed] = await placeTestOrders(db, [{}]);
  const before = await ledgerWhen(db, placed?.id ?? 0, ["stored"]);
  const key = before.documents[0]?.s3Key ?? "";
  const real = s3.objects.get(key) ?? Buffer.alloc(0);
  s3.objects.set(key, Buffer.alloc(real.length, "x"));
  s3.release();
  const ledger = await ledgerWhen(db, placed?.id ?? 0, ["failed"]);
  expect(ledger.work.at(-1)?.errorMessage).toContain("not what was stored");
  expect(ses.taken.some(({ attachments }) => attachments.has(`${ledger.invoices[0]?.number}.pdf`))).toBe(
    false,
  );
});

const facts = (key: string, bytes: Buffer) => ({
  key,
  byteSize: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

test("an object that is there already is adopted only when length and hash agree", async () => {
  const bytes = Buffer.from("the same bytes");
  expect(await store.put(facts("adopt", bytes), bytes)).toBe("created");
  expect(await store.put(facts("adopt", bytes), bytes)).toBe("adopted");
  const other = Buffer.from("another's byte");
  await expect(store.put(facts("adopt", other), other)).rejects.toMatchObject({
    kind: "permanent",
    code: "content_differs",
  });
  expect(s3.objects.get("adopt")?.equals(bytes)).toBe(true);
});

test("a body that comes a byte a second ends with the call's time, not with the body", async () => {
  const bytes = Buffer.alloc(100, "b");
  await store.put(facts("slow", bytes), bytes);
  s3.next("GET", "trickle");
  const started = performance.now();
  await expect(store.get(facts("slow", bytes))).rejects.toMatchObject({ kind: "retryable" });
  expect(performance.now() - started).toBeLessThan(3_000);
});

test("a link opens the object for five minutes at the public address", async () => {
  const link = new URL(
    await store.link("adopt", { from: new Date(), seconds: 300, fileName: "INV-2026-000001.pdf" }),
  );
  expect(link.origin).toBe(new URL(s3.endpoint).origin);
  expect(link.searchParams.get("X-Amz-Expires")).toBe("300");
  expect(await (await fetch(link)).text()).toBe("the same bytes");
});
