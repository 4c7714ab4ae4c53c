import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { createDatabase, createPool, type Db, type Pool } from "@billpost/db/connection";
import { releaseBlockedBySeller } from "@billpost/db/invoices";
import { missingMigrations } from "@billpost/db/migrator";
import { checkTimeZone, countLockedJobs, createQueuePool } from "@billpost/db/queue";
import { missingOfSeller } from "@billpost/domain/invoice-building";
import { loadTemplates } from "@billpost/invoice-templates/templates";
import { findChrome } from "@billpost/pdf/chrome-binary";
import { createRenderer, type Renderer } from "@billpost/pdf/renderer";
import type { Logger } from "@billpost/runtime/logger";
import { version } from "@billpost/runtime/version";
import { createObjectStore } from "@billpost/storage/object-store";
import { batchTasks } from "./batches/tasks.ts";
import type { WorkerConfig } from "./config.ts";
import type { WorkerContext } from "./context.ts";
import { createDirections, type WorkerDirections } from "./directions.ts";
import { startHealthServer } from "./health-server.ts";
import { type Heart, startHeart } from "./heart.ts";
import { processSpace } from "./machine-identity.ts";
import { createMailer } from "./mailer.ts";
import { startQueue } from "./queue-runner.ts";
import { Room } from "./room.ts";
import { schedules, startSchedules } from "./schedules.ts";
import { advanceBulkOperation } from "./tasks/advance-bulk-operation.ts";
import { deliverInvoice } from "./tasks/deliver-invoice.ts";
import { issueCreditNote } from "./tasks/issue-credit-note.ts";
import { issueInvoice } from "./tasks/issue-invoice.ts";
import { reconcile } from "./tasks/reconcile.ts";
import { renderDocument } from "./tasks/render-document.ts";
import { verifyInvoice } from "./tasks/verify-invoice.ts";

const heartbeatMs = 1_000;
/** A dead worker's work goes on elsewhere within 15 s: this, a round of looking, and sessions that linger. */
const deadAfterMs = 8_000;
/** What a session that was cut off in a transaction may hold its locks for. */
const lingerMs = 5_000;

export interface Worker {
  /** Takes no more jobs, finishes or hands back what runs, and frees everything. */
  stop(): Promise<void>;
}

/**
 * Starts a worker; `die` is called when it can no longer work and the process must end, `askedToStop` when an
 * operator wants it to end in good order. Throws when it cannot
 * start: no database, migrations missing, no Chrome, faulty templates, a port that is taken.
 */
export const startWorker = async (
  config: WorkerConfig,
  log: Logger,
  die: (reason: string, error?: unknown) => void,
  askedToStop: () => void,
): Promise<Worker> => {
  const { pool, db, heartDb, queuePool } = openDatabase(config, log);
  let renderer: Renderer | undefined;
  let stopping = false;
  const handBack = new AbortController();
  const health = await startHealthServer({
    host: config.host,
    port: config.port,
    problems: () => problems(pool, renderer, stopping),
  });
  await checkDatabase(config, pool, db);
  const templates = loadTemplates(config.templates);
  const directions = createDirections(askedToStop);
  renderer = counted(await startRenderer(config, log), directions);
  let heart: Heart | undefined;
  const services = {
    db,
    log,
    issuing: issuingSettings(config),
    crediting: creditingSettings(config),
    retry: config.retry,
    templates,
    renderer,
    store: createObjectStore({ ...config.s3, ...config.aws }),
    mailer: createMailer({ ...config.mail, aws: config.aws }),
    recipients: config.mail,
    sendRate: config.mail.rate,
    jobHistoryDays: config.jobHistoryDays,
    room: new Room(),
    directions,
    hearDirections: async () => heart?.beat(),
    signal: handBack.signal,
  };
  const startContext = async (poolId: string): Promise<WorkerContext> => {
    const space = await processSpace(config.machine);
    heart = await startHeart({
      db: heartDb,
      log,
      worker: {
        poolId,
        host: space ?? config.machine,
        pid: process.pid,
        version,
        hostname: hostname(),
        slots: config.concurrency,
        renderSlots: config.render.pages,
      },
      directions,
      judgeByPid: space !== undefined,
      retry: config.retry,
      intervalMs: heartbeatMs,
      deadAfterMs,
      onLost: die,
    });
    return { ...services, poolId };
  };
  await checkSeller(config, db, log);
  const queue = await startQueue({
    pool: queuePool,
    tasks: [
      issueInvoice,
      issueCreditNote,
      deliverInvoice,
      renderDocument,
      verifyInvoice,
      reconcile,
      advanceBulkOperation,
      ...batchTasks,
    ],
    schedules,
    concurrency: config.concurrency,
    log,
    context: startContext,
    beforeTaking: async () => {
      await heart?.assure();
      return directions.forbiddenFlags();
    },
  });
  queue.ended.then(
    () => stopping || die("the queue ended by itself"),
    (error: unknown) => die("the queue ended by itself", error),
  );
  const endSchedules = startSchedules(heartDb, log);
  log.info(
    { pool: queue.poolId, port: health.port, chrome: renderer.chromeVersion(), version },
    "ready for work",
  );

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping = true;
    directions.stopping();
    const timers = [
      setTimeout(() => handBack.abort(), config.shutdownGraceMs / 2),
      setTimeout(() => die("the work did not end within the grace period"), config.shutdownGraceMs),
    ];
    await endSchedules();
    await queue.stop();
    // graphile-worker does not wait for its own note that the last job is done. A note that a crash of the database
    // has forgotten never comes: others find that job once this worker's heartbeat is gone.
    while (isBusy(queuePool) && (await countLockedJobs(db, queue.poolId)) > 0) await delay(20);
    await heart?.stop();
    await Promise.all([
      services.renderer.close(),
      health.close(),
      queuePool.end(),
      db.destroy(),
      heartDb.destroy(),
    ]);
    services.store.close();
    services.mailer.close();
    for (const timer of timers) clearTimeout(timer);
  };
  return { stop: () => (stopped ??= stop()) };
};

