import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { type LocalService, localService } from "./local-service.ts";
import { answerTaken, mayBringRawMail, parse, type RawMail, rawMailOf, readForm } from "./ses-raw-mail.ts";

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
 * one inbox per process, so start it once in a process. Raw messages are answered as they come and parsed when
 * somebody looks: a worker that sends hundreds a second does not wait for an inbox that nobody reads.
 */
export async function startSes({ file, port }: SesOptions): Promise<LocalService> {
  mkdirSync(dirname(file), { recursive: true });
  const pending = restore(file);
  const server = await startServer({ host: "127.0.0.1", port });
  if (!server.listening) throw new Error(`the SES inbox cannot listen on port ${port} of 127.0.0.1`);
  keepMail(server, file, pending);
  return localService(server);
}

/** Puts the mail of earlier runs into the inbox; answers what of it is not parsed yet. */
function restore(file: string): RawMail[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(isWholeLine).slice(-keptOverRestarts);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  const mails = lines.map((line) => JSON.parse(line) as Email | RawMail);
  getStoreReadonly().emails.push(...mails.filter((mail): mail is Email => !isRaw(mail)));
  return mails.filter(isRaw);
}

/** A killed process can leave the last line torn. */
const isWholeLine = (line: string): boolean => line.startsWith("{") && line.endsWith("}");

const isRaw = (mail: Email | RawMail): mail is RawMail => "form" in mail;

/** Stands before the package's own server: keeps what comes in, in the file and until it is looked at. */
function keepMail(server: Server, file: string, restored: readonly RawMail[]): void {
  const [inbox] = server.listeners("request") as RequestListener[];
  if (!inbox) throw new Error("the SES inbox answers nothing");
  let pending = [...restored];
  let parsing = Promise.resolve();
  let count = getStoreReadonly().emails.length;
  /** What the file has, as it came or as it is shown. */
  const inFile = new WeakSet<Email>(getStoreReadonly().emails);

  const take = (mail: RawMail) => {
    pending.push(mail);
    appendFileSync(file, `${JSON.stringify(mail)}\n`);
  };
  const parsePending = () => {
    const mails = pending;
    pending = [];
    parsing = parseAll(mails, parsing, inFile);
    return parsing;
  };
  /** Mail that the package took by itself, and an inbox that was cleared. */
  const keepRest = () => {
    const { emails } = getStoreReadonly();
    if (emails.length < count)
      writeFileSync(file, pending.map((mail) => `${JSON.stringify(mail)}\n`).join(""));
    count = emails.length;
    for (const email of emails) {
      if (inFile.has(email)) continue;
      appendFileSync(file, `${JSON.stringify(email)}\n`);
      inFile.add(email);
    }
  };

  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const answer = async () => {
      if (mayBringRawMail(request)) {
        const form = await readForm(request);
        const mail = rawMailOf(form);
        if (mail) {
          take(mail);
          return answerTaken(response, mail);
        }
        asRead(request, form);
      }
      if (request.url !== "/health-check") await parsePending();
      count = Math.max(count, getStoreReadonly().emails.length);
      response.once("finish", keepRest);
      inbox(request, response);
    };
    answer().catch((error: unknown) => {
      response.writeHead(400).end(error instanceof Error ? error.message : "the request cannot be read");
    });
  });
}

/** Puts mails into the inbox, after those `before`, as what they were answered. */
const parseAll = async (
  mails: readonly RawMail[],
  before: Promise<void>,
  inFile: WeakSet<Email>,
): Promise<void> => {
  await before;
  for (const mail of mails) {
    await parse(mail);
    const email = getStoreReadonly().emails.at(-1);
    if (email) inFile.add(Object.assign(email, { messageId: mail.messageId, at: mail.at }));
  }
};

/** What the package's body parser leaves behind, for a body that was read before it. */
const asRead = (request: IncomingMessage, form: string): void => {
  Object.assign(request, { _body: true, body: Object.fromEntries(new URLSearchParams(form)) });
};
