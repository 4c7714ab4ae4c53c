import { hash } from "node:crypto";
import {
  claimIdempotencyKeys,
  findStoredReplies,
  type IdempotencyClaim,
  storeReplies,
  type StoredReply,
} from "@billpost/db/idempotency";
import type { Trx } from "@billpost/db/connection";
import { canonicalJson } from "@billpost/domain/canonical-json";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import { refusal } from "./problems.ts";

/** A hook: notes the claim of a request that carries an Idempotency-Key, or refuses the header. */
export const readClaim = async (request: FastifyRequest): Promise<void> => {
  const key = request.headers["idempotency-key"];
  const { idempotent } = request.routeOptions.config;
  if (typeof key !== "string" || !idempotent || !request.caller) return;
  if (idempotent === "refused")
    throw refusal(
      "idempotency_key_not_allowed",
      "This route takes no Idempotency-Key: its reply is not stored.",
    );
  const path = request.url.split("?", 1)[0] ?? "";
  const content = `${request.method}\n${path}\n${canonicalJson(request.body ?? null)}`;
  const fingerprint = hash("sha256", content, "buffer");
  request.claim = { clientId: request.caller.clientId, key, fingerprint };
};

/** What a write answers: its body is serialised once, so that a replay is the same to the byte. */
export interface WriteReply extends StoredReply {
  readonly replayed: boolean;
}

/** What the work of a write hands back. */
export interface WriteResult {
  readonly status: 200 | 201 | 202;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/**
 * Runs a write as one transaction. With an Idempotency-Key the key is claimed first: a stored reply is
 * answered instead of doing the work again, and a new one is stored with the work. A refusal (thrown) rolls
 * all back and stores nothing, so it is judged afresh next time.
 */
export const write = (context: Context, work: (trx: Trx) => Promise<WriteResult>): Promise<WriteReply> =>
  context.db.transaction().execute(async (trx) => {
    const stored = context.claim && (await claimOrReplay(trx, context.claim));
    if (stored) return { ...stored, replayed: true };
    const { status, headers = {}, body } = await work(trx);
    const reply = { status, headers, body: JSON.stringify(body) };
    if (context.claim) await storeReplies(trx, [{ claim: context.claim, reply }]);
    return { ...reply, replayed: false };
  });

const claimOrReplay = async (trx: Trx, claim: IdempotencyClaim): Promise<StoredReply | undefined> => {
  const [claimed] = await claimIdempotencyKeys(trx, [claim]);
  if (!claimed) throw keyInFlight();
  const [stored] = await findStoredReplies(trx, [claim]);
  return stored && ofSameRequest(stored, claim);
};

/** The refusal of a request whose key another one holds. */
export const keyInFlight = () =>
  refusal("idempotency_key_in_flight", "A request with this Idempotency-Key is still running.");

/** The reply to give again; throws when the key was used for another request. */
export const ofSameRequest = <T extends { readonly fingerprint: Buffer }>(
  stored: T,
  claim: IdempotencyClaim,
): T => {
  if (!stored.fingerprint.equals(claim.fingerprint))
    throw refusal("idempotency_key_reused", "This Idempotency-Key was used for another request.");
  return stored;
};

/** Sends what a write answered, unless it was answered already that it took too long. */
export const sendWritten = (reply: FastifyReply, written: WriteReply): FastifyReply => {
  if (reply.sent) return reply;
  if (written.replayed) reply.header("idempotent-replayed", "true");
  return reply
    .code(written.status)
    .headers(written.headers)
    .type("application/json; charset=utf-8")
    .send(written.body);
};
