import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localS3Credentials, startS3 } from "@billpost/local/s3";
import { pino } from "pino";
import { type Reply, startApi, type TestApi, type TestApiOptions } from "../../../apps/api/test/api.ts";
import { type FaultySes, startFaultySes } from "../faulty-ses.ts";
import { waitFor } from "../wait-for.ts";
import { startWorkerProcess, type WorkerProcess } from "../worker-process.ts";

/** API, worker, object store and mailbox, with a database of their own. */
export interface Running {
  readonly api: TestApi;
  readonly worker: WorkerProcess;
  readonly ses: FaultySes;
  /** Every line that the API logged. */
  readonly apiLog: readonly string[];
  readonly s3: { readonly endpoint: string; readonly folder: string; readonly bucket: string };
  /** Starts a further worker, with settings of its own. */
  startWorker(extra?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  stop(): Promise<void>;
}

export const bucket = "invoices";

/** Starts everything as in production: the worker is a process, the store keeps files and checks signatures. */
export const startAll = async (
  workerSettings: Readonly<Record<string, string>> = {},
  { environment, services: extraServices }: Pick<TestApiOptions, "environment" | "services"> = {},
): Promise<Running> => {
  const folder = await mkdtemp(join(tmpdir(), "billpost-invoicing-"));
  const [store, ses] = await Promise.all([startS3({ folder, port: 0, bucket }), startFaultySes()]);
  const s3 = { endpoint: store.endpoint, folder, bucket };
  const apiLog: string[] = [];
  const api = await startApi({
    services: {
      logger: pino({ level: "trace" }, { write: (line: string) => void apiLog.push(line) }),
      ...extraServices,
    },
    environment: {
      S3_BUCKET: bucket,
      S3_ENDPOINT: store.endpoint,
      AWS_ACCESS_KEY_ID: localS3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localS3Credentials.secretAccessKey,
      ...environment,
    },
  });
  const workers: WorkerProcess[] = [];
  const startWorker = async (extra: Readonly<Record<string, string>> = {}) => {
    const services = { databaseUrl: api.database.url, s3, ses };
    const worker = await startWorkerProcess(services, { ...workerSettings, ...extra });
    workers.push(worker);
    return worker;
  };
  const worker = await startWorker();
  return {
    api,
    worker,
    ses,
    apiLog,
    s3,
    startWorker,
    async stop() {
      for (const each of workers) each.kill("SIGTERM");
      await Promise.all(workers.map(({ exited }) => exited));
      await api.close();
      await Promise.all([store.stop(), ses.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const patience = { timeoutMs: 60_000 };

/** Places an order by the API and waits until its invoice is sent; answers the order as it then is. */
export const invoiced = async ({ api }: Running, order: object): Promise<Reply["body"]> => {
  const placed = await api.call("POST", "/api/orders", { body: order });
  if (placed.status !== 201) throw new Error(`the order was refused: ${placed.text}`);
  return waitFor(
    `the invoice of ${placed.body.orderId}`,
    async () => {
      const { body } = await api.call("GET", `/api/orders/${placed.body.orderId}`);
      return body.invoices[0]?.deliveryState === "sent" && body;
    },
    patience,
  );
};

/** Reads what a 202's Location names until it is settled. */
export const settled = async ({ api }: Running, accepted: Reply): Promise<Reply["body"]> => {
  if (accepted.status !== 202) throw new Error(`not accepted: ${accepted.status} ${accepted.text}`);
  const location = accepted.headers.get("location") ?? "";
  const open = location.includes("/deliveries/")
    ? ["pending", "rendering", "stored", "sending"]
    : ["pending"];
  return waitFor(
    `${location} to be settled`,
    async () => {
      const { body } = await api.call("GET", location);
      return !open.includes(body.state) && body;
    },
    patience,
  );
};
