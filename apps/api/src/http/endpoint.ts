import type { Scope } from "@billpost/domain/scopes";
import type { FastifyContextConfig } from "fastify";
import { Type, type TObject, type TSchema } from "typebox";
import { type ProblemCode, problems } from "./problems.ts";
import { ProblemSchema } from "../schemas/problem.ts";

type Tag =
  | "Orders"
  | "Products"
  | "Stock"
  | "Customers"
  | "Invoices"
  | "Batches"
  | "Clients and keys"
  | "Operations"
  | "Service";

export interface EndpointDefinition {
  /** What a key must be allowed; null: a public route. */
  readonly scope: Scope | null;
  /** A key that has this one instead may, too. */
  readonly orScope?: Scope;
  readonly tag: Tag;
  /** Unique; client generators name their functions after it. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** Its own refusals; those that every such route can give are added. */
  readonly errors?: readonly ProblemCode[];
  /** `true`: takes an Idempotency-Key. `"refused"`: answers 400 to one, since its reply holds a secret. */
  readonly idempotent?: true | "refused";
  /** Answers with an ETag and 304. */
  readonly conditional?: true;
  /** Changes only with If-Match. */
  readonly guarded?: true;
  readonly body?: TSchema;
  /** The body is JSON Lines, each of the form of `body`; the route reads and judges them itself. */
  readonly lines?: true;
  readonly params?: TObject;
  readonly querystring?: TObject;
  /** The schema of each 2xx reply. */
  readonly response: Readonly<Record<number, TSchema>>;
  /** Replies that are no JSON, or not only: what each status carries, by media type. */
  readonly content?: Readonly<Record<number, Readonly<Record<string, TSchema>>>>;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Undefined only on routes of plugins, which are public; ours must say. */
    scope?: Scope | null;
    orScope?: Scope | undefined;
    idempotent?: true | "refused" | undefined;
    /** False: the route refuses one. */
    takesBody?: boolean;
    /** The reply stays open; it is no request that is being worked on. */
    stream?: true;
  }
}

type Parts<D> = Pick<D, keyof D & ("body" | "params" | "querystring" | "response")>;

const commonErrors = (definition: EndpointDefinition): ProblemCode[] => {
  const codes: ProblemCode[] = ["malformed_request", "internal_error", "overloaded", "request_timed_out"];
  if (definition.scope !== null)
    codes.push(
      "key_missing",
      "key_invalid",
      "key_expired",
      "key_revoked",
      "scope_missing",
      "rate_limited",
      "database_unavailable",
    );
  if (definition.body || definition.querystring || definition.params || definition.idempotent === true)
    codes.push("validation_failed");
  if (definition.params) codes.push("uri_too_long");
  if (definition.body) codes.push("unsupported_media_type");
  if (definition.body && !definition.lines) codes.push("malformed_json", "body_too_large");
  if (definition.idempotent === true) codes.push("idempotency_key_in_flight", "idempotency_key_reused");
  if (definition.idempotent === "refused") codes.push("idempotency_key_not_allowed");
  if (definition.guarded) codes.push("precondition_failed", "precondition_required");
  return codes;
};

/** One response per status, which lists the codes that it can carry, each with its meaning. */
const problemResponses = (codes: readonly ProblemCode[]): Record<number, unknown> => {
  const byStatus = Map.groupBy(new Set(codes), (code) => problems[code][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, members]) => [
      status,
      {
        description: members.map((code) => `\`${code}\`: ${problems[code][1]}`).join("\n\n"),
        ...(status === 429 || status === 503
          ? {
              headers: {
                "Retry-After": { type: "integer", description: "Seconds to wait before trying again." },
              },
            }
          : {}),
        content: {
          "application/problem+json": {
            schema: Type.Intersect([
              ProblemSchema,
              Type.Object({
                status: Type.Integer({ const: status }),
                code: Type.String({ enum: members }),
              }),
            ]),
          },
        },
      },
    ]),
  );
};

const header = (description: string) => ({ type: "string", description });

const successResponses = (definition: EndpointDefinition): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(definition.response).map(([status, schema]) => [
      status,
      {
        description: (schema as { description?: string }).description ?? "Done.",
        headers: {
          "X-Request-Id": header("The request's id: yours when you sent one, ours else."),
          ...(status === "201" || status === "202" ? { Location: header("Path of what was made.") } : {}),
          ...(definition.conditional || definition.guarded
            ? { ETag: header("Names this state, for If-Match and If-None-Match.") }
            : {}),
          ...(definition.idempotent === true
            ? { "Idempotent-Replayed": header("`true` when this is the stored reply of an earlier request.") }
            : {}),
        },
        content: Object.fromEntries(
          Object.entries(definition.content?.[Number(status)] ?? { "application/json": schema }).map(
            ([mediaType, its]) => [mediaType, { schema: its }],
          ),
        ),
      },
    ]),
  );

const headerSchema = (definition: EndpointDefinition) => {
  const properties: Record<string, TSchema> = {};
  if (definition.idempotent === true)
    properties["idempotency-key"] = Type.Optional(
      Type.String({
        pattern: "^[\\x21-\\x7e]{1,255}$",
        description:
          "1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours.",
      }),
    );
  if (definition.conditional)
    properties["if-none-match"] = Type.Optional(
      Type.String({ description: "An ETag; answers 304 without a body while it is still true." }),
    );
  if (definition.guarded)
    properties["if-match"] = Type.Optional(
      Type.String({ description: "Required: the ETag last read. Stale: 412; absent: 428." }),
    );
  return Object.keys(properties).length > 0 ? { headers: Type.Object(properties) } : {};
};

/**
 * A route's options: schemas for validation and for the OpenAPI page, the scope that its key needs, and each
 * error it can give. `app.post("/api/orders", PlaceOrder, handler)`.
 */
export const endpoint = <const D extends EndpointDefinition>(
  definition: D,
): { schema: Parts<D>; config: FastifyContextConfig } => {
  const { scope, tag, operationId, summary, description, body, params, querystring } = definition;
  const others = definition.orScope === undefined ? "" : ` or \`${definition.orScope}\``;
  const scopeNote = scope === null ? "" : `Needs the scope \`${scope}\`${others}.`;
  const schema = {
    operationId,
    summary,
    description: [description, scopeNote].filter(Boolean).join("\n\n"),
    tags: [tag],
    ...(scope === null ? { security: [] } : {}),
    ...(body
      ? { body: definition.lines ? { content: { "application/x-ndjson": { schema: body } } } : body }
      : {}),
    ...(params ? { params } : {}),
    ...(querystring ? { querystring } : {}),
    ...headerSchema(definition),
    response: {
      ...successResponses(definition),
      ...(definition.conditional
        ? { 304: { description: "Not changed since the ETag given.", type: "null" } }
        : {}),
      ...problemResponses([...commonErrors(definition), ...(definition.errors ?? [])]),
    },
  };
  // Fastify and OpenAPI read the whole; the type provider reads the parts a handler deals with.
  return {
    schema: schema as unknown as Parts<D>,
    config: {
      scope,
      orScope: definition.orScope,
      idempotent: definition.idempotent,
      takesBody: body !== undefined,
    },
  };
};
