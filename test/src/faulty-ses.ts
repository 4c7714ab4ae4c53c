import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type FaultyEndpoint,
  type Hold,
  isSkewed,
  readBody,
  startFaultyEndpoint,
} from "./faulty-endpoint.ts";

/**
 * How one call is answered. `accept`: taken. `throttle`, `reject`, `unavailable`, `pause` (the account):
 * SES' own error answers, nothing taken. `reset_before`: the connection ends before the body is read.
 * `reset_after`: taken, and the reply is lost. `fail_after`: taken, and the reply is a 500. `hold`: taken only
 * when released, and no reply before. `hold_taken`: taken, and no reply until released.
 */
export type SesBehaviour =
  | "accept"
  | "throttle"
  | "reject"
  | "unavailable"
  | "pause"
  | "reset_before"
  | "reset_after"
  | "fail_after"
  | "hold"
  | "hold_taken";

/** A message that SES took, whether or not the caller was told. */
export interface TakenMail {
  readonly messageId: string;
  readonly source: string;
  readonly destinations: readonly string[];
  readonly raw: string;
  /** Of `X-SES-MESSAGE-TAGS`: what SES returns with its events. */
  readonly tags: Readonly<Record<string, string>>;
  /** The attached PDFs by file name, or their SHA-256 where only hashes are kept. */
  readonly attachments: ReadonlyMap<string, Buffer>;
}

interface FaultySesOptions {
  /** `hashes` forgets the messages' texts and PDFs, of which thousands would fill the memory. */
  readonly keep?: "all" | "hashes";
  /** Told of every message that is taken. */
  readonly onTaken?: (mail: TakenMail) => void;
}

export interface FaultySes extends FaultyEndpoint {
  /** Every message taken, in order. */
  readonly taken: readonly TakenMail[];
  /** Calls whose headers arrived, whatever became of them. */
  readonly calls: number;
  /** The behaviour of the next calls, one each; after them, `usually`. */
  next(...behaviours: readonly SesBehaviour[]): void;
  usually(behaviour: SesBehaviour): void;
  /** Forgets what was told for calls to come. */
  calm(): void;
}

/** An SES endpoint (version 1, SendRawEmail) that fails as told and counts what it took. Speaks the real protocol. */
export const startFaultySes = async (
  port = 0,
  { keep = "all", onTaken }: FaultySesOptions = {},
): Promise<FaultySes> => {
  const taken: TakenMail[] = [];
  const queue: SesBehaviour[] = [];
  let otherwise: SesBehaviour = "accept";
  let calls = 0;

  const take = (form: URLSearchParams): TakenMail => {
    const raw = Buffer.from(form.get("RawMessage.Data") ?? "", "base64").toString("latin1");
    const attachments = readAttachments(raw);
    const mail: TakenMail = {
      messageId: `fake-${String(taken.length + 1).padStart(6, "0")}-${process.pid}-${Date.now().toString(36)}`,
      source: form.get("Source") ?? "",
      destinations: [...form].filter(([name]) => name.startsWith("Destinations.member.")).map(([, to]) => to),
      raw: keep === "all" ? raw : "",
      tags: readTags(raw),
      attachments:
        keep === "all" ? attachments : new Map([...attachments].map(([name, pdf]) => [name, sha256(pdf)])),
    };
    taken.push(mail);
    onTaken?.(mail);
    return mail;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse, hold: Hold): Promise<void> => {
    calls += 1;
    if (isSkewed(request)) {
      await readBody(request);
      return failed(response, 403, "SignatureDoesNotMatch", "Signature expired.");
    }
    const behaviour = queue.shift() ?? otherwise;
    if (behaviour === "reset_before") {
      request.socket.resetAndDestroy();
      return;
    }
    const form = new URLSearchParams((await readBody(request)).toString("utf8"));
    switch (behaviour) {
      case "accept":
        return accepted(response, take(form));
      case "throttle":
        return failed(response, 400, "Throttling", "Maximum sending rate exceeded.");
      case "reject":
        return failed(
          response,
          400,
          "MessageRejected",
          `Email address is not verified: ${form.get("Destinations.member.1")}`,
        );
      case "pause":
        return failed(response, 400, "AccountSendingPausedException", "Sending is paused.");
      case "unavailable":
        return failed(response, 503, "ServiceUnavailable", "Try later.");
      case "fail_after":
        take(form);
        return failed(response, 500, "InternalFailure", "An internal error occurred.");
      case "reset_after":
        take(form);
        request.socket.resetAndDestroy();
        return;
      case "hold":
        await hold(response);
        return accepted(response, take(form));
      case "hold_taken": {
        const mail = take(form);
        await hold(response);
        return accepted(response, mail);
      }
    }
  };

  const server = await startFaultyEndpoint(handle, port);
  return Object.defineProperty(
    Object.assign(server, {
      taken,
      next(...behaviours: readonly SesBehaviour[]) {
        queue.push(...behaviours);
      },
      usually(behaviour: SesBehaviour) {
        otherwise = behaviour;
      },
      calm() {
        queue.length = 0;
      },
      calls,
    }),
    "calls",
    { get: () => calls },
  );
};

const accepted = (response: ServerResponse, { messageId }: TakenMail): void => {
  response.writeHead(200, { "content-type": "text/xml" });
  response.end(
    `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>${messageId}</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SendRawEmailResponse>`,
  );
};

const failed = (response: ServerResponse, status: number, code: string, message: string): void => {
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(
    `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  );
};

const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** `name=value, name=value`, on as many lines as it needs. */
const readTags = (raw: string): Record<string, string> => {
  const header = /^X-SES-MESSAGE-TAGS:((?:[^\r\n]|\r\n[ \t])*)/im.exec(raw)?.[1] ?? "";
  return Object.fromEntries(
    header.split(",").flatMap((tag) => {
      const [name, value] = tag.trim().split("=");
      return name && value ? [[name, value]] : [];
    }),
  );
};

/** The base64 parts that have a file name: enough MIME for what is sent here, and no library in between. */
const readAttachments = (raw: string): Map<string, Buffer> => {
  const found = new Map<string, Buffer>();
  for (const part of raw.split(/\r\n--[^\r\n]+\r\n/)) {
    const split = part.indexOf("\r\n\r\n");
    const headers = part.slice(0, split);
    const name = /filename="?([^";\r\n]+)/i.exec(headers)?.[1];
    if (name && /content-transfer-encoding: base64/i.test(headers))
      found.set(name, Buffer.from(part.slice(split + 4).split("\r\n--")[0] ?? "", "base64"));
  }
  return found;
};
