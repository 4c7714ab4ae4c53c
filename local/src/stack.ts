import { join } from "node:path";
import { apiNodeOptions } from "@billpost/runtime/node-options";
import { appEnvironment } from "./app-environment.ts";
import { checkout, type LocalConfig, stackAddresses } from "./config.ts";
import { checkGivenDatabase, prepareDatabase } from "./database-setup.ts";
import { checkPorts } from "./local-ports.ts";
import { LogFiles } from "./log-files.ts";
import { checkoutPath, type ManagedProcess, managedPostgres, startProgram } from "./managed-process.ts";
import { clearLeftPostgres } from "./postgres-leftover.ts";
import { startPostgres } from "./postgres.ts";
import { ProcessGroup } from "./process-group.ts";
import { lockDataFolder, type StackAddresses, type SupervisorLock } from "./supervisor-lock.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

export interface StackEvents {
  /** A part of the start is done; `since` is when it began, in ms as `performance.now()` counts. */
  step(text: string, since: number): void;
  /** A process has written a line. */
  log(name: string, line: string): void;
}

/** A stack that is ready. */
export interface RunningStack {
  readonly addresses: StackAddresses;
  /** As API and worker connect. */
  readonly databaseUrl: string;
}

/**
 * How much of its log PostgreSQL keeps to write it over again, once it has been that long. To make a file for the first
 * time takes tens of milliseconds, in which no order is committed.
 */
const keptLog = { min_wal_size: "512MB" };

/** The first start on a bare machine unpacks Chrome, on a slow disk. In ms. */
const readyPatience = 60_000;

