import { spawn } from "node:child_process";
import { once } from "node:events";

/** What `pnpm test` shows with few, and these commands with as many as somebody wants. */
const proofs: Readonly<
  Record<string, { readonly file: string; readonly setting: string; readonly count: number }>
> = {
  numbers: { file: "test/invoicing-numbers.test.ts", setting: "PROVE_ORDERS", count: 10_000 },
  restarts: { file: "test/rolling-restarts.test.ts", setting: "PROVE_RESTARTS", count: 30 },
  corrections: { file: "test/examples.test.ts", setting: "PROVE_CORRECTIONS", count: 1_000 },
  batches: { file: "test/batches/prove-batches.test.ts", setting: "PROVE_BATCH_ITEMS", count: 10_000 },
  reissues: { file: "test/batches/prove-reissue.test.ts", setting: "PROVE_REISSUES", count: 1_000 },
  planning: { file: "test/batches/plan-rows.test.ts", setting: "PLAN_ROWS", count: 200_000 },
  imports: { file: "test/order-import.test.ts", setting: "IMPORT_LINES", count: 10_000 },
  renders: { file: "test/render-memory.test.ts", setting: "PROVE_RENDERS", count: 5_000 },
};

const [, , name = "", count] = process.argv;
const proof = proofs[name];
if (!proof) throw new Error(`Prove what? ${Object.keys(proofs).join(", ")}`);
const vitest = spawn("vitest", ["run", proof.file, "--disable-console-intercept"], {
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, [proof.setting]: count ?? String(proof.count) },
});
const [code] = (await once(vitest, "exit")) as [number | null];
process.exitCode = code ?? 1;
