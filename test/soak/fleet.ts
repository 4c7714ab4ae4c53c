import { setTimeout as delay } from "node:timers/promises";
import { startApiProcess } from "../src/api-process.ts";
import { snsAt } from "../src/preload/preloads.ts";
import { sesEventSettings } from "../src/ses-publisher.ts";
import { startTcpProxy, type TcpProxy } from "../src/tcp-proxy.ts";
import { startWorkerProcess } from "../src/worker-process.ts";

interface Process {
  readonly pid: number;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

/** A process that is started again whenever it ends, as an orchestrator does, behind a network of its own. */
export class Member {
  readonly name: string;
  readonly proxies: readonly TcpProxy[];
  starts = 0;
  /** Ends that nobody of ours caused: a worker that lost its database, for one. */
  endsByItself = 0;
  readonly #start: () => Promise<Process>;
  #process: Process | undefined;
  #killed = false;
  #over = false;
  readonly #loop: Promise<void>;

  constructor(name: string, proxies: readonly TcpProxy[], start: () => Promise<Process>) {
    this.name = name;
    this.proxies = proxies;
    this.#start = start;
    this.#loop = this.#keepRunning();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#over) {
      try {
        const process = await this.#start();
        this.starts += 1;
        this.#killed = false;
        this.#process = process;
        if (this.#over) process.kill("SIGTERM");
        await process.exited;
        if (!this.#killed && !this.#over) this.endsByItself += 1;
      } catch {
        // It could not start: its database may be away. The next try may find it.
      }
      this.#process = undefined;
      await delay(200);
    }
  }

  /** Waits until it runs; it may be starting again. */
  async there(): Promise<void> {
    for (let tries = 0; this.#process === undefined && tries < 600; tries += 1) await delay(100);
  }

  /** False: it is not running now. */
  signal(signal: NodeJS.Signals): boolean {
    if (signal === "SIGKILL") this.#killed = true;
    this.#process?.kill(signal);
    return this.#process !== undefined;
  }

  /** Ends it at once, when the soak itself is ended. */
  end(): void {
    this.#over = true;
    this.#process?.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#process?.kill("SIGCONT");
    this.#process?.kill("SIGTERM");
    await this.#loop;
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
  }
}

export interface FleetServices {
  readonly databaseUrl: string;
  readonly s3: { readonly endpoint: string; readonly bucket: string };
  readonly ses: { readonly endpoint: string };
  /** Where APIs find the certificate of SNS. */
  readonly sns: { readonly origin: string };
}

const through = async (address: string): Promise<[TcpProxy, string]> => {
  const url = new URL(address);
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  url.hostname = "127.0.0.1";
  return [proxy, url.href.replace(/\/$/, "")];
};

/** An API on a port that it keeps over restarts, with its own way to the database. */
export const startApiMember = async (
  name: string,
  services: FleetServices,
  port: number,
): Promise<Member & { readonly url: string }> => {
  const [database, databaseUrl] = await through(services.databaseUrl);
  const member = new Member(name, [database], () =>
    startApiProcess(
      { ...services, databaseUrl },
      {
        PORT: String(port),
        DATABASE_STATEMENT_TIMEOUT_MS: "3000",
        DATABASE_CONNECT_TIMEOUT_MS: "2000",
        HANDLER_TIMEOUT_MS: "8000",
        NODE_OPTIONS: snsAt(services.sns.origin),
        ...sesEventSettings,
      },
    ),
  );
  return Object.assign(member, { url: `http://127.0.0.1:${port}` });
};

/** A worker with its own ways to the database, S3 and SES. */
export const startWorkerMember = async (name: string, services: FleetServices): Promise<Member> => {
  const [database, databaseUrl] = await through(services.databaseUrl);
  const [s3, s3Endpoint] = await through(services.s3.endpoint);
  const [ses, sesEndpoint] = await through(services.ses.endpoint);
  return new Member(name, [database, s3, ses], () =>
    startWorkerProcess(
      {
        databaseUrl,
        s3: { ...services.s3, endpoint: s3Endpoint },
        ses: { endpoint: sesEndpoint },
      },
      {
        SES_CONFIGURATION_SET: sesEventSettings.SES_CONFIGURATION_SET,
        // Kills burn attempts; here far more of them come than anywhere else.
        DELIVERY_ATTEMPTS: "50",
        RETRY_BASE_MS: "200",
        RETRY_MAX_SECONDS: "2",
        AMBIGUOUS_SETTLE_SECONDS: "2",
        S3_TIMEOUT_MS: "3000",
        SES_TIMEOUT_MS: "3000",
        WORKER_CONCURRENCY: "4",
        RENDER_PAGES: "2",
      },
    ),
  );
};
