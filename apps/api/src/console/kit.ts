import type { ConsoleSession } from "@billpost/db/console-sessions";
import type { FastifyRequest } from "fastify";
import type { ConsoleSettings } from "../config.ts";
import type { Context } from "../context.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import { claimOf } from "./forms.ts";
import type { Views } from "./views.ts";

/** What a page may use. */
interface ConsoleKit {
  readonly settings: ConsoleSettings;
  readonly views: Views;
  readonly limits: RateLimits;
}

/** Whoever is signed in, and the token that each of their forms carries. */
export interface SignedIn extends ConsoleSession {
  readonly secret: string;
  readonly token: string;
  /** Whether the key may change anything, or only look. */
  readonly mayAct: boolean;
}

declare module "fastify" {
  interface FastifyInstance {
    readonly console: ConsoleKit;
  }
  interface FastifyRequest {
    session: SignedIn | null;
  }
  interface FastifyContextConfig {
    /** What a route of the console needs: nobody signed in, somebody, their form's token, or the right to act as well. */
    console?: "public" | "read" | "own" | "act";
  }
}

/** Options of a page that everybody who is signed in may see. */
export const reading = { config: { console: "read" } } as const;
/** Options of a form's target that concerns nobody but whoever is signed in. */
export const own = { config: { console: "own" } } as const;
/** Options of a form's target: needs the scope `operator` and the session's token. */
export const acting = { config: { console: "act" } } as const;

/** Whoever is signed in; every route but the public ones has somebody. */
export const sessionOf = (request: FastifyRequest): SignedIn => {
  if (!request.session) throw new Error(`${request.routeOptions.url} asks for a session without needing one`);
  return request.session;
};

/**
 * The context of an operation on what belongs to a client, acted on by the session's key. A form that is sent
 * twice by mistake is the same request, and answered as it was the first time.
 */
export const contextFor = (request: FastifyRequest, clientId: number): Context => {
  const { db, config } = request.server.services;
  return {
    db,
    business: config.business,
    clientId,
    actor: `key:${sessionOf(request).keyPrefix}`,
    requestId: request.id,
    claim: claimOf(request, clientId),
  };
};
