import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { productCount } from "./bench-stack.ts";

const run = promisify(execFile);
const script = fileURLToPath(new URL("ceiling.sql", import.meta.url));
const firstProduct = 4;

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
}

/** Orders a second by SQL alone, one transaction each, prepared statements, with `clients` connections. */
export const placeBySql = async (databaseUrl: string, load: CeilingLoad): Promise<number> => {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const spread = load.oneProduct ? 0 : productCount - 1;
  const options =
    `-h ${hostname} -p ${port} -U ${username} -n -M prepared -c ${load.clients} -j 2 -T ${load.seconds} ` +
    `-D low=${firstProduct} -D spread=${spread}`;
  const { stdout } = await run("pgbench", [...options.split(" "), "-f", script, pathname.slice(1)], {
    env: { PATH: process.env["PATH"], PGPASSWORD: decodeURIComponent(password) },
  });
  const tps = /tps = ([\d.]+)/.exec(stdout)?.[1];
  if (!tps) throw new Error(`pgbench printed no rate:\n${stdout}`);
  return Number(tps);
};
