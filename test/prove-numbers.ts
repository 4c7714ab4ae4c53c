import { spawn } from "node:child_process";
import { once } from "node:events";

/** `pnpm prove:numbers [orders]`: the numbering test with as many orders as an auditor wants, 10,000 by default. */
const orders = process.argv[2] ?? "10000";
const vitest = spawn("vitest", ["run", "test/invoicing-numbers.test.ts"], {
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, PROVE_ORDERS: orders },
});
const [code] = (await once(vitest, "exit")) as [number | null];
process.exitCode = code ?? 1;
