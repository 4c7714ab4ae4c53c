import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareDatabase } from "@billpost/local/database-setup";
import { freePort } from "@billpost/local/ports";
import { startPostgres } from "@billpost/local/postgres";
import { apiNodeOptions } from "@billpost/runtime/node-options";
import { Client } from "pg";
import { logSettings, settleLog } from "./settled-log.ts";

const apiMain = fileURLToPath(new URL("../../../apps/api/src/main.ts", import.meta.url));

/** A PostgreSQL and an API of our own, as `pnpm start` runs them: durable commits, checks and limits on. */
export interface BenchStack {
  readonly databaseUrl: string;
  readonly superuserUrl: string;
  readonly apiUrl: string;
  readonly apiPid: number;
  /** Of the server process, whose children serve the connections. */
  readonly postgresPid: number;
  stop(): Promise<void>;
}

/** Products and customers that the load draws from. */
export const productCount = 10_000;
export const customerCount = 1_000;
/** The sample data comes first in the tables. */
export const firstProduct = 4;
export const firstCustomer = 3;
/** Never sold out. */
const stockEach = 1_000_000_000;

/** Starts the stack on free ports with a folder that is removed at the end, and fills the catalogue. */
export const startBenchStack = async ({
  settings = {},
}: {
  /** Of the server, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
} = {}): Promise<BenchStack> => {
  const dataDir = await mkdtemp(join(tmpdir(), "billpost-bench-"));
  const postgres = await startPostgres({
    dataDir,
    port: 0,
    log: () => {},
    settings: { ...logSettings, ...settings },
  });
  const { url } = await prepareDatabase(postgres.superuserUrl);
  const superuserUrl = urlOf(postgres.superuserUrl, new URL(url).pathname);
  await fillCatalogue(superuserUrl);
  await runAsSuperuser(superuserUrl, settleLog);
  const port = await freePort();
  const api = startApi(url, port);
  const apiUrl = `http://127.0.0.1:${port}`;
  await untilReady(apiUrl, api);
  return {
    databaseUrl: url,
    superuserUrl,
    apiUrl,
    apiPid: api.pid ?? 0,
    postgresPid: postgres.pid,
    stop: async () => {
      await end(api);
      await postgres.stop("fast");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const urlOf = (serverUrl: string, path: string): string => {
  const url = new URL(serverUrl);
  url.pathname = path;
  return url.href;
};

/** The API alone, on a database that stands, until it is ready. */
export const startApiAlone = async (
  databaseUrl: string,
): Promise<{ readonly apiUrl: string; stop(): Promise<void> }> => {
  const port = await freePort();
  const api = startApi(databaseUrl, port);
  const apiUrl = `http://127.0.0.1:${port}`;
  await untilReady(apiUrl, api);
  return { apiUrl, stop: () => end(api) };
};

const startApi = (databaseUrl: string, port: number): ChildProcess =>
  spawn(process.execPath, [...process.execArgv, ...apiNodeOptions, apiMain], {
    // Not the whole environment: what a developer exports must not change what is measured.
    env: {
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      S3_BUCKET: "bench",
      S3_ENDPOINT: "http://127.0.0.1:9",
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
      RATE_LIMIT_PER_MINUTE: "0",
      LOG_LEVEL: "warn",
      SHUTDOWN_DRAIN_SECONDS: "0",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });

const untilReady = async (apiUrl: string, api: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (api.exitCode !== null) throw new Error(`the API ended with ${api.exitCode}`);
    const ready = await fetch(`${apiUrl}/ready`).catch(() => undefined);
    if (ready?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the API was not ready within 10 s");
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
};

const runAsSuperuser = async (superuserUrl: string, work: (client: Client) => Promise<unknown>) => {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

const fillCatalogue = (superuserUrl: string): Promise<void> =>
  runAsSuperuser(superuserUrl, async (client) => {
    await client.query(
      `with made as (
         insert into products (sku, name, unit_price_minor, currency, inventory_quantity)
         select 'BENCH-' || n, 'Product ' || n, 100 + n, 'USD', $2 from generate_series(1, $1::int) as n
         returning id, inventory_quantity)
       insert into stock_movements (product_id, type, quantity, resulting_quantity, actor)
       select id, 'receipt', inventory_quantity, inventory_quantity, 'bench' from made`,
      [productCount, stockEach],
    );
    await client.query(
      `insert into customers (client_id, name, email, address)
       select 1, 'Customer ' || n, 'customer' || n || '@example.com',
         '{"line1": "1 Main Street", "city": "Dublin", "countryCode": "IE"}'
       from generate_series(1, $1::int) as n`,
      [customerCount],
    );
    // Not the empty tables: a new installation's are never analysed while they are empty.
    await client.query("analyze products, stock_movements, customers");
  });
