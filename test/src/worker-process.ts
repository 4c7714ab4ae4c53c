import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface WorkerServices {
  readonly databaseUrl: string;
  readonly s3: { readonly endpoint: string; readonly bucket: string };
  readonly ses: { readonly endpoint: string };
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface WorkerProcess {
  readonly pid: number;
  readonly poolId: string;
  /** Of `/health` and `/ready`. */
  readonly url: string;
  readonly log: readonly LogLine[];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a worker needs, with waits that suit a test. */
const workerEnvironment = (
  { databaseUrl, s3, ses }: WorkerServices,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  S3_BUCKET: s3.bucket,
  S3_ENDPOINT: s3.endpoint,
  SES_ENDPOINT: ses.endpoint,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "S3RVER",
  AWS_SECRET_ACCESS_KEY: "S3RVER",
  FROM_EMAIL: "invoices@shop.example",
  BUSINESS_NAME: "Test Shop",
  SELLER_ADDRESS_LINE1: "1 Rue de la Paix",
  SELLER_POSTAL_CODE: "75002",
  SELLER_CITY: "Paris",
  SELLER_COUNTRY: "FR",
  SELLER_VAT_ID: "FR40303265045",
  WORKER_PORT: "0",
  RENDER_PAGES: "1",
  RETRY_BASE_MS: "100",
  THROTTLE_BASE_MS: "100",
  AMBIGUOUS_SETTLE_SECONDS: "1",
  PATH: process.env["PATH"] ?? "",
  ...extra,
});

/** Starts the worker as in production, a process of its own, and waits until it is ready for work. */
export const startWorkerProcess = async (
  services: WorkerServices,
  extra: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> => {
  const child = spawn(process.execPath, ["apps/worker/src/main.ts"], {
    cwd: root,
    env: workerEnvironment(services, extra),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: LogLine[] = [];
  const exited = exitOf(child);
  const ready = new Promise<LogLine>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as LogLine;
      log.push(line);
      if (line.msg === "ready for work") resolve(line);
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    void exited.then(({ code, signal }) =>
      reject(
        new Error(
          `the worker ended (${code ?? signal}):\n${errors}${log.map((line) => line.msg).join("\n")}`,
        ),
      ),
    );
  });
  const { pool, port } = await ready;
  return {
    pid: child.pid ?? 0,
    poolId: String(pool),
    url: `http://127.0.0.1:${String(port)}`,
    log,
    exited,
    kill: (signal) => void child.kill(signal),
  };
};

const exitOf = async (child: ChildProcess) => {
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return { code, signal };
};
