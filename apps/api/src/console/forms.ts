import { createHash } from "node:crypto";
import type { IdempotencyClaim } from "@billpost/db/idempotency";
import { canonicalJson } from "@billpost/domain/canonical-json";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Static, TSchema } from "typebox";
import { refusal } from "../http/problems.ts";
import { createValidatorCompiler, fieldErrors } from "../http/validation.ts";
import type { App } from "../server.ts";
import { leaveNote } from "./notes.ts";

/** A form's fields as they were sent: text, all of them; a field that is sent several times is a list. */
export type Form = Readonly<Record<string, string | readonly string[]>>;

/** Ids of 500 selected rows fit several times. */
const bodyLimit = 64 * 1024;

/** The console takes forms and nothing else. */
export const addForms = (app: App): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit },
    (_request, body, done) => done(null, readForm(String(body))),
  );
};

const readForm = (text: string): Form => {
  const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else fields[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return fields;
};

export const formOf = (request: FastifyRequest): Form => (request.body ?? {}) as Form;

/** A field's text without what surrounds it; empty and absent are the same. */
export const fieldOf = (form: Form, name: string): string | undefined => {
  const value = form[name];
  const text = (Array.isArray(value) ? value[0] : (value as string | undefined))?.trim();
  return text ? text.replaceAll("\r\n", "\n") : undefined;
};

const compile = createValidatorCompiler();
const compiled = new WeakMap<TSchema, ReturnType<typeof compile>>();

/** Judges what a form says by the schema that the REST API judges it by; throws `validation_failed`. */
export const checked = <S extends TSchema>(schema: S, value: unknown): Static<S> => {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = compile({ schema, httpPart: "body", method: "POST", url: "" });
    compiled.set(schema, validate);
  }
  const valid = validate(value) as unknown;
  if (valid !== true)
    throw refusal("validation_failed", "Something in the form is missing or cannot be.", {
      errors: fieldErrors((validate as unknown as { errors: [] }).errors, "body"),
    });
  return value as Static<S>;
};

/** Names the sending of a form, so that the same one, sent twice, is done once. */
export const claimOf = (request: FastifyRequest, clientId: number): IdempotencyClaim | undefined => {
  const form = formOf(request);
  const once = fieldOf(form, "_once");
  if (!once || !/^[A-Za-z0-9_-]{16,64}$/.test(once)) return undefined;
  const { _token: _secret, ...said } = form;
  const path = request.url.split("?", 1)[0] ?? "";
  const fingerprint = createHash("sha256")
    .update(`console\n${path}\n${canonicalJson(said)}`)
    .digest();
  return { clientId, key: `console:${once}`, fingerprint };
};

/** After an act: on to a page of the console that says what was done. */
export const goOn = (
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  note: string,
): FastifyReply => {
  leaveNote(reply, note);
  if (request.headers["hx-request"]) return reply.header("hx-redirect", path).code(200).send("");
  return reply.redirect(path, 303);
};
