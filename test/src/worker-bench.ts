import type { Db } from "@billpost/db/connection";
import { afterEach, beforeEach } from "vitest";
import { type ApiProcess, startApiProcess } from "./api-process.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { type FaultyS3, startFaultyS3 } from "./faulty-s3.ts";
import { type FaultySes, startFaultySes } from "./faulty-ses.ts";
import { openTestDatabase } from "./test-orders.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

type Settings = Readonly<Record<string, string>>;

/** What a test of real processes has: all of it is new for each test, and gone after it. */
export interface WorkerBench {
  readonly database: TestDatabase;
  readonly db: Db;
  readonly s3: FaultyS3;
  readonly ses: FaultySes;
  /** Those started, in order, unless the test took them out. */
  workers: WorkerProcess[];
  startWorker(settings?: Settings): Promise<WorkerProcess>;
  startApi(settings?: Settings): Promise<ApiProcess>;
}

/** A database, an S3 and an SES that fail as told, and the processes that a file's tests start. */
export const useWorkerBench = (): WorkerBench => {
  let apis: ApiProcess[] = [];
  const bench = {
    workers: [],
    async startWorker(settings?: Settings) {
      const { database, s3, ses } = bench;
      const worker = await startWorkerProcess({ databaseUrl: database.url, s3, ses }, settings);
      bench.workers.push(worker);
      return worker;
    },
    async startApi(settings?: Settings) {
      const { database, s3 } = bench;
      const api = await startApiProcess({ databaseUrl: database.url, s3 }, settings);
      apis.push(api);
      return api;
    },
  } as unknown as { -readonly [Name in keyof WorkerBench]: WorkerBench[Name] };
  beforeEach(async () => {
    bench.database = await createTestDatabase();
    [bench.s3, bench.ses] = await Promise.all([startFaultyS3(), startFaultySes()]);
    bench.db = openTestDatabase(bench.database.url);
    bench.workers = [];
    apis = [];
  });
  afterEach(async () => {
    const processes = [...bench.workers, ...apis];
    for (const process of processes) process.kill("SIGKILL");
    await Promise.all(processes.map(({ exited }) => exited));
    await Promise.all([bench.db.destroy(), bench.s3.stop(), bench.ses.stop()]);
  });
  return bench;
};
