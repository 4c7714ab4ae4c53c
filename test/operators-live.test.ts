import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { aCustomer, aProduct, type RunningApi, startApi } from "./src/catalogue-api.ts";
import { type FaultyS3, startFaultyS3 } from "./src/faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./src/faulty-ses.ts";
import { waitFor } from "./src/wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "./src/worker-process.ts";

vi.setConfig({ testTimeout: 90_000 });

let api: RunningApi;
let s3: FaultyS3;
let ses: FaultySes;
let worker: WorkerProcess;

beforeAll(async () => {
  [api, s3, ses] = await Promise.all([startApi(), startFaultyS3(), startFaultySes()]);
  worker = await startWorkerProcess({ databaseUrl: api.database.url, s3, ses }, { S3_TIMEOUT_MS: "1000" });
});

afterAll(async () => {
  worker.kill("SIGTERM");
  await worker.exited;
  await Promise.all([api.stop(), s3.stop(), ses.stop()]);
});

const name = `<img src=x onerror=alert(1)> “Ünïcode” & Söhne`;

test("a job that failed once tells its whole way: from the order through each attempt and stage to the message, with the object", async () => {
  const productId = await aProduct(api.call);
  const customerId = await aCustomer(api.call, { name, email: "Hostile@example.com" });
  s3.usually("unavailable");
  const order = await api.call(
    "POST /api/orders",
    { customerId, items: [{ productId, quantity: 1 }] },
    { "x-request-id": "the-request" },
  );
  await waitFor("the failure", async () => (await api.call("GET /api/failures")).body.data.length === 1);
  s3.usually("normal");
  await waitFor("the email", () => ses.taken.length === 1, { timeoutMs: 60_000 });
  const verdict = await waitFor("the ledger", async () => {
    const { body } = await api.call(`GET /api/orders/${order.body.orderId}/verdict`);
    return body.code === "sent" && body;
  });
  expect(verdict.sentence).toContain("SES took it");

  const found = await api.call("GET /api/jobs?q=hostile@EXAMPLE.com&task=deliver-invoice");
  const [{ id }] = found.body.data;
  const { body: job } = await api.call(`GET /api/jobs/${id}`);
  expect(job).toMatchObject({
    task: "deliver-invoice",
    state: "done",
    orderId: order.body.orderId,
    customer: { id: customerId, name, email: "Hostile@example.com" },
    requestId: "the-request",
    orderPlacedAt: expect.stringContaining(order.body.createdAt.slice(0, 19)),
    delivery: { state: "sent", recipientName: name, machine: { current: "sent" } },
  });
  expect(job.delivery.machine.transitions).toContainEqual({ from: "sending", event: "accepted", to: "sent" });
  expect(job.delivery.sesMessageId).toMatch(/\S/);
  const steps = job.timeline.map(
    ({ attempt, stage, event }: Readonly<Record<string, string>>) => `${attempt} ${stage} ${event}`,
  );
  expect(steps[0]).toBe("1 attempt started");
  expect(steps).toContain("1 store failed");
  expect(steps).toContain("2 attempt started");
  expect(job.attempt).toBeGreaterThan(1);
  expect(steps.indexOf(`${job.attempt} send succeeded`)).toBeGreaterThan(steps.indexOf("2 attempt started"));
  const failed = job.timeline.find(({ event }: { event: string }) => event === "failed");
  expect(failed).toMatchObject({ errorClass: "retryable", workerId: worker.poolId });
  expect(failed.errorMessage).toMatch(/\S/);
  expect(failed.errorStack).toContain("at ");
  const times = job.timeline.map(({ sinceStartMs }: { sinceStartMs: number }) => sinceStartMs);
  expect(times).toEqual(times.toSorted((one: number, other: number) => one - other));
  expect(times[0]).toBeGreaterThanOrEqual(0);
  for (const { event, durationMs } of job.timeline) expect(durationMs === null).toBe(event === "started");

  const [document] = job.documents;
  const bytes = s3.objects.get(document.s3Key);
  expect(
    createHash("sha256")
      .update(bytes ?? "")
      .digest("hex"),
  ).toBe(document.sha256);
  expect(bytes?.byteLength).toBe(document.size);

  // What failed and went well in the end is seen in the trend, and waits for nobody.
  const { body: failures } = await api.call("GET /api/failures");
  expect(failures.data).toEqual([
    expect.objectContaining({
      fingerprint: job.error.fingerprint,
      stage: "store",
      openJobs: 0,
      lastDay: 1,
      sampleJobId: id,
    }),
  ]);
  expect(job.error.fingerprint).toMatch(/^store:retryable:/);
  const { body: stats } = await api.call("GET /api/stats");
  expect(stats).toMatchObject({
    workers: 1,
    queue: { waiting: 0, running: 0, stuck: 0 },
    lastHour: { emails: 1, successRate: 1 },
  });
  expect(stats.lastHour.orderToEmailP50Ms).toBeGreaterThan(0);
});
