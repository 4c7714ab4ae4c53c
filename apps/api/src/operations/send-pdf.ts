import { createHash } from "node:crypto";
import { pipeline, Transform } from "node:stream";
import { type DocumentRow, findStoredDocument, listDocuments } from "@billpost/db/invoice-detail";
import type { ObjectStore } from "@billpost/storage/object-store";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import { readRange } from "../http/byte-range.ts";
import { tagsOf } from "../http/etag.ts";
import { refusal } from "../http/problems.ts";
import { requireInvoice } from "./invoices.ts";

/** How long a link to a PDF can be opened. */
const linkSeconds = 300;

/** The stored PDF of a client's invoice: a revision, or the original, which is the one that was sent. */
export const requireDocument = async (
  { db, clientId }: Context,
  number: string,
  revision: number | undefined,
): Promise<DocumentRow> => {
  const invoice = await requireInvoice(db, clientId, number);
  const document = await findStoredDocument(db, invoice.id, revision);
  if (document) return document;
  const documents = await listDocuments(db, invoice.id);
  const known = revision === undefined || documents.some((candidate) => candidate.revision === revision);
  throw known
    ? refusal("document_not_ready", "The PDF is still being made.")
    : refusal("document_not_found", `There is no PDF of revision ${revision}.`);
};

const fileNameOf = (number: string, document: DocumentRow): string =>
  document.revision === 1 ? `${number}.pdf` : `${number}-r${document.revision}.pdf`;

/** A link that whoever has it can open for at most five minutes. A secret: it is never logged. */
export const linkToPdf = async (store: ObjectStore, number: string, document: DocumentRow) => {
  // From the database's time: signed with a clock that is wrong, a link would be over before it is used.
  const { readAt: from } = document;
  const url = await store.link(document.s3Key, {
    from,
    seconds: linkSeconds,
    fileName: fileNameOf(number, document),
  });
  return { url, expiresAt: new Date(from.getTime() + linkSeconds * 1000) };
};

/**
 * Sends a PDF's bytes: whole, a range of them, or nothing when the client has them. The whole is compared with
 * its hash on the way: should it differ, the answer is an error, or is cut before the last byte.
 */
export const sendPdf = async (
  request: FastifyRequest,
  reply: FastifyReply,
  store: ObjectStore,
  number: string,
  document: DocumentRow,
): Promise<FastifyReply> => {
  const tag = `"${document.sha256}"`;
  reply.headers({
    etag: tag,
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=0, must-revalidate",
    "content-disposition": `inline; filename="${fileNameOf(number, document)}"`,
    "x-content-type-options": "nosniff",
  });
  const known = request.headers["if-none-match"];
  if (known !== undefined && (known.trim() === "*" || tagsOf(known).includes(document.sha256)))
    return reply.code(304).send();

  const ifRange = request.headers["if-range"];
  const asked = ifRange === undefined || ifRange === tag ? request.headers.range : undefined;
  const range = readRange(asked, document.byteSize);
  if (range === "outside") {
    reply.header("content-range", `bytes */${document.byteSize}`);
    throw refusal("range_not_satisfiable", `The PDF has ${document.byteSize} bytes.`);
  }
  reply.type("application/pdf");
  if (range) {
    const part = await store.stream(document.s3Key, `bytes=${range.first}-${range.last}`);
    return reply
      .code(206)
      .headers({
        "content-range": `bytes ${range.first}-${range.last}/${document.byteSize}`,
        "content-length": range.last - range.first + 1,
      })
      .send(part.body);
  }
  reply.header("content-length", document.byteSize);
  const whole = await store.stream(document.s3Key);
  const checked = comparing(document.sha256, document.byteSize);
  pipeline(whole.body, checked, (error) => {
    if (error) request.log.error({ requestId: request.id, number, err: error.message }, "a PDF was cut off");
  });
  return reply.send(checked);
};

/** Passes bytes on, the last of them only when the whole has this length and hash. */
const comparing = (sha256: string, byteSize: number): Transform => {
  const hash = createHash("sha256");
  let length = 0;
  let held: Buffer | undefined;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      length += chunk.byteLength;
      const ready = held;
      held = chunk;
      done(null, ready);
    },
    flush(done) {
      if (length === byteSize && hash.digest("hex") === sha256) done(null, held);
      else done(refusal("document_damaged", "The stored PDF is not what was stored."));
    },
  });
};
