import { randomUUID } from "node:crypto";
import { insertApiKey } from "@billpost/db/api-keys";
import { loadSampleData } from "@billpost/db/sample-data";
import { withClient } from "@billpost/local/database-roles";
import { scopeNames } from "@billpost/domain/scopes";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiProcess } from "./src/api-process.ts";
import { ledgerWhen, readLedger } from "./src/ledger.ts";
import { shiftedClock, snsAt } from "./src/preload/preloads.ts";
import {
  type FakeSns,
  notification,
  publishTo,
  sesEvent,
  sesEventSettings,
  sign,
  startFakeSns,
} from "./src/ses-publisher.ts";
import { waitFor } from "./src/wait-for.ts";
import { useWorkerBench } from "./src/worker-bench.ts";
import type { WorkerProcess } from "./src/worker-process.ts";

// Several processes are started, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 });

const day = 86_400_000;
const bench = useWorkerBench();
let sns: FakeSns;

beforeAll(async () => {
  sns = await startFakeSns();
});
afterAll(() => sns.stop());

const startApi = (shiftMs: number) =>
  bench.startApi({ ...sesEventSettings, NODE_OPTIONS: `${shiftedClock(shiftMs)} ${snsAt(sns.origin)}` });

const startWorker = (shiftMs: number) =>
  bench.startWorker({
    NODE_OPTIONS: shiftedClock(shiftMs),
    SES_CONFIGURATION_SET: sesEventSettings.SES_CONFIGURATION_SET,
    // Longer than the test: a doubt that is resent was resent too early.
    AMBIGUOUS_SETTLE_SECONDS: "3600",
  });

/** A key that expires so long from now, by the database's clock. */
const aKey = async (expires: number): Promise<string> =>
  (
    await bench.db
      .transaction()
      .execute((trx) => insertApiKey(trx, { clientId: 1, scopes: scopeNames, expires }))
  ).key;

