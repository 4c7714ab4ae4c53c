import type { JobFilter } from "@billpost/db/operators/job-filter";
import { jobsQuery, listJobs } from "@billpost/db/operators/jobs";
import type { Db } from "@billpost/db/connection";
import { attentionQuery } from "@billpost/db/operators/attention";
import { type AuditFilter, auditQuery } from "@billpost/db/operators/audit-list";
import { failuresQuery } from "@billpost/db/operators/failures";
import { searchQuery } from "@billpost/db/operators/search";
import { elsewhereQuery, siblingLock } from "@billpost/db/operators/siblings";
import { queueQuery } from "@billpost/db/operators/stats";
import { readSearchText } from "@billpost/domain/operators/search-text";
import { withClient } from "@billpost/local/database-roles";
import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { fillHistory } from "./src/history.ts";
import { openTestDatabase } from "./src/test-orders.ts";

const orders = 50_000;
let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openTestDatabase(database.url);
  await fillHistory(db, orders);
  await withClient(database.ownerUrl, (owner) => owner.query("vacuum analyze"));
}, 120_000);

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** What a statement reads, as PostgreSQL tells after having run it. */
const explain = async (query: RawBuilder<unknown>) => {
  const { rows } = await sql<{ "QUERY PLAN": readonly [{ readonly Plan: PlanNode }] }>`
    explain (analyze, buffers, format json) ${query}`.execute(db);
  const plan = rows[0]?.["QUERY PLAN"][0].Plan;
  if (!plan) throw new Error("no plan");
  const nodes = nodesOf(plan);
  const large = [
    "work_items",
    "work_item_events",
    "orders",
    "invoices",
    "deliveries",
    "audit_events",
    "delivery_documents",
  ];
  return {
    wholeTables: nodes
      .filter((node) => node["Node Type"] === "Seq Scan" && large.includes(node["Relation Name"] ?? ""))
      .map((node) => node["Relation Name"]),
    mostRows: Math.max(
      ...nodes.map(
        (node) => (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
      ),
    ),
    blocks: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
  };
};

const now = Date.now();
const ago = (seconds: number) => new Date(now - seconds * 1000);

const filters: Record<string, readonly [filter: JobFilter, jobs: number]> = {
  none: [{}, 20],
  "one state of the oldest": [{ states: ["failed"] }, 3],
  "several states": [{ states: ["failed", "ambiguous", "quarantined"] }, 9],
  "all states": [{ states: ["done", "failed"] }, 20],
  done: [{ states: ["done"] }, 20],
  "what is live": [{ states: ["waiting", "running", "retrying", "throttled", "scheduled"] }, 15],
  "a rare task": [{ tasks: ["reconcile"] }, 1],
  "a common task": [{ tasks: ["deliver-invoice"] }, 20],
  "a task in a state": [{ tasks: ["deliver-invoice"], states: ["failed"] }, 3],
  "an order": [{ orderId: "ORD-2026-000077" }, 2],
  "an invoice": [{ invoiceNumber: "INV-2026-000077" }, 2],
  "a customer": [{ customerId: 77 }, 20],
  "an email address, in another case": [{ email: "CUSTOMER77@Example.com" }, 20],
  "a batch": [{ batchId: 7 }, 20],
  "an error class": [{ errorClass: "retryable" }, 20],
  "a fingerprint": [{ fingerprint: "store:retryable:1" }, 20],
  "a fingerprint in a state": [{ fingerprint: "store:retryable:1", states: ["failed"] }, 3],
  "many attempts": [{ attemptsFrom: 3 }, 20],
  "old ones": [{ olderThanSeconds: orders - 1_000 }, 20],
  "old ones in a state": [{ olderThanSeconds: orders - 1_000, states: ["failed", "blocked"] }, 6],
  "a minute long ago": [{ createdFrom: ago(orders - 120), createdTo: ago(orders - 125) }, 10],
  "an external reference": [{ externalRef: "shop-77" }, 2],
  "a message id": [{ sesMessageId: "message-77" }, 1],
  "a request id": [{ requestId: "request-77" }, 2],
  "a search for an email address": [{ search: " customer77@EXAMPLE.com " }, 20],
  "a search for an order": [{ search: "ord-2026-000077" }, 2],
  "a search for an invoice": [{ search: "inv-2026-000077" }, 2],
  "a search for a reference": [{ search: "shop-77" }, 2],
  "a search for a request": [{ search: "request-77" }, 2],
  "a search for nonsense": [{ search: "what is this" }, 0],
};

for (const oldestFirst of [false, true])
  for (const [name, [filter, jobs]] of Object.entries(filters))
    test(`a page of jobs, ${oldestFirst ? "oldest" : "newest"} first, by ${name}: reads no table whole and sorts no more than it finds`, async () => {
      const found = await listJobs(db, filter, { limit: 20, oldestFirst });
      expect(found).toHaveLength(jobs);
      const { wholeTables, mostRows, blocks } = await explain(jobsQuery(filter, { limit: 20, oldestFirst }));
      expect(wholeTables).toEqual([]);
      // A customer has a hundred jobs here; half a minute has sixty.
      expect(mostRows).toBeLessThan(2_000);
      expect(blocks).toBeLessThan(2_000);
    });

const acts: Record<string, AuditFilter> = {
  nothing: {},
  "an actor": { actor: "key:operator" },
  "an action": { action: "order.cancelled" },
  "the placing of orders": { action: "order.placed" },
  "a target": { targetType: "order", targetId: "ORD-2026-000077" },
  "a target of any type": { targetId: "ORD-2026-000077" },
  "a client": { clientId: 1 },
  "a request": { requestId: "request-77" },
  "a minute long ago": { from: ago(orders - 120), to: ago(orders - 125) },
};

for (const [name, filter] of Object.entries(acts))
  test(`a page of the audit by ${name} reads no table whole`, async () => {
    const { wholeTables, mostRows } = await explain(auditQuery(filter, { limit: 20 }));
    expect(wholeTables).toEqual([]);
    expect(mostRows).toBeLessThan(2_000);
  });

for (const [name, query] of [
  ["the queue's figures", queueQuery([])],
  ["what waits for a person", attentionQuery()],
  ["failures by their kind", failuresQuery()],
] as const)
  test(`${name}: found among what is open, without reading what is done`, async () => {
    const { wholeTables, mostRows } = await explain(query);
    expect(wholeTables).toEqual([]);
    expect(mostRows).toBeLessThan(2_000);
  });

for (const [name, query] of [
  ["held", siblingLock],
  ["read", elsewhereQuery],
] as const)
  test(`other deliveries of the invoices that a window of jobs is about are ${name} without reading a table whole`, async () => {
    const { rows } = await sql<{ id: number }>`select id from deliveries order by id limit 200`.execute(db);
    const { wholeTables, mostRows } = await explain(query(rows.map(({ id }) => id)));
    expect(wholeTables).toEqual([]);
    expect(mostRows).toBeLessThan(2_000);
  });

for (const text of [
  "ord-2026-000077",
  "inv-2026-000077",
  "customer77@example.com",
  "shop-77",
  "message-77",
  "77",
  "nothing",
])
  test(`a search for ${text} reads no table whole`, async () => {
    const query = searchQuery(readSearchText(text));
    if (!query) throw new Error("it can be something");
    const { wholeTables, mostRows } = await explain(query);
    expect(wholeTables).toEqual([]);
    expect(mostRows).toBeLessThan(2_000);
  });

test("the few that failed are found among thousands that wait, and so are the last of these, without reading the others", async () => {
  await sql`insert into work_items (task, state, max_attempts)
    select 'verify-invoice', 'waiting', 8 from generate_series(1, 10000)`.execute(db);
  await withClient(database.ownerUrl, (owner) => owner.query("analyze work_items"));
  for (const states of [["failed"], ["failed", "waiting"]] as const)
    for (const oldestFirst of [false, true]) {
      const query = jobsQuery({ states }, { limit: 20, oldestFirst });
      const { wholeTables, mostRows, blocks } = await explain(query);
      expect(wholeTables).toEqual([]);
      expect(mostRows).toBeLessThan(500);
      expect(blocks).toBeLessThan(500);
    }
});
