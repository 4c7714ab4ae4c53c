import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { refusal } from "./problems.ts";

/**
 * The ETag of something with a `version`. `detail` is what else shows in the body but is no part of what
 * PATCH changes (such as a product's stock): it makes If-None-Match exact without making If-Match fail.
 */
export const versionTag = (version: number, detail?: string | number): string =>
  `"${version}${detail === undefined ? "" : `-${detail}`}"`;

/** The ETag of a body that has no version of its own. */
export const bodyTag = (body: string): string =>
  `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;

/** The tags of an If-Match or If-None-Match header, weak or strong, without their quotes. */
export const tagsOf = (header: string): string[] =>
  [...header.matchAll(/(?:W\/)?"([^"]*)"/g)].map((match) => match[1] ?? "");

/**
 * Refuses a change whose If-Match is absent (428) or does not name the present version (412). Call it with
 * the row locked.
 */
export const requireMatch = (ifMatch: string | undefined, version: number): void => {
  if (ifMatch === undefined)
    throw refusal("precondition_required", "Send If-Match with the ETag that you last read.");
  if (ifMatch.trim() === "*") return;
  if (!tagsOf(ifMatch).some((tag) => tag.split("-")[0] === String(version)))
    throw refusal("precondition_failed", "It was changed since you read it; read it again.");
};

/** The same for what has no version: `tag` is the ETag of the present state. */
export const requireTag = (ifMatch: string | undefined, tag: string): void => {
  if (ifMatch === undefined)
    throw refusal("precondition_required", "Send If-Match with the ETag that you last read.");
  if (ifMatch.trim() !== "*" && !tagsOf(ifMatch).includes(tag.slice(1, -1)))
    throw refusal("precondition_failed", "It was changed since you read it; read it again.");
};

/** Sends a body with its ETag; or, to a GET, 304 without one when the client has it already. */
export const sendTagged = <T extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  body: T,
  tag: string = bodyTag(JSON.stringify(body)),
): T | FastifyReply => {
  reply.header("etag", tag);
  const reads = request.method === "GET" || request.method === "HEAD";
  const known = reads ? request.headers["if-none-match"] : undefined;
  if (known !== undefined && (known.trim() === "*" || tagsOf(known).includes(tag.slice(1, -1))))
    return reply.code(304).send();
  return body;
};
