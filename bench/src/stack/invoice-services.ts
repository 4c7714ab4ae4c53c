import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@billpost/local/ports";
import { localS3Credentials } from "@billpost/local/s3";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
const bucket = "bench";

interface WorkerOptions {
  readonly environment?: Readonly<Record<string, string>>;
}

/** What invoices need beside the database: an S3 server, an SES inbox, and workers. */
export interface InvoiceServices {
  /** The processes of the S3 server and the SES inbox. */
  readonly pids: { readonly s3: number; readonly ses: number };
  /** Starts a worker as `pnpm start` does, and waits until it is ready. */
  startWorker(options?: WorkerOptions): Promise<WorkerProcess>;
  /** Forgets the mail that came in: the inbox keeps it in memory, and is not what is measured. */
  clearInbox(): Promise<void>;
  stop(): Promise<void>;
}

interface WorkerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the local stack's S3 server and SES inbox on free ports, with a folder that is removed at the end. */
export const startInvoiceServices = async (databaseUrl: string): Promise<InvoiceServices> => {
  const dataDir = await mkdtemp(join(tmpdir(), "billpost-bench-services-"));
  const s3Port = await freePort();
  const s3 = startProgram("local/src/s3-main.ts", [join(dataDir, "s3"), String(s3Port), bucket], {});
  const sesPort = await freePort();
  const ses = startProgram("local/src/ses-main.ts", [join(dataDir, "inbox.jsonl"), String(sesPort)], {});
  const s3Endpoint = `http://127.0.0.1:${s3Port}`;
  const sesEndpoint = `http://127.0.0.1:${sesPort}`;
  await Promise.all([untilAnswers(s3Endpoint, s3), untilAnswers(`${sesEndpoint}/health-check`, ses)]);
  const running = new Set<ChildProcess>();
  const settings = {
    DATABASE_URL: databaseUrl,
    S3_BUCKET: bucket,
    S3_ENDPOINT: s3Endpoint,
    SES_ENDPOINT: sesEndpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: localS3Credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localS3Credentials.secretAccessKey,
    BUSINESS_NAME: "Bench Supply Ltd",
    FROM_EMAIL: "billing@bench.example",
    SELLER_ADDRESS_LINE1: "12 Harbour Street",
    SELLER_CITY: "Dublin",
    SELLER_COUNTRY: "IE",
    SELLER_VAT_ID: "IE1234567FA",
    LOG_LEVEL: "warn",
  };
  return {
    pids: { s3: s3.pid ?? 0, ses: ses.pid ?? 0 },
    async startWorker({ environment = {} } = {}) {
      const port = await freePort();
      const worker = startProgram("apps/worker/src/main.ts", [], {
        ...settings,
        WORKER_PORT: String(port),
        ...environment,
      });
      running.add(worker);
      await untilAnswers(`http://127.0.0.1:${port}/ready`, worker);
      return {
        pid: worker.pid ?? 0,
        stop: async () => {
          await end(worker);
          running.delete(worker);
        },
      };
    },
    async clearInbox() {
      await fetch(`${sesEndpoint}/clear-store`, { method: "POST" });
    },
    async stop() {
      await Promise.all([...running].map(end));
      await Promise.all([s3, ses].map(end));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const startProgram = (
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess =>
  spawn(process.execPath, [...process.execArgv, join(root, script), ...args], {
    cwd: root,
    // Not the whole environment: what a developer exports must not change what is measured.
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });

const untilAnswers = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`what was to answer ${url} ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer && (answer.ok || !url.endsWith("/ready"))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} was not ready within 30 s`);
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
};
