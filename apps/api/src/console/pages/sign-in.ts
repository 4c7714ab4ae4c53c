import { recordAudit } from "@billpost/db/audit";
import { closeConsoleSession, openConsoleSession } from "@billpost/db/console-sessions";
import { allows } from "@billpost/domain/scopes";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isExpired } from "../../auth/verified-keys.ts";
import type { App } from "../../server.ts";
import { fieldOf, formOf, goOn } from "../forms.ts";
import { own, sessionOf } from "../kit.ts";
import { sendPage } from "../page.ts";
import { forgetSession, rememberSession } from "../session.ts";
import { createSignInBrake } from "../sign-in-brake.ts";

const open = { config: { console: "public" } } as const;

/** Only a page of our own is led back to, never another site's. */
const safeNext = (next: string | undefined): string =>
  // Printable ASCII: what a browser sends as its address, and a header can hold.
  next !== undefined && /^\/console(?:[/?][!-[\]-~]*)?$/.test(next) && !next.startsWith("/console/sign-")
    ? next
    : "/console";

const answer = (request: FastifyRequest, reply: FastifyReply, next: string, refused?: string) =>
  sendPage(request, reply, "sign-in", { title: "Sign in" }, { next, refused });

/** Signing in with an operator's API key, and out. */
export const addSignIn = (app: App): void => {
  const { settings, limits } = app.console;
  const { db } = app.services;
  const brake = createSignInBrake();

  app.get<{ Querystring: { next?: string } }>("/sign-in", open, async (request, reply) =>
    answer(request, reply, safeNext(request.query.next)),
  );

  app.post("/sign-in", open, async (request, reply) => {
    const form = formOf(request);
    const next = safeNext(fieldOf(form, "next"));
    const refuse = async (sentence: string) => {
      brake.countFailure(request.ip);
      await limits.countAddress(request);
      reply.code(401);
      return answer(request, reply, next, sentence);
    };
    const waitSeconds = brake.secondsToWait(request.ip);
    if (waitSeconds > 0) {
      reply.code(429).header("retry-after", waitSeconds);
      return answer(request, reply, next, `Too many attempts. Try again in ${waitSeconds} seconds.`);
    }
    await limits.checkAddress(request);
    await brake.pause();
    const key = await app.verifiedKeys.find(fieldOf(form, "key") ?? "");
    const over = key && (key.revokedAt !== null || isExpired(key));
    // One answer for every key that is none, so that nothing is learnt by trying.
    if (!key || over) return refuse("That is no key that works here.");
    if (!allows(key.scopes, "operator:read"))
      return refuse("This key is not an operator's: it has neither the scope operator nor operator:read.");
    const secret = await db.transaction().execute(async (trx) => {
      const opened = await openConsoleSession(trx, key.id, settings.sessionHours);
      await recordAudit(trx, {
        actor: `key:${key.prefix}`,
        clientId: key.clientId,
        action: "console.signed_in",
        targetType: "api_key",
        targetId: key.id,
        requestId: request.id,
      });
      return opened;
    });
    app.verifiedKeys.touch(key.id);
    rememberSession(reply, secret, settings.sessionHours);
    return reply.redirect(next, 303);
  });

  app.post("/sign-out", own, async (request, reply) => {
    const { secret, keyId, keyPrefix, clientId } = sessionOf(request);
    await db.transaction().execute(async (trx) => {
      await closeConsoleSession(trx, secret);
      await recordAudit(trx, {
        actor: `key:${keyPrefix}`,
        clientId,
        action: "console.signed_out",
        targetType: "api_key",
        targetId: keyId,
        requestId: request.id,
      });
    });
    forgetSession(reply);
    return goOn(request, reply, "/console/sign-in", "Signed out.");
  });
};