/** The whole local stack: PostgreSQL, S3, the SES inbox, the API and the worker, each a process of its own. */
export class Stack {
  readonly config: LocalConfig;
  readonly logs: LogFiles;
  readonly #events: StackEvents;
  readonly #group = new ProcessGroup();
  readonly #abort = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #lock: SupervisorLock | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  constructor(config: LocalConfig, events: StackEvents) {
    this.config = config;
    this.#events = events;
    this.logs = new LogFiles(join(config.dataDir, "logs"));
    this.#group.crashed.catch((error: unknown) => this.#ended.reject(error));
    this.#ended.promise.catch(() => {}); // a crash during the start is reported by `start`
  }

  /** Resolves when the stack was stopped; rejects with a `ProcessCrashed` when one of its processes ends by itself. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether `stop` or `kill` was called. */
  get isStopping(): boolean {
    return this.#abort.signal.aborted;
  }

  /**
   * Starts everything and resolves when API and worker are ready. When it rejects, some processes may
   * run: call `stop` in any case.
   */
  start(): Promise<RunningStack> {
    const starting = this.#start();
    this.#starting = starting.catch(() => {});
    return starting;
  }

  /** Stops every process in good order; also in the middle of a start. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Ends every process at once. */
  kill(): void {
    this.#abort.abort();
    this.#group.kill();
  }

  async #stop(): Promise<void> {
    this.#abort.abort();
    await this.#starting;
    await this.#group.stop();
    this.#lock?.release();
    this.logs.close();
    this.#ended.resolve();
  }

  async #start(): Promise<RunningStack> {
    const { config } = this;
    const addresses = stackAddresses(config);
    this.#lock = await lockDataFolder(config.dataDir, addresses);
    await clearLeftPostgres(this.#folder("postgres"));
    await checkPorts(config);
    this.#abort.signal.throwIfAborted();

    const databaseUrl = await this.#startServices(addresses);
    this.#abort.signal.throwIfAborted();
    const env = appEnvironment(config, databaseUrl);
    await allSettled([
      this.#startApp("api", checkoutPath("../../apps/api/src/main.ts"), addresses.api, env),
      this.#startApp("worker", checkoutPath("../../apps/worker/src/main.ts"), addresses.workerHealth, env),
    ]);
    return { addresses, databaseUrl };
  }

  async #startServices({ s3, ses }: StackAddresses): Promise<string> {
    const { databaseUrl, s3Endpoint, sesEndpoint } = this.config;
    const [url] = await allSettled([
      databaseUrl ? useGivenDatabase(databaseUrl) : this.#startDatabase(),
      s3Endpoint ?? this.#startS3(s3),
      sesEndpoint ?? this.#startSes(ses),
    ]);
    return url;
  }

  async #startDatabase(): Promise<string> {
    const started = performance.now();
    const server = await startPostgres({
      dataDir: this.#folder("postgres"),
      port: this.config.ports.postgres,
      log: (line) => this.#log("postgres", line),
      settings: keptLog,
    });
    this.#group.addService(this.#noted(managedPostgres(server)));
    this.#events.step(`PostgreSQL on port ${server.port}`, started);

    const prepared = performance.now();
    const { url, applied, sampleDataLoaded } = await prepareDatabase(server.superuserUrl);
    const migrated = applied.length > 0 ? `migrated (${applied.length} applied)` : "up to date";
    this.#events.step(`Database ${migrated}${sampleDataLoaded ? ", sample data loaded" : ""}`, prepared);
    return url;
  }

  async #startS3(endpoint: string): Promise<void> {
    const { ports, bucket } = this.config;
    const args = [this.#folder("s3"), String(ports.s3), bucket];
    await this.#startService("s3", "S3", "./s3-main.ts", args, `${endpoint}/`);
  }

  async #startSes(endpoint: string): Promise<void> {
    const args = [this.#folder("inbox.jsonl"), String(this.config.ports.ses)];
    await this.#startService("inbox", "SES inbox", "./ses-main.ts", args, `${endpoint}/health-check`);
  }

  async #startService(
    name: string,
    title: string,
    script: string,
    args: string[],
    readyUrl: string,
  ): Promise<void> {
    const started = performance.now();
    const process = await startProgram({
      name,
      script: checkoutPath(script),
      args,
      env: serviceEnvironment(this.config),
      cwd: checkout,
      log: (line) => this.#log(name, line),
    });
    this.#group.addService(this.#noted(process));
    await this.#ready(readyUrl);
    this.#events.step(`${title} on port ${new URL(readyUrl).port}`, started);
  }

  async #startApp(name: string, script: string, address: string, env: NodeJS.ProcessEnv): Promise<void> {
    const started = performance.now();
    const process = await startProgram({
      name,
      script,
      ...(name === "api" ? { nodeOptions: apiNodeOptions } : {}),
      env,
      cwd: checkout,
      log: (line) => this.#log(name, line),
    });
    this.#group.addApp(this.#noted(process));
    await this.#ready(`${address}/ready`);
    this.#events.step(`${name === "api" ? "API" : "Worker"} on port ${new URL(address).port}`, started);
  }

  /** Waits for an address, unless a process crashes or the stack is stopped meanwhile. */
  #ready(url: string): Promise<void> {
    const ready = waitUntilReady(url, { timeoutMs: readyPatience, signal: this.#abort.signal });
    return Promise.race([ready, this.#group.crashed]);
  }

  #noted(process: ManagedProcess): ManagedProcess {
    this.#lock?.add(process.name, process.pid);
    return process;
  }

  #log(name: string, line: string): void {
    this.logs.write(name, line);
    this.#events.log(name, line);
  }

  #folder(name: string): string {
    return join(this.config.dataDir, name);
  }
}

async function useGivenDatabase(url: string): Promise<string> {
  await checkGivenDatabase(url);
  return url;
}

/** Like `Promise.all`, but waits for all of them before it rejects, so that nothing starts afterwards. */
async function allSettled<const T extends readonly unknown[]>(
  all: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(all);
  return Promise.all(all);
}

/** S3 server and inbox get no settings of the user's; SMTP_TRANSPORT would make the inbox send real mail. */
function serviceEnvironment({ environment }: LocalConfig): NodeJS.ProcessEnv {
  const { SMTP_TRANSPORT: _smtp, ...rest } = environment;
  return rest;
}
