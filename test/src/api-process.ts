import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "@billpost/local/ports";
import type { LogLine, WorkerServices } from "./worker-process.ts";

export interface ApiProcess {
  readonly pid: number;
  readonly url: string;
  readonly log: readonly LogLine[];
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Starts the API as in production, a process of its own, and waits until it listens. */
export const startApiProcess = async (
  { databaseUrl, s3 }: Pick<WorkerServices, "databaseUrl" | "s3">,
  extra: Readonly<Record<string, string>> = {},
): Promise<ApiProcess> => {
  const port = extra["PORT"] ?? String(await freePort());
  const child = spawn(process.execPath, ["apps/api/src/main.ts"], {
    cwd: root,
    env: {
      DATABASE_URL: databaseUrl,
      S3_BUCKET: s3.bucket,
      S3_ENDPOINT: s3.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
      RATE_LIMIT_PER_MINUTE: "0",
      RATE_LIMIT_ANONYMOUS_PER_MINUTE: "0",
      SHUTDOWN_DRAIN_SECONDS: "0",
      PORT: port,
      PATH: process.env["PATH"] ?? "",
      ...extra,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const log: LogLine[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as LogLine;
      log.push(line);
      if (line.msg === "listening") resolve();
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    void exited.then(({ code, signal }) =>
      reject(new Error(`the API ended (${code ?? signal}):\n${errors}`)),
    );
  });
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    log,
    exited,
    kill: (signal) => void child.kill(signal),
  };
};
