import { createHash } from "node:crypto";
import type { Db } from "@billpost/db/connection";
import { listFindings } from "@billpost/db/reconciliations";
import { proveSeries } from "@billpost/db/series-proof";
import { isSuppressed } from "@billpost/db/suppressions";
import { checkStock } from "@billpost/db/stock";
import { sql } from "kysely";
import type { FaultyS3 } from "../src/faulty-s3.ts";
import type { FaultySes } from "../src/faulty-ses.ts";
import type { ToldEvent } from "./ses-events.ts";
import type { Receipts } from "./shoppers.ts";

/** One promise, and how often it was found broken. */
interface Line {
  readonly promise: string;
  readonly broken: number;
  /** Some of what broke it. */
  readonly examples: readonly string[];
}

export interface Verdict {
  readonly lines: readonly Line[];
  /** What is no promise but is told. */
  readonly figures: Readonly<Record<string, number>>;
  readonly held: boolean;
}

export interface Evidence {
  readonly db: Db;
  readonly s3: FaultyS3;
  readonly ses: FaultySes;
  readonly receipts: Receipts;
  readonly told: readonly ToldEvent[];
  /** The stock that each product began with. */
  readonly initialStock: number;
  readonly reconciliationId: number;
  readonly processesLeft: number;
}

const line = (promise: string, broken: readonly unknown[]): Line => ({
  promise,
  broken: broken.length,
  examples: broken.slice(0, 5).map((item) => (typeof item === "string" ? item : JSON.stringify(item))),
});