/** Whether statements are under way, or wait for a connection. */
const isBusy = ({ totalCount, idleCount, waitingCount }: Pool): boolean =>
  totalCount > idleCount || waitingCount > 0;

/** Three pools: for the work, for graphile-worker, and for the heart, which must not wait for either. */
const openDatabase = (config: WorkerConfig, log: Logger) => {
  const { url, poolSize, statementTimeoutMs, lockTimeoutMs } = config.database;
  const onIdleError = (error: Error) => log.warn({ err: error.message }, "a database connection broke");
  const shared = {
    url,
    statementTimeoutMs,
    lockTimeoutMs,
    idleInTransactionTimeoutMs: lingerMs,
    onIdleError,
  };
  const pool = createPool({ ...shared, max: poolSize, applicationName: "billpost-worker" });
  const heartPool = createPool({
    ...shared,
    max: 2,
    applicationName: "billpost-worker-heart",
    connectTimeoutMs: 3_000,
    statementTimeoutMs: Math.min(statementTimeoutMs, 5_000),
    lockTimeoutMs: 2_000,
  });
  const queuePool = createQueuePool({
    url,
    max: config.concurrency + 3,
    applicationName: "billpost-worker-queue",
    onIdleError,
  });
  return { pool, queuePool, db: createDatabase(pool), heartDb: createDatabase(heartPool) };
};

/** Throws, in words for whoever starts the worker, when the database is away, behind, or lacks the time zone. */
const checkDatabase = async (config: WorkerConfig, pool: Pool, db: Db): Promise<void> => {
  const missing = await missingMigrations(pool).catch((error: unknown) => {
    const { host } = new URL(config.database.url);
    throw new Error(`the database at ${host} cannot be used: ${describe(error)}`, { cause: error });
  });
  if (missing.length > 0)
    throw new Error(`the database lacks ${missing.join(", ")}: run the migrations (pnpm migrate) first`);
  await checkTimeZone(db, config.invoicing.timeZone);
};

/** Without the seller's data nothing can be issued; once it is there, what was blocked for it goes on. */
const checkSeller = async ({ invoicing }: WorkerConfig, db: Db, log: Logger): Promise<void> => {
  const missing = missingOfSeller(invoicing.profile, invoicing.seller);
  if (missing.length > 0)
    log.warn({ missing }, "the seller's data is incomplete: no invoice is issued, and orders are blocked");
  else if ((await releaseBlockedBySeller(db)) > 0)
    log.info("orders that were blocked for want of the seller's data go on");
};

/** An AggregateError, of a name with several addresses, has no message of its own. */
const describe = (error: unknown): string =>
  error instanceof AggregateError
    ? error.errors.map(describe).join("; ")
    : error instanceof Error
      ? error.message
      : String(error);

const startRenderer = async ({ render }: WorkerConfig, log: Logger): Promise<Renderer> => {
  const chrome = await findChrome({
    executablePath: render.chromePath,
    cacheDir: render.cacheDir,
    searchPath: render.searchPath,
  });
  return createRenderer({
    chrome,
    pages: render.pages,
    timeoutMs: render.timeoutMs,
    profileRoot: render.profileRoot,
    sandbox: render.sandbox,
    log,
  });
};

/** The renderer, whose work shows in the worker's beat. */
const counted = (renderer: Renderer, directions: WorkerDirections): Renderer => ({
  render: (document, signal) => directions.counting("renders", () => renderer.render(document, signal)),
  chromeVersion: () => renderer.chromeVersion(),
  close: () => renderer.close(),
});

const problems = async (pool: Pool, renderer: Renderer | undefined, stopping: boolean): Promise<string[]> => {
  if (stopping) return ["stopping"];
  const found: string[] = [];
  if (!renderer) found.push("chrome is starting");
  try {
    const missing = await missingMigrations(pool);
    if (missing.length > 0) found.push(`migrations are missing: ${missing.join(", ")}`);
  } catch {
    found.push("the database cannot be reached");
  }
  return found;
};

const issuingSettings = ({ invoicing, deliveryAttempts }: WorkerConfig) => {
  const { seller, profile, timeZone, padding, invoices } = invoicing;
  return {
    seller,
    profile,
    timeZone,
    deliveryAttempts,
    invoiceSeries: { kind: "invoice" as const, padding, timeZone, ...invoices },
  };
};

const creditingSettings = ({ invoicing, deliveryAttempts }: WorkerConfig) => {
  const { timeZone, padding, creditNotes } = invoicing;
  return {
    deliveryAttempts,
    creditNoteSeries: { kind: "credit_note" as const, padding, timeZone, ...creditNotes },
  };
};