const call = async (api: ApiProcess, key: string, path: string, body?: object, idempotencyKey?: string) => {
  const response = await fetch(`${api.url}${path}`, {
    method: body ? "POST" : "GET",
    headers: {
      authorization: `Bearer ${key}`,
      ...(body ? { "content-type": "application/json" } : {}),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

const databaseNow = async (): Promise<number> => {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(bench.db);
  return rows[0]?.now.getTime() ?? 0;
};

const order = { customerId: 1, items: [{ productId: 1, quantity: 1 }] };

test("API processes a day ahead and a day behind: no key and no reply expires early or late, and links can be opened", async () => {
  await loadSampleData(bench.db);
  const apis = await Promise.all([startApi(day), startApi(-day)]);
  const [valid, over] = await Promise.all([aKey(3_600_000), aKey(-3_600_000)]);
  const idempotencyKey = randomUUID();
  const made: string[] = [];
  for (const api of [...apis, ...apis]) {
    expect((await call(api, valid, "/api/orders")).status).toBe(200);
    expect((await call(api, over, "/api/orders")).body["code"]).toBe("key_expired");
    const placed = await call(api, valid, "/api/orders", order, idempotencyKey);
    expect(placed.status).toBe(201);
    made.push(placed.body["orderId"] ?? "");
    // The clock is set while the process runs, to the other side: what it keeps in memory is kept no longer.
    api.kill("SIGUSR2");
  }
  expect(new Set(made).size).toBe(1);

  for (const api of apis) {
    const created = await call(api, valid, "/api/clients/1/keys", {
      scopes: ["orders:read"],
      expiresInDays: 1,
    });
    expect(created.status).toBe(201);
    const untilOver = Date.parse(created.body["expiresAt"] ?? "") - (await databaseNow());
    expect(Math.abs(untilOver - day)).toBeLessThan(60_000);
  }

  // A revocation that another process wrote is honoured in seconds, although the clock has jumped meanwhile.
  const revoked = await aKey(3_600_000);
  for (const api of apis) {
    expect((await call(api, revoked, "/api/orders")).status).toBe(200);
    api.kill("SIGUSR2");
  }
  await bench.db
    .updateTable("api_keys")
    .set({ revoked_at: sql<Date>`now()` })
    .where("prefix", "=", revoked.split("_")[1] ?? "")
    .execute();
  for (const api of apis)
    await waitFor(
      "the revocation to be seen",
      async () => (await call(api, revoked, "/api/orders")).body["code"] === "key_revoked",
      { timeoutMs: 8_000 },
    );

  await bench.startWorker();
  const { orderId } = await bench.db.selectFrom("orders").select("id as orderId").executeTakeFirstOrThrow();
  const ledger = await ledgerWhen(bench.db, orderId, ["sent"]);
  for (const api of apis) {
    const link = await call(api, valid, `/api/invoices/${ledger.invoices[0]?.number}/pdf?link=true`);
    const signedAt = new URL(link.body["url"] ?? "").searchParams.get("X-Amz-Date") ?? "";
    const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(signedAt) ?? [];
    const iso = `${date?.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time?.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`;
    expect(Math.abs(Date.parse(iso) - (await databaseNow()))).toBeLessThan(60_000);
    expect((await fetch(link.body["url"] ?? "")).status).toBe(200);
  }
});

/** Of every work item: attempts that ended without success. */
const failures = async () =>
  bench.db
    .selectFrom("work_item_events")
    .select(["stage", "event"])
    .where("event", "not in", ["started", "succeeded", "skipped"])
    .execute();

const beats = () => bench.db.selectFrom("worker_heartbeats").select(["pool_id", "beat"]).execute();

/** Every worker has beaten so much more, and is still there. */
const beatOn = async (workers: readonly WorkerProcess[], more: number): Promise<void> => {
  const before = new Map((await beats()).map(({ pool_id: pool, beat }) => [pool, beat]));
  expect(before.size).toBe(workers.length);
  await waitFor("all to beat on", async () => {
    const now = await beats();
    return (
      now.length === workers.length &&
      now.every(({ pool_id: pool, beat }) => beat >= (before.get(pool) ?? Number.POSITIVE_INFINITY) + more)
    );
  });
};

/** For some seconds no beat can be written, and meanwhile the clocks are set: silence is not what a clock says. */
const setWhileNobodyBeats = (workers: readonly WorkerProcess[]): Promise<void> =>
  withClient(bench.database.superuserUrl, async (client) => {
    await client.query("begin");
    await client.query("select from worker_heartbeats for update");
    await waitFor("both beats to wait", async () => {
      const { rows } = await client.query<{ waiting: string }>(
        "select count(*) as waiting from pg_stat_activity where application_name = 'billpost-worker-heart' and wait_event_type = 'Lock' and datname = current_database()",
      );
      return rows[0]?.waiting === "2";
    });
    for (const worker of workers) worker.kill("SIGUSR2");
    await waitFor("both beats to have failed", () =>
      workers.every(({ log }) => log.some(({ msg }) => msg === "this worker could not show that it lives")),
    );
    await client.query("rollback");
  });

test("workers a day ahead and a day behind: all is sent once and dated by the database, nobody is declared dead, schedules go on", async () => {
  await loadSampleData(bench.db);
  await sql`insert into idempotency_keys (client_id, key, fingerprint, status, body, created_at)
    select 1, 'reply-' || hours, '', 201, '{}', now() - make_interval(hours => hours) from unnest(array[1, 47, 49]) as hours`.execute(
    bench.db,
  );
  const api = await startApi(-day);
  const workers = await Promise.all([startWorker(day), startWorker(-day)]);
  const key = await aKey(3_600_000);
  const placeOrders = async (count: number) => {
    const replies = await Promise.all(
      Array.from({ length: count }, () => call(api, key, "/api/orders", order, randomUUID())),
    );
    expect(replies.every(({ status }) => status === 201)).toBe(true);
  };
  const allSent = (count: number) =>
    waitFor("every email", async () => {
      const rows = await bench.db.selectFrom("deliveries").select("id").where("state", "=", "sent").execute();
      return rows.length === count;
    });
  // One reply of SES is lost; whether to send again is judged in an hour, or by an event of SES.
  bench.ses.next("reset_after");
  await placeOrders(6);
  await allSent(5);
  for (const worker of workers) worker.kill("SIGUSR2");
  await placeOrders(6);
  await allSent(11);
  await setWhileNobodyBeats(workers);
  await beatOn(workers, 5);
  await waitFor("the schedules to be known", async () => {
    const known = await bench.db.selectFrom("schedules").select("name").execute();
    return known.some(({ name }) => name === "begin-reconciliation");
  });
  await sql`update schedules set last_begun_at = now() - interval '61 minutes'`.execute(bench.db);

  const doubtful = await bench.db
    .selectFrom("deliveries")
    .select(["id", "order_id"])
    .where("state", "=", "ambiguous")
    .executeTakeFirstOrThrow();
  expect(bench.ses.taken).toHaveLength(12);
  const about = { deliveryId: doubtful.id, messageId: randomUUID() };
  expect(await publishTo(api.url, sign(notification(sesEvent("Send", about))))).toBe(200);
  const settled = await readLedger(bench.db, doubtful.order_id ?? 0);
  expect(settled.deliveries[0]).toMatchObject({ state: "sent", resends: 0, messageId: about.messageId });

  await waitFor("the schedules to have run", async () => {
    const { rows } = await sql<{ replies: number; reconciled: number }>`
      select (select count(*) from idempotency_keys where key like 'reply-%') as replies,
        (select count(*) from reconciliations where finished_at is not null) as reconciled`.execute(bench.db);
    return rows[0]?.replies === 2 && rows[0].reconciled === 1;
  });
  const { rows: misdated } = await sql`
    select number from invoices where issue_date not in ((now() at time zone 'UTC')::date, ((now() - interval '3 minutes') at time zone 'UTC')::date)`.execute(
    bench.db,
  );
  expect(misdated).toEqual([]);
  // The lost reply, and the first call of each worker to S3 and SES, which AWS refuses for its date: the SDK
  // knows the time after that.
  const ended = await failures();
  expect(ended.map(({ event }) => event)).not.toContain("crashed");
  expect(workers.flatMap(({ log }) => log).filter(({ msg }) => msg.includes("took over"))).toEqual([]);
});
