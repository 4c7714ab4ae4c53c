import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "pg";
import { percentiles } from "../harness/statistics.ts";
import { customerCount, firstCustomer, firstProduct, productCount } from "../stack/bench-stack.ts";
import type { LoadResult } from "./order-load.ts";

const run = promisify(execFile);
const script = fileURLToPath(new URL("ceiling.sql", import.meta.url));

/** Whether pgbench is on the PATH. */
export const hasPgbench = async (): Promise<boolean> =>
  run("pgbench", ["--version"]).then(
    () => true,
    () => false,
  );

export interface CeilingLoad {
  readonly clients: number;
  readonly seconds: number;
  readonly oneProduct?: boolean;
  readonly signal: AbortSignal;
}

/** Orders a second by pgbench, one transaction each, prepared statements, with `clients` connections. */
export const placeByPgbench = async (databaseUrl: string, load: CeilingLoad): Promise<number> => {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const spread = load.oneProduct ? 0 : productCount - 1;
  const options =
    `-h ${hostname} -p ${port} -U ${username} -n -M prepared -c ${load.clients} -j 2 -T ${Math.ceil(load.seconds)} ` +
    `-D low=${firstProduct} -D spread=${spread}`;
  const { stdout } = await run("pgbench", [...options.split(" "), "-f", script, pathname.slice(1)], {
    env: { PATH: process.env["PATH"], PGPASSWORD: decodeURIComponent(password) },
    signal: load.signal,
  });
  const tps = /tps = ([\d.]+)/.exec(stdout)?.[1];
  if (!tps) throw new Error(`pgbench printed no rate:\n${stdout}`);
  return Number(tps);
};

/** The script's statements, with `:name` as `$1` and so on, and the names in that order. */
const readStatements = async () => {
  const text = (await readFile(script, "utf8")).replaceAll(/^(--|\\).*$/gm, "");
  return text
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "")
    .map((statement, index) => {
      const names: string[] = [];
      const sql = statement.replaceAll(/(?<!:):([a-z]+)/g, (_, name: string) => {
        if (!names.includes(name)) names.push(name);
        return `$${names.indexOf(name) + 1}`;
      });
      return { name: `ceiling-${index}`, text: sql, names };
    });
};

const random = (below: number): number => Math.floor(Math.random() * below);

/** The same transactions by `pg` alone, prepared statements, with `clients` connections of this process. */
export const placeByPg = async (databaseUrl: string, load: CeilingLoad): Promise<LoadResult> => {
  const statements = await readStatements();
  const clients = Array.from({ length: load.clients }, () => new Client({ connectionString: databaseUrl }));
  const latencies: number[] = [];
  await Promise.all(clients.map((client) => client.connect()));
  const started = performance.now();
  const place = async (client: Client) => {
    while (performance.now() < started + load.seconds * 1000 && !load.signal.aborted) {
      const spread = load.oneProduct ? 1 : productCount;
      const values: Record<string, number> = {
        a: firstProduct + random(spread),
        b: firstProduct + random(spread),
        customer: firstCustomer + random(customerCount),
        key: random(Number.MAX_SAFE_INTEGER),
      };
      const before = performance.now();
      for (const { name, text, names } of statements)
        await client.query({ name, text, values: names.map((wanted) => values[wanted]) });
      latencies.push(performance.now() - before);
    }
  };
  try {
    await Promise.all(clients.map(place));
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
  return {
    ...percentiles(latencies),
    perSecond: (latencies.length * 1000) / (performance.now() - started),
    done: latencies.length,
  };
};
