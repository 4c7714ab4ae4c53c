import { homedir } from "node:os";
import { join } from "node:path";

/** A superuser's address of the PostgreSQL server to test against; undefined: find one. */
export const testDatabaseUrl: string | undefined = process.env["TEST_DATABASE_URL"] || undefined;

/** Where a Docker engine may listen, in the order in which testcontainers looks. */
export const dockerAddresses: readonly string[] = [
  process.env["DOCKER_HOST"] || undefined,
  "unix:///var/run/docker.sock",
  `unix://${join(process.env["XDG_RUNTIME_DIR"] ?? "/run", "docker.sock")}`,
  `unix://${join(homedir(), ".docker/run/docker.sock")}`,
  `unix://${join(homedir(), ".docker/desktop/docker.sock")}`,
].filter((address) => address !== undefined);

/** `pnpm prove:…` asks for more of each. */
export const provenRestarts = Number(process.env["PROVE_RESTARTS"] ?? 4);
export const provenRenders = Number(process.env["PROVE_RENDERS"] ?? 180);

/** Of the delivery simulation; a failed run prints its seed. */
export const simulationSeed = Number(process.env["SIMULATION_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
export const simulationSteps = Number(process.env["SIMULATION_STEPS"] ?? 100_000);
