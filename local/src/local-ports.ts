import { type LocalConfig, type LocalPorts, portVariables } from "./config.ts";
import { isPortFree } from "./ports.ts";

const purposes: Readonly<Record<keyof LocalPorts, string>> = {
  api: "the API",
  s3: "S3",
  ses: "the SES inbox",
  postgres: "PostgreSQL",
  worker: "the worker's health page",
};

export class PortsTaken extends Error {
  override readonly name = "PortsTaken";
}

/** Throws a `PortsTaken` that names every port which cannot be used and the variable that moves it. */
export async function checkPorts(config: LocalConfig): Promise<void> {
  const needed = (Object.keys(portVariables) as (keyof LocalPorts)[]).filter(
    (service) =>
      !(service === "postgres" && config.databaseUrl) &&
      !(service === "s3" && config.s3Endpoint) &&
      !(service === "ses" && config.sesEndpoint),
  );
  const problems: string[] = [];
  const users = new Map<number, keyof LocalPorts>();
  for (const service of needed) {
    const port = config.ports[service];
    const { variable } = portVariables[service];
    const other = users.get(port);
    if (other) {
      problems.push(
        `Port ${port} is wanted by both ${purposes[other]} and ${purposes[service]}: set ${variable} to another one.`,
      );
    } else if (!(await isPortFree(port))) {
      problems.push(
        `Port ${port}, for ${purposes[service]}, is taken by another program. ` +
          `Stop that program, or set ${variable} to a free port.`,
      );
    }
    users.set(port, service);
  }
  if (problems.length > 0) throw new PortsTaken(problems.join("\n"));
}
