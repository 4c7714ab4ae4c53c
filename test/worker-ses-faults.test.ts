import type { Db } from "@billpost/db/connection";
import { clearSuppression, listSuppressions, suppressAddress } from "@billpost/db/suppressions";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase } from "./src/database.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { ledgerWhen, waitForEmptyQueue } from "./src/ledger.ts";
import { openTestDatabase, placeTestOrders, type TestOrder } from "./src/test-orders.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess, type WorkerServices } from "./src/worker-process.ts";

// Processes are started here, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 });

let services: WorkerServices;
let db: Db;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;
let takenBefore = 0;
let callsBefore = 0;

beforeAll(async () => {
  const database = await createTestDatabase();
  [s3, ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
  db = openTestDatabase(database.url);
  services = { databaseUrl: database.url, s3, ses };
  worker = await startWorkerProcess(services, { SES_TIMEOUT_MS: "1000" });
});

beforeEach(() => {
  takenBefore = ses.taken.length;
  callsBefore = ses.calls;
});

afterAll(async () => {
  worker.kill("SIGTERM");
  await worker.exited;
  await Promise.all([db.destroy(), s3.stop(), ses.stop()]);
});

const place = async (order: TestOrder = {}): Promise<number> => {
  const [placed] = await placeTestOrders(db, [order]);
  return placed?.id ?? 0;
};
const taken = () => ses.taken.length - takenBefore;
const calls = () => ses.calls - callsBefore;

test("a failing SES retries only the sending: one render, one document, one email", async () => {
  ses.next("pause", "pause");
  const orderId = await place();
  const ledger = await ledgerWhen(db, orderId, ["sent"]);
  expect(ledger.stages).toEqual([
    "attempt.started",
    "render.succeeded",
    "store.succeeded",
    "send.started",
    "send.failed",
    "attempt.started",
    "send.started",
    "send.failed",
    "attempt.started",
    "send.started",
    "send.succeeded",
    "attempt.succeeded",
  ]);
  const [document] = ledger.documents;
  expect(ledger.documents).toHaveLength(1);
  expect(s3.created.filter((key) => key === document?.s3Key)).toHaveLength(1);
  expect(taken()).toBe(1);
  const attached = ses.taken.at(-1)?.attachments.get(`${ledger.invoices[0]?.number}.pdf`);
  expect(attached?.equals(s3.objects.get(document?.s3Key ?? "") ?? Buffer.alloc(0))).toBe(true);
  expect(ledger.timeline).toEqual([
    "invoice.issued",
    "document.stored",
    "delivery.retrying",
    "delivery.retrying",
    "email.sent",
  ]);
});

test("being throttled burns no attempt, however often: more often than there are attempts", async () => {
  // Without an end: an SES that throttles for minutes. Each call is one try, and the waits between grow.
  const other = await createTestDatabase();
  const otherDb = openTestDatabase(other.url);
  const busy = await startFaultySes();
  busy.usually("throttle");
  const patient = await startWorkerProcess(
    { databaseUrl: other.url, s3, ses: busy },
    { DELIVERY_ATTEMPTS: "2", THROTTLE_BASE_MS: "10" },
  );
  const [placed] = await placeTestOrders(otherDb, [{}]);
  await waitFor("SES to have throttled it often", () => busy.calls >= 6, { timeoutMs: 40_000 });
  busy.usually("accept");
  const ledger = await ledgerWhen(otherDb, placed?.id ?? 0, ["sent"], 40_000);
  expect(ledger.work.at(-1)).toMatchObject({ state: "done", attempt: 1 });
  expect(ledger.deliveries[0]).toMatchObject({ state: "sent", resends: 0 });
  expect(busy.taken).toHaveLength(1);
  patient.kill("SIGTERM");
  expect(await patient.exited).toEqual({ code: 0, signal: null });
  await Promise.all([otherDb.destroy(), busy.stop()]);
});

test("an address that bounced gets no automatic mail until an operator clears it", async () => {
  const email = "gone@customer.example";
  await db
    .transaction()
    .execute((trx) => suppressAddress(trx, email, { reason: "hard_bounce", deliveryId: null }));
  const stopped = await ledgerWhen(db, await place({ email: "Gone@Customer.example" }), ["suppressed"]);
  expect(stopped.work.at(-1)).toMatchObject({ state: "suppressed" });
  expect(stopped.timeline.at(-1)).toBe("delivery.suppressed");
  expect(calls()).toBe(0);
  const [suppression] = await listSuppressions(db, { limit: 1 });
  await db.transaction().execute((trx) => clearSuppression(trx, suppression?.id ?? 0, "test"));
  await ledgerWhen(db, await place({ email }), ["sent"]);
  expect(taken()).toBe(1);
});

test("a rejected message fails at once, is shown, and its reason holds no address", async () => {
  ses.next("reject");
  const orderId = await place({ email: "rejected@customer.example" });
  const ledger = await ledgerWhen(db, orderId, ["failed"]);
  expect(ledger.work.at(-1)).toMatchObject({ state: "failed", attempt: 1 });
  expect(ledger.deliveries[0]?.errorClass).toBe("permanent");
  expect(ledger.deliveries[0]?.errorMessage).toContain("MessageRejected");
  expect(ledger.deliveries[0]?.errorMessage).not.toContain("customer.example");
  expect(ledger.timeline.at(-1)).toBe("delivery.failed");
  expect(calls()).toBe(1);
  expect(taken()).toBe(0);
  expect(worker.log.filter((line) => JSON.stringify(line).includes("customer.example"))).toEqual([]);
});

test("a reply lost after SES took the message is ambiguous, and sent exactly once more", async () => {
  ses.next("reset_after");
  const orderId = await place();
  const ambiguous = await ledgerWhen(db, orderId, ["ambiguous"]);
  expect(ambiguous.work.at(-1)).toMatchObject({ state: "ambiguous" });
  const ledger = await ledgerWhen(db, orderId, ["sent"]);
  expect(ledger.deliveries[0]).toMatchObject({ resends: 1, messageId: ses.taken.at(-1)?.messageId });
  expect(ledger.timeline).toEqual(["invoice.issued", "document.stored", "delivery.ambiguous", "email.sent"]);
  expect(taken()).toBe(2);
});

test("when the resend's reply is lost too, nothing more is sent by itself", async () => {
  ses.next("fail_after", "reset_after");
  const orderId = await place();
  const ledger = await ledgerWhen(db, orderId, ["ambiguous"]);
  expect(ledger.deliveries[0]?.resends).toBeLessThanOrEqual(1);
  await waitForEmptyQueue(db);
  const after = await ledgerWhen(db, orderId, ["ambiguous"]);
  expect(after.deliveries[0]).toMatchObject({ state: "ambiguous", resends: 1 });
  expect(taken()).toBe(2);
});

test("an SES that does not answer in time is ambiguous, and the SDK sends nothing again by itself", async () => {
  ses.next("hold_taken");
  const orderId = await place();
  await ledgerWhen(db, orderId, ["ambiguous"]);
  expect(calls()).toBe(1);
  await ledgerWhen(db, orderId, ["sent"]);
  expect(taken()).toBe(2);
});

test("an SES that cannot be reached is retried: nothing was sent", async () => {
  const down = await startFaultySes();
  await down.stop();
  const other = await createTestDatabase();
  const otherDb = openTestDatabase(other.url);
  const services2 = { databaseUrl: other.url, s3, ses: { endpoint: down.endpoint } };
  const lonely = await startWorkerProcess(services2);
  const [placed] = await placeTestOrders(otherDb, [{}]);
  await ledgerWhen(otherDb, placed?.id ?? 0, ["stored"]);
  const back = await startFaultySes(down.port);
  const ledger = await ledgerWhen(otherDb, placed?.id ?? 0, ["sent"]);
  expect(ledger.deliveries[0]?.resends).toBe(0);
  expect(ledger.stages.filter((stage) => stage === "render.succeeded")).toHaveLength(1);
  expect(back.taken).toHaveLength(1);
  lonely.kill("SIGTERM");
  expect(await lonely.exited).toEqual({ code: 0, signal: null });
  await Promise.all([otherDb.destroy(), back.stop()]);
});

test("attempts that are used up end as failed, with the reason shown", async () => {
  const other = await createTestDatabase();
  const otherDb = openTestDatabase(other.url);
  const fussy = await startFaultySes();
  fussy.usually("pause");
  const limited = await startWorkerProcess(
    { databaseUrl: other.url, s3, ses: fussy },
    { DELIVERY_ATTEMPTS: "2" },
  );
  const [placed] = await placeTestOrders(otherDb, [{}]);
  const ledger = await ledgerWhen(otherDb, placed?.id ?? 0, ["failed"]);
  expect(ledger.work.at(-1)).toMatchObject({ state: "failed", attempt: 2 });
  expect(ledger.work.at(-1)?.errorMessage).toContain("AccountSendingPausedException");
  await waitForEmptyQueue(otherDb);
  limited.kill("SIGTERM");
  await limited.exited;
  await Promise.all([otherDb.destroy(), fussy.stop()]);
});

test("with the policy to hold, a lost reply is left to a person", async () => {
  const other = await createTestDatabase();
  const otherDb = openTestDatabase(other.url);
  const losing = await startFaultySes();
  losing.next("reset_after");
  const holding = await startWorkerProcess(
    { databaseUrl: other.url, s3, ses: losing },
    { AMBIGUOUS_POLICY: "hold", AMBIGUOUS_SETTLE_SECONDS: "0" },
  );
  const [placed] = await placeTestOrders(otherDb, [{}]);
  await ledgerWhen(otherDb, placed?.id ?? 0, ["ambiguous"]);
  await waitForEmptyQueue(otherDb);
  expect(losing.taken).toHaveLength(1);
  holding.kill("SIGTERM");
  await holding.exited;
  await Promise.all([otherDb.destroy(), losing.stop()]);
});

test("an address outside the allowlist is never written to, and ends as suppressed", async () => {
  const other = await createTestDatabase();
  const otherDb = openTestDatabase(other.url);
  const staging = await startWorkerProcess(
    { databaseUrl: other.url, s3, ses },
    { EMAIL_ALLOWLIST: "@shop.example,qa@partner.example" },
  );
  const placed = await placeTestOrders(otherDb, [
    { email: "customer@elsewhere.example" },
    { email: "Someone@Shop.example" },
  ]);
  const [outside, inside] = placed.map(({ id }) => id);
  const ledger = await ledgerWhen(otherDb, outside ?? 0, ["suppressed"]);
  expect(ledger.work.at(-1)).toMatchObject({ state: "suppressed" });
  expect(ledger.timeline.at(-1)).toBe("delivery.suppressed");
  await ledgerWhen(otherDb, inside ?? 0, ["sent"]);
  expect(ses.taken.slice(takenBefore).map(({ destinations }) => destinations)).toEqual([
    ["Someone@Shop.example"],
  ]);
  staging.kill("SIGTERM");
  await staging.exited;
  await otherDb.destroy();
});

test("with a redirection, mail for customers goes to that one address", async () => {
  const other = await createTestDatabase();
  const otherDb = openTestDatabase(other.url);
  const staging = await startWorkerProcess(
    { databaseUrl: other.url, s3, ses },
    { EMAIL_REDIRECT_TO: "qa@shop.example" },
  );
  const [placed] = await placeTestOrders(otherDb, [{ email: "customer@elsewhere.example" }]);
  await ledgerWhen(otherDb, placed?.id ?? 0, ["sent"]);
  const [mail] = ses.taken.slice(takenBefore);
  expect(mail?.destinations).toEqual(["qa@shop.example"]);
  expect(mail?.raw).not.toContain("customer@elsewhere.example");
  staging.kill("SIGTERM");
  await staging.exited;
  await otherDb.destroy();
});
