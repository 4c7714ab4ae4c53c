import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Db } from "@billpost/db/connection";
import { findReconciliation, requestReconciliation } from "@billpost/db/reconciliations";
import { developmentKey, prepareDatabase } from "@billpost/local/database-setup";
import { freePort } from "@billpost/local/ports";
import { startPostgres } from "@billpost/local/postgres";
import { sql } from "kysely";
import { startFaultyS3 } from "../src/faulty-s3.ts";
import { startFaultySes, type TakenMail } from "../src/faulty-ses.ts";
import { startFakeSns } from "../src/ses-publisher.ts";
import { openTestDatabase } from "../src/test-orders.ts";
import { waitFor } from "../src/wait-for.ts";
import { createRandom } from "../simulation/random.ts";
import { type Act, planChaos, wreak } from "./chaos.ts";
import { chromesOf, livingOf } from "./chromes.ts";
import { type FleetServices, startApiMember, startWorkerMember } from "./fleet.ts";
import { startOperator } from "./operator.ts";
import { optionsOf } from "./options.ts";
import { bouncer, startSesEvents } from "./ses-events.ts";
import { goShopping } from "./shoppers.ts";
import { judge, type Verdict } from "./verdict.ts";

const given = optionsOf(process.argv.slice(2));
if (!given) process.exit();
const options = given;
const random = createRandom(options.seed);
const started = performance.now();
const say = (text: string) =>
  console.log(`${String(Math.round((performance.now() - started) / 1000)).padStart(5)} s  ${text}`);

const folder = await mkdtemp(join(tmpdir(), "billpost-soak-"));
const port = await freePort();
const launch = () =>
  startPostgres({ dataDir: folder, port, log: () => {}, settings: { max_connections: "200" } });
let server = await launch();
const restartDatabase = async (awayMs: number) => {
  await server.stop("immediate");
  await delay(awayMs);
  server = await launch();
};
const { url: databaseUrl } = await prepareDatabase(server.superuserUrl);
const db = openTestDatabase(databaseUrl);
let tellOf: ((mail: TakenMail) => void) | undefined;
const [s3, ses, sns] = await Promise.all([
  startFaultyS3(),
  startFaultySes(0, { keep: "hashes", onTaken: (mail) => tellOf?.(mail) }),
  startFakeSns(),
]);

/** Again and again while the database is away. */
const ask = <T>(what: string, question: () => Promise<T>) => waitFor(what, question, { timeoutMs: 60_000 });

/** Products of which some sell out, and customers whose invoices differ. */
const stockUp = async (db: Db) => {
  const { rows: products } = await sql<{ id: number }>`
    with made as (
      insert into products (sku, name, unit_price_minor, currency, inventory_quantity)
      select 'SOAK-' || n, 'Widget ' || n, 100 + n * 37, 'USD', ${options.stock} from generate_series(1, 12) n returning id
    ), moved as (
      insert into stock_movements (product_id, type, quantity, resulting_quantity, actor)
      select id, 'receipt', ${options.stock}, ${options.stock}, 'soak' from made
    ) select id from made`.execute(db);
  const { rows: customers } = await sql<{ id: number }>`
    with bouncing as (
      insert into customers (client_id, name, email) select 1, 'Jane Roe', email
      from unnest(${Array.from({ length: 4 }, (_, index) => bouncer(index))}::text[]) as email returning id
    ) select id from bouncing union all
    -- Most mail arrives.
    select id from customers, generate_series(1, greatest(1, 60 / (select count(*) from customers)::int))`.execute(
    db,
  );
  return { productIds: products.map(({ id }) => id), customerIds: customers.map(({ id }) => id) };
};

const goods = await stockUp(db);
const services: FleetServices = { databaseUrl, s3, ses, sns };
const apis = await Promise.all(
  Array.from({ length: options.apis }, async (_, index) =>
    startApiMember(`API ${index + 1}`, services, await freePort()),
  ),
);
const workers = await Promise.all(
  Array.from({ length: options.workers }, (_, index) => startWorkerMember(`worker ${index + 1}`, services)),
);
const endAll = async () => {
  await Promise.all([...apis, ...workers].map((member) => member.stop()));
};

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    for (const member of [...apis, ...workers]) member.end();
    void server.stop("immediate").then(() => process.exit(130));
  });
await Promise.all([...apis, ...workers].map((member) => member.there()));
const events = startSesEvents(
  apis.map((api) => api.url),
  createRandom(options.seed + 2),
);
const operator = startOperator({
  apis: apis.map((api) => api.url),
  key: developmentKey,
  random: createRandom(options.seed + 3),
});
tellOf = (mail) => events.tell(mail);

