import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@billpost/local/postgres";
import { dockerAddresses, testDatabaseUrl } from "./config.ts";
import { dockerAnswers } from "./docker.ts";

export interface TestServer {
  /** For people: which server the tests run against. */
  readonly description: string;
  readonly superuserUrl: string;
  stop(): Promise<void>;
}

/** Test data is thrown away, so it need not survive a crash. */
const fastSettings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "300",
  // Nobody reads statistics of a database that lives for a second, and autovacuum delays its drop.
  autovacuum: "off",
};

/** TEST_DATABASE_URL, else a container where a Docker engine answers, else the embedded server. */
export async function startTestServer(): Promise<TestServer> {
  if (testDatabaseUrl) {
    const { host } = new URL(testDatabaseUrl);
    return {
      description: `PostgreSQL at ${host} (TEST_DATABASE_URL)`,
      superuserUrl: testDatabaseUrl,
      stop: async () => {},
    };
  }
  if (await dockerAnswers(dockerAddresses)) {
    try {
      return await startContainer();
    } catch (error) {
      console.warn(`A Docker engine answers, but the container did not start: ${String(error)}`);
    }
  }
  return startEmbedded();
}

async function startContainer(): Promise<TestServer> {
  const { GenericContainer, Wait } = await import("testcontainers");
  const image = "postgres:18";
  const password = randomBytes(18).toString("base64url");
  const settings = Object.entries(fastSettings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const container = await new GenericContainer(image)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withTmpFs({ "/var/lib/postgresql": "rw" })
    .withCommand(["postgres", ...settings])
    .withExposedPorts(5432)
    // The image starts the server twice: once to prepare it, without a port, and then for good.
    .withWaitStrategy(
      Wait.forAll([Wait.forLogMessage("ready to accept connections", 2), Wait.forListeningPorts()]),
    )
    .withStartupTimeout(120_000)
    .start();
  return {
    description: `PostgreSQL in a container (${image})`,
    superuserUrl: `postgres://postgres:${password}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    stop: async () => {
      await container.stop();
    },
  };
}

const folderPrefix = "billpost-test-postgres-";

async function startEmbedded(): Promise<TestServer> {
  await sweepLeftFolders();
  const dataDir = await mkdtemp(join(tmpdir(), folderPrefix));
  const server = await startPostgres({
    dataDir,
    port: 0,
    log: () => {},
    durable: false,
    settings: fastSettings,
  });
  return {
    description: `embedded PostgreSQL on port ${server.port}`,
    superuserUrl: server.superuserUrl,
    stop: async () => {
      await server.stop("immediate");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A killed run cannot remove its folder; one whose server has ended hours ago belongs to nobody. */
async function sweepLeftFolders(): Promise<void> {
  const hours = 60 * 60 * 1000;
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(tmpdir(), name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 6 * hours) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}
