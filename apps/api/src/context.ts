import type { Actor } from "@billpost/db/audit";
import type { Db, Pool } from "@billpost/db/connection";
import type { IdempotencyClaim } from "@billpost/db/idempotency";
import type { Logger } from "@billpost/runtime/logger";
import type { FastifyRequest } from "fastify";
import type { ApiConfig, BusinessSettings } from "./config.ts";
import type { FetchText } from "./webhooks/sns-message.ts";

/** What the process has, made once by `main.ts` or by a test. */
export interface Services {
  readonly db: Db;
  readonly pool: Pool;
  readonly config: ApiConfig;
  readonly logger: Logger;
  /** Tests only: where SNS's certificates come from. */
  readonly fetchFromSns?: FetchText;
}

/** Who calls, as proved by an API key. */
export interface Caller {
  readonly keyId: number;
  readonly keyPrefix: string;
  readonly clientId: number;
  readonly scopes: readonly string[];
}

/** What an operation may use: the database, the rules' settings, and on whose behalf it acts. */
export interface Context {
  readonly db: Db;
  readonly business: BusinessSettings;
  /** The client that owns what is made and read. */
  readonly clientId: number;
  /** For the ledger and the audit: `key:<prefix>`. */
  readonly actor: Actor;
  readonly requestId: string;
  /** Set when the request carries an Idempotency-Key. */
  readonly claim: IdempotencyClaim | undefined;
}

declare module "fastify" {
  interface FastifyInstance {
    readonly services: Services;
  }
  interface FastifyRequest {
    /** Null on public routes and until the key has been checked. */
    caller: Caller | null;
    claim: IdempotencyClaim | null;
  }
}

/** The context of a request to a route that needs a key. */
export const contextOf = (request: FastifyRequest): Context => {
  const { caller, claim, id } = request;
  if (!caller) throw new Error(`${request.routeOptions.url} asks for a context without a scope`);
  const { db, config } = request.server.services;
  return {
    db,
    business: config.business,
    clientId: caller.clientId,
    actor: `key:${caller.keyPrefix}`,
    requestId: id,
    claim: claim ?? undefined,
  };
};