const backlog = async (): Promise<number> => {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from work_items where state not in ('done', 'ambiguous', 'failed', 'suppressed')
      or (state = 'ambiguous' and finished_at is null)`.execute(db);
  return rows[0]?.open ?? 0;
};
let behind = 0;
const watch = async () => {
  for (;;) {
    behind = await backlog().catch(() => behind);
    await delay(250);
  }
};
void watch();
const pace = async () => {
  while (behind > options.backlog) await delay(100);
};

say(`pnpm soak --seed ${options.seed} --orders ${options.orders} --kills ${options.kills} …`);
const shoppers = goShopping({
  ...goods,
  orders: options.orders,
  shoppers: 16,
  apis: apis.map((api) => api.url),
  key: developmentKey,
  // Their own numbers, so that the order of their replies does not change what the chaos does.
  random: createRandom(options.seed + 1),
  runId: `soak-${options.seed}`,
  pace,
});

const acts = planChaos(
  {
    kills: options.kills,
    databaseStops: options.stops,
    partitions: options.partitions,
    pauses: options.pauses,
  },
  random,
);
const background: Promise<void>[] = [];
const targets = { apis, workers, s3, ses, restartDatabase, random };
const doAndTell = async (act: Act) => {
  const what = await wreak(act, targets);
  say(`${shoppers.settled} orders, ${ses.taken.length} mails: ${what}`);
};
/** Faults come as work gets done, so that each finds work under way; but they do not wait for ever. */
const worked = () => ses.taken.length + shoppers.receipts.refused.size;
for (const [index, act] of acts.entries()) {
  const due = (options.orders * index) / acts.length;
  for (const since = performance.now(); worked() < due && performance.now() - since < 15_000; )
    await delay(20);
  const done = doAndTell(act);
  // Partitions and pauses go on while other things happen; the database is away by itself.
  if (act === "partition" || act === "pause") background.push(done);
  else await done;
  await delay(options.gapMs);
}
await shoppers.done;
await Promise.all(background);
s3.calm();
ses.calm();
say("no more faults: waiting for quiet");
await waitFor(
  "everything to be done",
  async () =>
    (await backlog()) === 0 &&
    (await sql<{ jobs: number }>`select count(*) as jobs from graphile_worker.jobs`.execute(db)).rows[0]
      ?.jobs === 0,
  { timeoutMs: options.quietSeconds * 1000, everyMs: 500 },
).catch((error: Error) => say(error.message));
await events.settle();
await operator.stop();
say("quiet; reconciling");
const reconciliationId = await ask("the reconciliation to be asked for", () =>
  db.transaction().execute((trx) => requestReconciliation(trx, { actor: "soak", deep: true })),
);
await waitFor(
  "the reconciliation",
  async () => (await findReconciliation(db, reconciliationId))?.state !== "running",
  { timeoutMs: 120_000, everyMs: 500 },
).catch((error: Error) => say(error.message));
await waitFor("its job to be gone", async () => {
  const { rows } = await sql<{ jobs: number }>`select count(*) as jobs from graphile_worker.jobs`.execute(db);
  return rows[0]?.jobs === 0;
}).catch((error: Error) => say(error.message));
const families = await Promise.all(workers.map(({ pid }) => chromesOf(pid)));
await endAll();
// Chrome's helpers end a moment after their browser.
for (let tries = 0; tries < 100 && (await livingOf(families.flat())).length > 0; tries += 1) await delay(100);
const processesLeft = (await livingOf(families.flat())).length;

const verdict = await judge({
  db,
  s3,
  ses,
  receipts: shoppers.receipts,
  told: events.told,
  initialStock: options.stock,
  reconciliationId,
  processesLeft,
});
report(verdict);
await Promise.all([db.destroy(), s3.stop(), ses.stop(), sns.stop()]);
await server.stop("immediate");
await rm(folder, { recursive: true, force: true });
process.exit(verdict.held ? 0 : 1);

function report({ lines, figures, held }: Verdict): void {
  const seconds = Math.round((performance.now() - started) / 1000);
  const done = {
    ...figures,
    "kill -9": options.kills,
    "PostgreSQL stopped with immediate": options.stops,
    partitions: options.partitions,
    "pauses of workers": options.pauses,
    "tasks and stages paused by an operator": operator.pauses,
    "jobs released from quarantine": operator.releases,
    "process starts": [...apis, ...workers].reduce((sum, { starts }) => sum + starts, 0),
    "workers and APIs that ended by themselves": [...apis, ...workers].reduce(
      (sum, { endsByItself }) => sum + endsByItself,
      0,
    ),
    seconds,
  };
  const troubles = [...shoppers.receipts.troubles].map(
    ([status, count]) => `${status || "no reply"}: ${count}`,
  );
  console.log("");
  for (const [what, count] of Object.entries(done)) console.log(`${String(count).padStart(8)}  ${what}`);
  console.log(`          other replies to shoppers: ${troubles.join(", ") || "none"}`);
  console.log("\n  broken  promise");
  for (const { promise, broken, examples } of lines) {
    console.log(`${String(broken).padStart(8)}  ${promise}`);
    for (const example of examples) console.log(`            ${example}`);
  }
  console.log(
    `\n${held ? "Every promise held" : "A PROMISE WAS BROKEN"}; again: pnpm soak ${options.command}`,
  );
}
