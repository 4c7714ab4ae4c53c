import type { Db } from "@billpost/db/connection";
import { sql } from "kysely";
import { waitFor } from "./wait-for.ts";

/** All that is written about one order's invoice. */
export interface Ledger {
  readonly invoices: readonly { readonly id: number; readonly number: string }[];
  readonly documents: readonly {
    readonly sha256: string;
    readonly s3Key: string;
    readonly stored: boolean;
    readonly revision: number;
  }[];
  readonly deliveries: readonly {
    readonly id: number;
    readonly state: string;
    readonly resends: number;
    readonly messageId: string | null;
    readonly errorClass: string | null;
    readonly errorMessage: string | null;
  }[];
  readonly work: readonly {
    readonly id: number;
    readonly task: string;
    readonly state: string;
    readonly attempt: number;
    readonly errorMessage: string | null;
  }[];
  /** `stage.event`, in order, of the delivering. */
  readonly stages: readonly string[];
  /** Types, in order. */
  readonly timeline: readonly string[];
}

export const readLedger = async (db: Db, orderId: number): Promise<Ledger> => ({
  invoices: await db
    .selectFrom("invoices")
    .select(["id", "number"])
    .where("order_id", "=", orderId)
    .orderBy("id")
    .execute(),
  documents: await db
    .selectFrom("documents as d")
    .innerJoin("invoices as i", "i.id", "d.invoice_id")
    .select([
      "d.sha256",
      "d.s3_key as s3Key",
      "d.revision",
      sql<boolean>`d.stored_at is not null`.as("stored"),
    ])
    .where("i.order_id", "=", orderId)
    .orderBy("d.id")
    .execute(),
  deliveries: await db
    .selectFrom("deliveries")
    .select([
      "id",
      "state",
      "resends",
      "ses_message_id as messageId",
      "last_error_class as errorClass",
      "last_error_message as errorMessage",
    ])
    .where("order_id", "=", orderId)
    .orderBy("id")
    .execute(),
  work: await db
    .selectFrom("work_items")
    .select(["id", "task", "state", "attempt", "last_error_message as errorMessage"])
    .where("order_id", "=", orderId)
    .orderBy("id")
    .execute(),
  stages: (
    await db
      .selectFrom("work_item_events as e")
      .innerJoin("work_items as w", "w.id", "e.work_item_id")
      .select(sql<string>`e.stage || '.' || e.event`.as("entry"))
      .where("w.order_id", "=", orderId)
      .where("w.task", "=", "deliver-invoice")
      .orderBy("e.id")
      .execute()
  ).map(({ entry }) => entry),
  timeline: (
    await db.selectFrom("order_events").select("type").where("order_id", "=", orderId).orderBy("id").execute()
  ).map(({ type }) => type),
});

/** Waits until the order's delivery is in one of these states and its work is not running, and reads all. */
export const ledgerWhen = (
  db: Db,
  orderId: number,
  states: readonly string[],
  timeoutMs = 20_000,
): Promise<Ledger> =>
  waitFor(
    `order ${orderId}'s delivery to be ${states.join(" or ")}`,
    async () => {
      const ledger = await readLedger(db, orderId);
      const [delivery] = ledger.deliveries;
      const settled = ledger.work.every(({ state }) => state !== "running");
      return delivery !== undefined && states.includes(delivery.state) && settled && ledger;
    },
    { timeoutMs },
  );

/** Jobs of graphile-worker, and how many of them are locked. */
export const readJobs = async (db: Db): Promise<{ readonly jobs: number; readonly locked: number }> => {
  const { rows } = await sql<{ jobs: number; locked: number }>`
    select count(*) as jobs, count(locked_by) as locked from graphile_worker.jobs`.execute(db);
  return rows[0] ?? { jobs: 0, locked: 0 };
};

/** Waits until the queue is empty: finished jobs are deleted, and none is left locked. */
export const waitForEmptyQueue = (db: Db, timeoutMs = 20_000): Promise<unknown> =>
  waitFor("the queue to be empty", async () => (await readJobs(db)).jobs === 0, { timeoutMs });
