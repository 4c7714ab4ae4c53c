import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describeExit, ended, type Exit, followLines } from "./child-process.ts";
import { endWithThisProcess } from "./end-with-this-process.ts";
import { freePort } from "./ports.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";

export interface PostgresOptions {
  /** Folder for everything of this server: the cluster and the superuser's password. Made when missing. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Receives each line that PostgreSQL logs. */
  readonly log: (line: string) => void;
  /** Server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `false` trades crash safety for speed: for throw-away test data only. */
  readonly durable?: boolean;
}

export interface Postgres {
  readonly port: number;
  readonly pid: number;
  /** Connects as the superuser `postgres` to the database `postgres`. */
  readonly superuserUrl: string;
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** The last lines of its log. */
  lastLines(): string[];
  /** Stops the server and waits for its end; `fast` ends open sessions cleanly, `immediate` does not. */
  stop(mode?: "fast" | "immediate"): Promise<Exit>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The traditional ids of `nobody`; PostgreSQL needs no entry for them in /etc/passwd. */
const nobody: Account = { uid: 65534, gid: 65534 };

const notDurable: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

/** Milliseconds that an orderly stop may take before the server is told to give up at once. */
const stopPatience = 15_000;

/**
 * Starts an embedded PostgreSQL on 127.0.0.1, creating its cluster on the first start, and resolves
 * when it accepts connections. It has no Unix socket, and its superuser has a random password kept in
 * the data folder. Rejects with the server's own last words when it cannot start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const isRoot = process.getuid?.() === 0;
  await mkdir(options.dataDir, { recursive: true });
  const binaries = await findPostgresBinaries(isRoot);
  const account = isRoot ? accountFor(options.dataDir) : undefined;
  if (!existsSync(clusterFolder(options.dataDir))) await createCluster(options, binaries, account);

  for (let attempt = 1; ; attempt++) {
    const port = options.port === 0 ? await freePort() : options.port;
    try {
      return await launch({ ...options, port }, binaries, account);
    } catch (error) {
      // Somebody else may have taken the free port between the look and the start.
      const portWasTaken = String(error).includes("could not bind");
      if (options.port !== 0 || !portWasTaken || attempt === 5) throw error;
    }
  }
}

/** The folder that PostgreSQL itself calls its data directory. */
export const clusterFolder = (dataDir: string): string => join(dataDir, "cluster");

const passwordFile = (dataDir: string): string => join(dataDir, "superuser-password");

/** As root: the owner of an existing data folder of an ordinary user, else `nobody`. */
function accountFor(dataDir: string): Account {
  const cluster = clusterFolder(dataDir);
  const { uid, gid } = statSync(existsSync(cluster) ? cluster : dataDir);
  return uid === 0 ? nobody : { uid, gid };
}

/** Creates the cluster aside and renames it, so that a killed first start leaves nothing half-made. */
async function createCluster(
  { dataDir, log, durable = true }: PostgresOptions,
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<void> {
  const fresh = `${clusterFolder(dataDir)}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const password = passwordFile(dataDir);
  writeFileSync(password, randomBytes(18).toString("base64url"), { mode: 0o600 });
  if (account) {
    chownSync(fresh, account.uid, account.gid);
    chownSync(password, account.uid, account.gid);
  }
  const folder = reference(fresh, 3, account);
  const secret = reference(password, 4, account);
  const child = spawn(
    binaries.initdb,
    [
      "-D",
      folder.path,
      "--username=postgres",
      `--pwfile=${secret.path}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--locale=C.UTF-8",
      ...(durable ? [] : ["--no-sync"]),
    ],
    spawnOptions(account, folder, secret),
  );
  const words = followLines(child, log);
  const exit = await ended(child).finally(() => {
    folder.close();
    secret.close();
  });
  if (exit.code !== 0) throw new Error(`initdb failed (${describeExit(exit)}):\n${words().join("\n")}`);
  await rename(fresh, clusterFolder(dataDir));
}

async function launch(
  { dataDir, port, log, settings = {}, durable = true }: PostgresOptions,
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<Postgres> {
  const folder = reference(clusterFolder(dataDir), 3, account);
  const allSettings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ...(durable ? {} : notDurable),
    ...settings,
  };
  const child = spawn(
    binaries.postgres,
    [
      "-D",
      folder.path,
      "-p",
      String(port),
      ...Object.entries(allSettings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    spawnOptions(account, folder),
  );
  const exited = ended(child);
  exited.then(folder.close, folder.close);
  const { pid } = child;
  if (pid === undefined) {
    await exited; // rejects with the reason why the program could not be run
    throw new Error(`${binaries.postgres} could not be run`);
  }
  endWithThisProcess(pid, exited, { ask: "SIGINT", insist: "SIGQUIT" });
  const ready = Promise.withResolvers<void>();
  const words = followLines(child, (line) => {
    if (line.includes("database system is ready to accept connections")) ready.resolve();
    log(line);
  });
  await Promise.race([
    ready.promise,
    exited.then((exit) => {
      throw new Error(`PostgreSQL did not start (${describeExit(exit)}):\n${words().join("\n")}`);
    }),
  ]);

  const password = readFileSync(passwordFile(dataDir), "utf8").trim();
  return {
    port,
    pid,
    superuserUrl: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    exited,
    lastLines: words,
    async stop(mode = "fast") {
      child.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
      const giveUp = setTimeout(() => child.kill("SIGQUIT"), stopPatience);
      return exited.finally(() => clearTimeout(giveUp));
    },
  };
}

/**
 * How a program started as another account can reach a file below folders that are closed to that
 * account (a checkout in a 0700 home): as an open descriptor, which needs no right on the way to it.
 */
function reference(path: string, slot: number, account: Account | undefined) {
  if (!account || process.platform !== "linux") return { path, descriptor: undefined, close: () => {} };
  const descriptor = openSync(path, "r");
  return { path: `/proc/self/fd/${slot}`, descriptor, close: () => closeSync(descriptor) };
}

function spawnOptions(account: Account | undefined, ...references: { descriptor: number | undefined }[]) {
  const handedOver = references.flatMap(({ descriptor }) => descriptor ?? []);
  return {
    ...account,
    // The account may be unable to enter the folder that this process was started in.
    cwd: "/",
    // A terminal's Ctrl-C goes to its whole process group; PostgreSQL is stopped last, by its owner.
    detached: true,
    stdio: ["ignore" as const, "pipe" as const, "pipe" as const, ...handedOver],
    // Nothing is inherited: PGDATA, PGPORT and locale variables of the user would change the server.
    env: process.platform === "win32" ? undefined : { LC_ALL: "C", TZ: "UTC" },
  };
}
