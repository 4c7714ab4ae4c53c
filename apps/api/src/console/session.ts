import { createHmac, timingSafeEqual } from "node:crypto";
import { findConsoleSessions } from "@billpost/db/console-sessions";
import { DomainError } from "@billpost/domain/domain-error";
import { allows } from "@billpost/domain/scopes";
import type { FastifyReply, FastifyRequest } from "fastify";
import { refusal } from "../http/problems.ts";
import type { App } from "../server.ts";
import { addCookie, readCookie } from "./cookies.ts";
import { fieldOf, formOf } from "./forms.ts";
import type { SignedIn } from "./kit.ts";

const cookie = "billpost_console";

/** The token of a session's forms: whoever does not have the session's secret cannot know it. */
const tokenOf = (secret: string): string =>
  createHmac("sha256", secret).update("billpost console forms").digest("base64url");

/** Gives the browser a session. */
export const rememberSession = (reply: FastifyReply, secret: string, hours: number): void =>
  addCookie(reply, cookie, secret, { maxAgeSeconds: hours * 3600 });

/** Takes it back. */
export const forgetSession = (reply: FastifyReply): void =>
  addCookie(reply, cookie, "", { maxAgeSeconds: 0 });

/** Who is signed in, as the database knows it now; null: nobody, or no longer. */
const findSession = async (request: FastifyRequest): Promise<SignedIn | null> => {
  const secret = readCookie(request, cookie);
  if (secret === undefined) return null;
  const found = (await findConsoleSessions(request.server.services.db, [secret])).get(secret);
  if (!found) return null;
  return { ...found, secret, token: tokenOf(secret), mayAct: allows(found.scopes, "operator") };
};

/**
 * Whether a request that changes something comes from one of our own pages. Browsers say where a form was sent
 * from; one that says nothing is not one of ours.
 */
const comesFromOurselves = (request: FastifyRequest): boolean => {
  const { origin, host } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const publicUrl = new URL(request.server.services.config.publicUrl);
  return new URL(origin).host === host || origin === publicUrl.origin;
};

/** No code of the API's: only browsers can be answered this. */
const fromElsewhere = (sentence: string) => new DomainError("forbidden", "request_from_elsewhere", sentence);

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Everything needs a session, unless it says that it is public; what acts needs the right to, and the form's token. */
export const addSessions = (app: App): void => {
  app.decorateRequest("session", null);
  app.addHook("onRoute", (route) => {
    if (route.config?.console === undefined)
      throw new Error(`${String(route.method)} ${route.url} does not say who may use it`);
    if (route.config.console === "read" && route.method !== "GET" && route.method !== "HEAD")
      throw new Error(`${route.url} changes something, so it must ask for the form's token`);
    // Pages for people are no part of the API's description.
    route.schema = { ...route.schema, hide: true };
  });
  app.addHook("onRequest", async (request, reply) => {
    const needed = request.routeOptions.config.console;
    if (request.method !== "GET" && request.method !== "HEAD" && !comesFromOurselves(request))
      throw fromElsewhere("This form was not sent from the console.");
    if (needed === "public") return undefined;
    const session = await findSession(request);
    if (!session) return askToSignIn(request, reply);
    request.session = session;
    request.caller = {
      keyId: session.keyId,
      keyPrefix: session.keyPrefix,
      clientId: session.clientId,
      scopes: session.scopes,
    };
    await app.console.limits.countKey(request);
    if (!allows(session.scopes, needed === "act" ? "operator" : "operator:read"))
      throw refusal("scope_missing", "Your key may look, but not change anything.");
    return undefined;
  });
  app.addHook("preHandler", async (request) => {
    const needed = request.routeOptions.config.console;
    if (needed !== "act" && needed !== "own") return;
    const sent = fieldOf(formOf(request), "_token") ?? "";
    if (!sameText(sent, request.session?.token ?? "-"))
      throw fromElsewhere("This form belongs to another session, so nothing was done. Load the page again.");
  });
};

/** Where the sign-in page leads back to: the page that was asked for, when it was one. */
const askToSignIn = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const page = request.method === "GET" && !request.is404 ? request.url : "/console";
  const address = `/console/sign-in?next=${encodeURIComponent(page)}`;
  // A form stays where it is, with what was written into it.
  if (request.headers["hx-request"] && request.method === "POST")
    throw new DomainError(
      "unauthenticated",
      "session_over",
      "You are signed in no longer, and nothing was done. What you wrote is still here.",
    );
  if (request.headers["hx-request"]) return reply.header("hx-redirect", address).code(401).send("");
  return reply.redirect(address, 303);
};
