import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { type LocalService, localService } from "./local-service.ts";

// Required, not imported: Node and Vite disagree on what the default import of such a CommonJS module is.
const require = createRequire(import.meta.url);
const { default: startServer } = require("aws-ses-v2-local") as typeof import("aws-ses-v2-local");
const { getStoreReadonly } =
  require("aws-ses-v2-local/dist/store.js") as typeof import("aws-ses-v2-local/dist/store.js");
type Email = ReturnType<typeof getStoreReadonly>["emails"][number];

export interface SesOptions {
  /** Keeps the mail over restarts, one JSON line each. */
  readonly file: string;
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
}

/** More old mail than this is forgotten at a start: the inbox holds everything in memory. */
const keptOverRestarts = 200;

/**
 * Starts an SES endpoint with a web inbox at `/`; `GET /store` lists what was sent. The package keeps
 * one inbox per process, so start it once in a process.
 */
export async function startSes({ file, port }: SesOptions): Promise<LocalService> {
  mkdirSync(dirname(file), { recursive: true });
  restore(file);
  const server = await startServer({ host: "127.0.0.1", port });
  if (!server.listening) throw new Error(`the SES inbox cannot listen on port ${port} of 127.0.0.1`);
  keepNewMail(server, file);
  return localService(server);
}

function restore(file: string): void {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, "utf8").split("\n").filter(isWholeLine).slice(-keptOverRestarts);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  getStoreReadonly().emails.push(...lines.map((line) => JSON.parse(line) as Email));
}

/** A killed process can leave the last line torn. */
const isWholeLine = (line: string): boolean => line.startsWith("{") && line.endsWith("}");

/** Writes what came in after each request; an inbox that was cleared begins a new file. */
function keepNewMail(server: Server, file: string): void {
  let kept = getStoreReadonly().emails.length;
  server.prependListener("request", (_request, response) => {
    response.once("finish", () => {
      const { emails } = getStoreReadonly();
      if (emails.length < kept) {
        writeFileSync(file, "");
        kept = 0;
      }
      for (const email of emails.slice(kept)) appendFileSync(file, `${JSON.stringify(email)}\n`);
      kept = emails.length;
    });
  });
}