/** Compares what shoppers were told, what SES and S3 took and what the database says. */
export const judge = async (evidence: Evidence): Promise<Verdict> => {
  const { db, receipts, reconciliationId, processesLeft } = evidence;
  const lines = [
    ...(await ordersAndStock(evidence)),
    ...(await numbers(db)),
    ...(await nothingStuck(db)),
    ...(await objects(evidence)),
    ...(await mails(evidence)),
    ...(await heard(evidence)),
  ];
  const findings = await listFindings(db, reconciliationId, { limit: 1_000 });
  const doubts = findings.filter(({ kind }) => kind === "delivery_in_doubt");
  lines.push(
    line(
      "reconciliation finds nothing (but deliveries in doubt)",
      findings.filter(({ kind }) => kind !== "delivery_in_doubt"),
    ),
    { promise: "no process is left", broken: processesLeft, examples: [] },
  );
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from orders) as orders, (select count(*) from invoices) as invoices,
      (select count(*) from work_item_events where event = 'crashed') as "attempts that crashed",
      (select count(*) from deliveries where resends > 0) as "sent again after a doubt",
      (select count(*) from deliveries where state = 'bounced') as "deliveries that bounced",
      (select count(*) from deliveries where state = 'suppressed') as "deliveries stopped by a bounce",
      (select coalesce(sum(throttles), 0)::bigint from work_items) as "throttles at rest"`.execute(db);
  return {
    lines,
    figures: {
      ...rows[0],
      "orders refused for want of stock": receipts.refused.size,
      "replies replayed to shoppers": receipts.replays,
      "mails that SES took": evidence.ses.taken.length,
      "events of SES that reached an API": evidence.told.filter(({ acknowledged }) => acknowledged).length,
      "deliveries left in doubt, shown": doubts.length,
    },
    held: lines.every(({ broken }) => broken === 0),
  };
};

const ordersAndStock = async ({ db, receipts, initialStock }: Evidence): Promise<Line[]> => {
  const rows = await db.selectFrom("orders").select("order_id").execute();
  const stored = new Set(rows.map((row) => row.order_id));
  const told = [...receipts.orders.values()];
  const named = new Set(told);
  const { mismatches } = await checkStock(db);
  const { rows: oversold } = await sql<{ id: number }>`
    select p.id from products p left join (
      select product_id, sum(quantity) as sold from order_items group by product_id) s on s.product_id = p.id
    where p.sku like 'SOAK-%' and (p.inventory_quantity < 0
      or p.inventory_quantity <> ${initialStock}::bigint - coalesce(s.sold, 0))`.execute(db);
  return [
    line(
      "no order that a shopper was told of is lost",
      told.filter((orderId) => !stored.has(orderId)),
    ),
    line(
      "no order is there that no shopper was told of",
      [...stored].filter((orderId) => !named.has(orderId)),
    ),
    line("a key names one order for ever", [...receipts.contradicted]),
    line("no two keys name one order", named.size === told.length ? [] : ["some do"]),
    line("nothing is oversold: stock = start - sold", oversold),
    line("stock is the sum of its ledger", mismatches),
  ];
};

const numbers = async (db: Db): Promise<Line[]> => {
  const proofs = await proveSeries(db);
  const { rows } = await sql<{ order_id: string }>`
    select order_id from orders o where status = 'COMPLETED'
      and (select count(*) from invoices i where i.order_id = o.id) <> 1`.execute(db);
  return [
    line(
      "invoice numbers have no gap and no duplicate",
      proofs.filter(({ gapless }) => !gapless),
    ),
    line("every order has exactly one invoice", rows),
  ];
};

const nothingStuck = async (db: Db): Promise<Line[]> => {
  const { rows: work } = await sql<{ readonly id: number }>`
    select id, task, state, attempt, fence, worker_id, last_error_message as error from work_items where state not in ('done', 'ambiguous', 'suppressed')
      or (state = 'ambiguous' and finished_at is null)`.execute(db);
  const { rows: deliveries } = await sql<{ id: number; state: string }>`
    select id, state from deliveries d where state not in ('sent', 'delivered', 'bounced', 'ambiguous')
      and not (state = 'suppressed' and exists (
        select from suppressed_addresses s where s.address = d.recipient_email and s.cleared_at is null))`.execute(
    db,
  );
  const { rows: jobs } = await sql<{ readonly id: number }>`
    select id, key, attempts, run_at, locked_by, locked_at, last_error from graphile_worker.jobs`.execute(db);
  return [
    line("no work is stuck or failed", work),
    line("every delivery is sent, or stopped by a bounce, or in doubt and shown so", deliveries),
    line("no job or lock is left", jobs),
  ];
};

const objects = async ({ db, s3 }: Evidence): Promise<Line[]> => {
  const documents = await db.selectFrom("documents").select(["s3_key", "stored_at"]).execute();
  const keys = new Set(documents.map((document) => document.s3_key));
  const twice = s3.created.filter((key, index) => s3.created.indexOf(key) !== index);
  return [
    line("no object was written twice", twice),
    line("every object has its row, every row its object", [
      ...[...s3.objects.keys()].filter((key) => !keys.has(key)),
      ...documents.filter((row) => row.stored_at === null || !s3.objects.has(row.s3_key)),
    ]),
  ];
};

const mails = async ({ db, s3, ses }: Evidence): Promise<Line[]> => {
  const byNumber = new Map<string, string[]>();
  const differing: string[] = [];
  const objectOf = new Map(
    [...s3.objects].map(([key, bytes]) => [key.split("/")[2], createHash("sha256").update(bytes).digest()]),
  );
  for (const { messageId, attachments } of ses.taken)
    for (const [name, sha256] of attachments) {
      const number = name.replace(/\.pdf$/, "");
      byNumber.set(number, [...(byNumber.get(number) ?? []), messageId]);
      if (!objectOf.get(number)?.equals(sha256)) differing.push(number);
    }
  const { rows } = await sql<{
    number: string;
    state: string;
    resends: number;
    message_id: string | null;
    doubted: boolean;
  }>`
    select i.number, d.state, d.resends, d.ses_message_id as message_id, exists (
      select from order_events e where e.order_id = i.order_id and e.type = 'delivery.ambiguous') as doubted
    from invoices i join delivery_documents dd on dd.invoice_id = i.id join deliveries d on d.id = dd.delivery_id`.execute(
    db,
  );
  const count = ({ number }: { readonly number: string }) => byNumber.get(number)?.length ?? 0;
  const sent = rows.filter(({ state }) => ["sent", "delivered", "bounced"].includes(state));
  return [
    line(
      "every invoice that counts as sent was taken by SES",
      sent.filter((row) => count(row) === 0),
    ),
    line(
      "the ledger's message is one that SES took for this invoice",
      sent.filter(({ number, message_id: id }) => !byNumber.get(number)?.includes(id ?? "")),
    ),
    line(
      "none was sent twice unless the ledger says it was in doubt",
      rows.filter((row) => count(row) > 1 && !(row.doubted && row.resends === 1)),
    ),
    line(
      "none was sent more than twice",
      rows.filter((row) => count(row) > 2),
    ),
    line("every mail holds the stored PDF, byte for byte", differing),
    line(
      "nothing was sent where mail was stopped",
      rows.filter((row) => row.state === "suppressed" && count(row) > 0),
    ),
  ];
};

/** Of what SES told and an API answered to have taken; what was lost on the way nobody can know. */
const heard = async ({ db, told }: Evidence): Promise<Line[]> => {
  const known = told.filter(({ acknowledged }) => acknowledged);
  const kept = new Set(
    (await db.selectFrom("ses_events").select("sns_message_id").execute()).map((row) => row.sns_message_id),
  );
  const states = new Map(
    (await db.selectFrom("deliveries").select(["id", "state"]).execute()).map(({ id, state }) => [id, state]),
  );
  const kindsOf = Map.groupBy(known, ({ deliveryId }) => deliveryId);
  const unlike = [...kindsOf].flatMap(([id, events]) => {
    const kinds = new Set(events.map(({ kind }) => kind));
    const state = states.get(id) ?? "none";
    const right = kinds.has("Bounce")
      ? state === "bounced"
      : kinds.has("Delivery") || kinds.has("Complaint")
        ? state === "delivered"
        : ["sent", "delivered", "bounced"].includes(state);
    return right ? [] : [{ id, state, told: [...kinds] }];
  });
  const stopped = new Set(
    known.filter(({ kind }) => kind === "Bounce" || kind === "Complaint").map(({ address }) => address),
  );
  const open: string[] = [];
  for (const address of stopped) if (!(await isSuppressed(db, address))) open.push(address);
  return [
    line(
      "every event that SES told is kept, once",
      known.filter(({ snsMessageId }) => !kept.has(snsMessageId)),
    ),
    line("what SES told of a mail is what its delivery says", unlike),
    line("an address that bounced or complained gets no more", open),
  ];
};
