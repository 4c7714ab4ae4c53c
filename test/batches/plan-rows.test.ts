import { loadBatch } from "@billpost/db/batches/batch";
import { createBatch } from "@billpost/db/batches/create";
import { beginPlan, planStep } from "@billpost/db/batches/plan";
import { expect, test } from "vitest";
import { createTestDatabase } from "../src/database.ts";
import { fillHistory } from "../src/history.ts";
import { openTestDatabase } from "../src/test-orders.ts";

/** `PLAN_ROWS=200000` is the size that is promised; the memory does not depend on it. */
const rows = Number(process.env["PLAN_ROWS"] ?? 5_000);

test(`a selection of ${rows} rows is planned in steps, none of which holds it in memory`, async () => {
  const database = await createTestDatabase();
  const db = openTestDatabase(database.url);
  await fillHistory(db, rows);
  const { id: clientId } = await db.selectFrom("clients").select("id").executeTakeFirstOrThrow();
  const { batch } = await db.transaction().execute((trx) =>
    createBatch(trx, {
      clientId,
      kind: "resend",
      externalRef: "all",
      fingerprint: Buffer.from("x"),
      reason: "All",
      actor: "test",
      requestId: "test",
      autoStart: false,
      selection: { filter: {} },
      options: {},
      canary: null,
      stopAtFailureRate: null,
    }),
  );
  await db.transaction().execute((trx) => beginPlan(trx, batch));
  const heap = process.memoryUsage().heapUsed;
  let most = 0;
  let longest = 0;
  for (let complete = false; !complete; ) {
    const started = performance.now();
    complete = await db.transaction().execute(async (trx) => {
      const now = await loadBatch(trx, batch.id);
      if (!now) throw new Error("the batch is gone");
      return (await planStep(trx, now)).complete;
    });
    longest = Math.max(longest, performance.now() - started);
    most = Math.max(most, process.memoryUsage().heapUsed - heap);
  }
  const planned = await loadBatch(db, batch.id);
  const { count } = await db
    .selectFrom("batch_items")
    .select((e) => e.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  expect([planned?.total, count]).toEqual([rows, rows]);
  // 200,000 rows held as objects would be many times this.
  expect(most).toBeLessThan(20 * 2 ** 20);
  console.log(
    `${rows} rows: ${Math.round(most / 2 ** 20)} MB of heap, ${Math.round(longest)} ms for the longest step`,
  );
  await db.destroy();
}, 300_000);
