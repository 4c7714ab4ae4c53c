import { Ajv } from "ajv";
import formats from "ajv-formats";
import type { FastifySchemaCompiler, FastifySchemaValidationError } from "fastify";
import type { TSchema } from "typebox";
import type { FieldError } from "./problems.ts";

/** More are not listed: a body of nothing but mistakes must not make a reply larger than itself. */
const maxErrors = 50;

/**
 * Nothing is coerced, dropped or filled in silently: what a client sends is what is judged. All errors are
 * collected, which the body limit keeps cheap.
 */
const createAjv = (): Ajv => {
  const ajv = new Ajv({
    allErrors: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: true,
    allowUnionTypes: true,
    // OpenAPI's own words in schemas.
    keywords: ["example", "x-examples"],
  });
  formats.default(ajv);
  const { validate } = ajv.formats["date-time"] as { validate: (text: string) => boolean };
  // RFC 3339 allows leap seconds, which `Date` refuses, and the year 0, which PostgreSQL does.
  ajv.addFormat("date-time", (text: string) => validate(text) && new Date(text).getUTCFullYear() >= 1);
  return ajv;
};

/** Compiles a route's schemas. Query strings and paths have only text, so numbers are read from it first. */
export const createValidatorCompiler = (): FastifySchemaCompiler<TSchema> => {
  const ajv = createAjv();
  return ({ schema, httpPart }) => {
    const validate = ajv.compile(schema);
    if (httpPart === "body" || httpPart === "headers") return validate;
    return Object.assign(
      (data: unknown) => {
        const value = readText(schema, data);
        return validate(value) ? { value } : { error: validate.errors as FastifySchemaValidationError[] };
      },
      { schema },
    );
  };
};

/** Reads `"20"` and `"true"` where the schema wants a number or a boolean; anything else stays text and is refused. */
const readText = (schema: TSchema, data: unknown): unknown => {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([name, text]: [string, unknown]) => {
      const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
      if (typeof text !== "string") return [name, text];
      if (type === "integer" && /^-?(0|[1-9]\d{0,15})$/.test(text)) return [name, Number(text)];
      if (type === "boolean" && /^(true|false)$/.test(text)) return [name, text === "true"];
      return [name, text];
    }),
  );
};

const codes: Readonly<Record<string, string>> = {
  required: "missing",
  additionalProperties: "unknown_field",
  type: "wrong_type",
  minimum: "out_of_range",
  maximum: "out_of_range",
  exclusiveMinimum: "out_of_range",
  exclusiveMaximum: "out_of_range",
  minLength: "wrong_length",
  maxLength: "wrong_length",
  minItems: "wrong_count",
  maxItems: "wrong_count",
  minProperties: "wrong_count",
  maxProperties: "wrong_count",
  uniqueItems: "duplicates",
  pattern: "wrong_format",
  format: "wrong_format",
  enum: "not_allowed",
  const: "not_allowed",
};

const details: Readonly<Record<string, string>> = {
  additionalProperties: "is not a field of this object",
  required: "is missing",
  pattern: "has characters or a form that are not allowed",
};

const parts: Readonly<Record<string, FieldError["in"]>> = {
  body: "body",
  querystring: "query",
  params: "path",
  headers: "header",
};

const escapePointer = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** Each mistake with the JSON pointer of its field: an unknown or missing field is named itself, not its parent. */
export const fieldErrors = (
  errors: readonly FastifySchemaValidationError[],
  context: string | undefined,
): FieldError[] =>
  errors.slice(0, maxErrors).map(({ keyword, instancePath, params, message }) => {
    const name = params["additionalProperty"] ?? params["missingProperty"];
    const allowed = params["allowedValues"];
    return {
      in: parts[context ?? "body"] ?? "body",
      pointer: `${instancePath}${typeof name === "string" ? `/${escapePointer(name.slice(0, 100))}` : ""}`,
      code: codes[keyword] ?? "invalid",
      detail:
        details[keyword] ??
        (Array.isArray(allowed) ? `must be one of ${allowed.join(", ")}` : (message ?? "is invalid")),
    };
  });
