import type { FastifyReply, FastifyRequest } from "fastify";
import { addCookie, readCookie } from "./cookies.ts";

const name = "billpost_note";

/** Leaves a sentence for the next page to say once, such as "Sent again." */
export const leaveNote = (reply: FastifyReply, note: string): void =>
  addCookie(reply, name, Buffer.from(note).toString("base64url"), { maxAgeSeconds: 60 });

/** The sentence that the page before left, which is then gone. */
export const takeNote = (request: FastifyRequest, reply: FastifyReply): string | undefined => {
  const left = readCookie(request, name);
  if (left === undefined) return undefined;
  addCookie(reply, name, "", { maxAgeSeconds: 0 });
  return Buffer.from(left, "base64url").toString("utf8").slice(0, 500);
};
