import { sql } from "kysely";
import type { Db, Trx } from "./connection.ts";
import { enqueue } from "./outbox.ts";

/** What can have fallen between the tables, the queue and the object store. */
type FindingKind =
  | "order_without_invoice"
  | "invoice_without_document"
  | "document_without_object"
  | "object_differs"
  | "object_without_row"
  | "delivery_stuck"
  | "delivery_in_doubt"
  | "work_without_job"
  | "job_without_work"
  | "lock_without_worker";

export interface Finding {
  readonly kind: FindingKind;
  /** What people call it: an order id, an invoice number, an object's key. No names and no addresses. */
  readonly subject: string;
  readonly ids: Readonly<Record<string, number>>;
  readonly repaired: boolean;
  /** What was done, or what repairs it. */
  readonly act: string;
}

export interface Reconciliation {
  readonly id: number;
  readonly deep: boolean;
  readonly state: "running" | "done" | "failed";
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** How many of each were looked at; null until it is done. */
  readonly checked: Readonly<Record<string, number>> | null;
  readonly repaired: number;
  readonly left: number;
}

/** Asks a worker to look; answers the reconciliation's id. */
export const requestReconciliation = async (
  trx: Trx,
  {
    actor,
    deep,
    requestId,
  }: { readonly actor: string; readonly deep: boolean; readonly requestId?: string | undefined },
): Promise<number> => {
  const { id } = await trx
    .insertInto("reconciliations")
    .values({ actor, deep })
    .returning("id")
    .executeTakeFirstOrThrow();
  const [workItemId = null] = await enqueue(trx, [
    { task: "reconcile", payload: { reconciliationId: id }, requestId },
  ]);
  await trx.updateTable("reconciliations").set({ work_item_id: workItemId }).where("id", "=", id).execute();
  return id;
};

const selectReconciliations = (db: Db) =>
  db
    .selectFrom("reconciliations as r")
    .leftJoin("work_items as w", "w.id", "r.work_item_id")
    .select([
      "r.id",
      "r.deep",
      "r.created_at",
      "r.finished_at",
      "r.checked",
      "w.state as work_state",
      (e) => countFindings(e.ref("r.id"), true).as("repaired"),
      (e) => countFindings(e.ref("r.id"), false).as("left"),
    ]);

type ReconciliationRow = Awaited<ReturnType<ReturnType<typeof selectReconciliations>["execute"]>>[number];

const toReconciliation = (row: ReconciliationRow): Reconciliation => ({
  id: row.id,
  deep: row.deep,
  state: row.finished_at ? "done" : row.work_state === "failed" ? "failed" : "running",
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  checked: row.checked,
  repaired: row.repaired,
  left: row.left,
});

/** A reconciliation and how it stands; undefined when there is none of that id. */
export const findReconciliation = async (db: Db, id: number): Promise<Reconciliation | undefined> => {
  const row = await selectReconciliations(db).where("r.id", "=", id).executeTakeFirst();
  return row && toReconciliation(row);
};

/** Those of the last month, newest first, from below `beforeId`. */
export const listReconciliations = async (
  db: Db,
  { limit, beforeId }: { readonly limit: number; readonly beforeId?: number | undefined },
): Promise<Reconciliation[]> => {
  const rows = await selectReconciliations(db)
    .$if(beforeId !== undefined, (query) => query.where("r.id", "<", beforeId ?? 0))
    .orderBy("r.id", "desc")
    .limit(limit)
    .execute();
  return rows.map(toReconciliation);
};

const countFindings = (id: unknown, repaired: boolean) =>
  sql<number>`(select count(*) from reconciliation_findings f where f.reconciliation_id = ${id} and f.repaired = ${repaired})`;

/** What was found, in the order in which it was found, from after `afterPosition`. */
export const listFindings = (
  db: Db,
  id: number,
  { limit, afterPosition = 0 }: { readonly limit: number; readonly afterPosition?: number | undefined },
): Promise<(Finding & { readonly position: number })[]> =>
  db
    .selectFrom("reconciliation_findings")
    .select(["position", "kind", "subject", "ids", "repaired", "act"])
    .where("reconciliation_id", "=", id)
    .where("position", ">", afterPosition)
    .orderBy("position")
    .limit(limit)
    .execute() as Promise<(Finding & { readonly position: number })[]>;

/** Findings in one insert; far below what one statement can hold. */
const chunk = 1_000;
/** Those of the schedule come every few minutes; what they found is of no use after this time. */
const keepDays = 30;

/** Writes down what was found and that the search is over; an earlier attempt's findings are replaced. */
export const finishReconciliation = async (
  trx: Trx,
  id: number,
  findings: readonly Finding[],
  checked: Readonly<Record<string, number>>,
): Promise<void> => {
  await trx.deleteFrom("reconciliation_findings").where("reconciliation_id", "=", id).execute();
  for (let start = 0; start < findings.length; start += chunk)
    await trx
      .insertInto("reconciliation_findings")
      .values(
        findings.slice(start, start + chunk).map((finding, index) => ({
          reconciliation_id: id,
          position: start + index + 1,
          kind: finding.kind,
          subject: finding.subject,
          ids: JSON.stringify(finding.ids),
          repaired: finding.repaired,
          act: finding.act,
        })),
      )
      .execute();
  await trx
    .updateTable("reconciliations")
    .set({ finished_at: sql<Date>`clock_timestamp()`, checked: JSON.stringify(checked) })
    .where("id", "=", id)
    .execute();
  await trx
    .deleteFrom("reconciliations")
    .where("created_at", "<", sql<Date>`now() - make_interval(days => ${keepDays})`)
    .execute();
};
