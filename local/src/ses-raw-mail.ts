import { randomInt } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";

// Required, not imported: Node and Vite disagree on what the default import of such a CommonJS module is.
const require = createRequire(import.meta.url);
const { default: parseRaw } =
  require("aws-ses-v2-local/dist/v1/sendRawEmail.js") as typeof import("aws-ses-v2-local/dist/v1/sendRawEmail.js");

/** A raw message as it came: who reads the inbox pays for its parsing, not who sends. */
export interface RawMail {
  readonly messageId: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** The request's body. */
  readonly form: string;
}

/** Whether a request may bring a raw message: signed, and in the form of SES' first API. */
export const mayBringRawMail = ({ method, url, headers }: IncomingMessage): boolean =>
  method === "POST" &&
  url === "/" &&
  headers.authorization?.startsWith("AWS") === true &&
  headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;

/** As the inbox itself takes at most. */
const maxBytes = 25 * 1024 * 1024;

/** The whole body. Throws when it is larger than the inbox takes, or breaks off. */
export const readForm = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).byteLength;
    if (length > maxBytes) throw new RangeError("the message is too large");
  }
  return Buffer.concat(chunks).toString("latin1");
};

/** A raw message whose sender is named, so that nothing in it can be refused; undefined: let the inbox judge it. */
export const rawMailOf = (form: string): RawMail | undefined =>
  /(?:^|&)Action=SendRawEmail(?:&|$)/.test(form) &&
  /(?:^|&)Source=[^&]/.test(form) &&
  /(?:^|&)RawMessage\.Data=[^&]/.test(form)
    ? { messageId: `ses-${randomInt(100_000_000, 1_000_000_000)}`, at: Math.floor(Date.now() / 1000), form }
    : undefined;

/** SES' answer to a message that it took. */
export const answerTaken = (response: ServerResponse, { messageId }: RawMail): void => {
  response.writeHead(200, { "content-type": "text/xml" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>${messageId}</MessageId></SendRawEmailResult></SendRawEmailResponse>`,
  );
};

type RawParser = (request: { readonly body: unknown }, response: unknown) => Promise<void>;

/** Has the inbox parse a message, which puts it at the end of its store. */
export const parse = async ({ form }: RawMail): Promise<void> => {
  const body = Object.fromEntries(new URLSearchParams(form));
  const response = { status: () => response, send: () => response };
  // All that it uses of a request and a response.
  await (parseRaw as unknown as RawParser)({ body }, response);
};
