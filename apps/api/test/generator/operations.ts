import fc, { type Arbitrary } from "fast-check";
import { hostile, hostileTexts, type Schema, spoilt, valid } from "./arbitraries.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Operation {
  readonly operationId: string;
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
}

export interface GeneratedRequest {
  readonly operation: Operation;
  /** Names of orders and invoices are filled in when it is sent: those that exist then. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is; undefined: none. */
  readonly body: string | undefined;
  readonly bodyIsValid: boolean;
  readonly key: "full" | "reading" | "none" | "wrong";
}

/** The operations of a document whose bodies are JSON; what takes JSON Lines has tests of its own. */
export const operationsOf = (document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}): Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, raw]) => {
      const { operationId, parameters, requestBody, responses } = raw as {
        operationId: string;
        parameters?: Parameter[];
        requestBody?: { content: { "application/json"?: Media } };
        responses: Operation["responses"];
      };
      const json = requestBody?.content["application/json"];
      if (requestBody && !json) return [];
      return {
        operationId,
        path,
        method: method.toUpperCase(),
        parameters: (parameters ?? []).map(withExample),
        body: json && bodySchema(json),
        responses,
      };
    }),
  );

interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** OpenAPI keeps a body's examples beside its schema. */
const bodySchema = ({ schema, example, examples = {} }: Media): Schema => {
  const all = [
    ...(example === undefined ? [] : [example]),
    ...Object.values(examples).map(({ value }) => value),
  ];
  return all.length === 0 ? schema : { ...schema, examples: all };
};

/** OpenAPI keeps a parameter's example beside its schema. */
const withExample = (parameter: Parameter): Parameter =>
  parameter.example === undefined
    ? parameter
    : { ...parameter, schema: { ...parameter.schema, examples: [parameter.example] } };

const mostly = <T>(usual: Arbitrary<T>, other: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other });

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A name that cannot be sent as it is in a path: half a surrogate has no UTF-8. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

const pathOf = (operation: Operation, resolve: (schema: Schema) => Schema): Arbitrary<string> => {
  const parameters = operation.parameters.filter((parameter) => parameter.in === "path");
  return fc
    .record(
      Object.fromEntries(
        parameters.map(({ name, schema }) => [
          name,
          mostly(
            name === "orderId" || name === "number"
              ? fc.oneof(fc.constant("last"), fc.nat(999).map(String)).map((which) => `{${name}:${which}}`)
              : valid(schema, resolve).map((value) => encode(textOf(value))),
            fc.constantFrom(...hostileTexts).map(encode),
          ),
        ]),
      ),
    )
    .map((values) => operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ""));
};

const queryOf = (operation: Operation, resolve: (schema: Schema) => Schema): Arbitrary<string> => {
  const parameters = operation.parameters.filter((parameter) => parameter.in === "query");
  const wild = fc.constantFrom(...hostileTexts, "1", "true", "a,b");
  const one = parameters.map(({ name, schema, required }) => {
    const value = mostly(valid(schema, resolve).map(textOf), wild);
    const maybe = required
      ? mostly(value, fc.constant(undefined))
      : fc.option(value, { freq: 1, nil: undefined });
    return maybe.map((text) => ({ name, value: text }));
  });
  const surprise = fc.constantFrom(
    { name: "surprise", value: "1" },
    { name: "limit", value: "5" },
    undefined,
    undefined,
    undefined,
    undefined,
  );
  return fc.tuple(fc.tuple(...one), surprise).map(([pairs, extra]) =>
    [...pairs, ...(extra && parameters.length > 0 ? [extra] : [])]
      .filter(({ value }) => value !== undefined)
      .map(({ name, value }) => `${name}=${encode(value ?? "")}`)
      .join("&"),
  );
};

const sometimes = (value: Arbitrary<string>) => mostly(fc.constant(undefined), value);
const often = (value: Arbitrary<string>) => fc.option(value, { nil: undefined });

const headersOf = (operation: Operation): Arbitrary<Record<string, string>> => {
  const has = (name: string) => operation.parameters.some((parameter) => parameter.name === name);
  return fc
    .record({
      "idempotency-key": sometimes(
        has("Idempotency-Key")
          ? fc.constantFrom("a", "b", "c", "key-1", "x y", "x".repeat(300))
          : fc.constant("a"),
      ),
      "if-match": often(fc.constantFrom("*", '"1"', '"2"', '"1-100"', "1", 'W/"1"', "", '"')),
      "if-none-match": often(fc.constantFrom("*", '"1"', '"1-100"', "nonsense")),
      "x-request-id": sometimes(fc.constantFrom("req-1", "a b", "x".repeat(200))),
      "content-type": sometimes(
        operation.body
          ? mostly(
              fc.constant("application/json"),
              fc.constantFrom("text/plain", "application/xml", "application/json; charset=latin1"),
            )
          : fc.constantFrom("application/json", "text/plain"),
      ),
    })
    .map((headers) =>
      Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
    );
};

const asText = (value: unknown): string => JSON.stringify(value) ?? "null";

const bodyOf = (operation: Operation, resolve: (schema: Schema) => Schema): Arbitrary<string | undefined> => {
  if (!operation.body) return mostly(fc.constant(undefined), fc.constantFrom("{}", "nonsense"));
  const right = valid(operation.body, resolve);
  return fc.oneof(
    { weight: 16, arbitrary: right.map(asText) },
    { weight: 8, arbitrary: right.chain(spoilt).map(asText) },
    { weight: 1, arbitrary: hostile.map(asText) },
    { weight: 1, arbitrary: fc.constantFrom("", "{", "[1,", '{"__proto__":{}}', "\u0000", '{"a":1e999}') },
  );
};

/** What they make is what the others need. */
const makers: ReadonlySet<string> = new Set([
  "createProduct",
  "createCustomer",
  "unarchiveProduct",
  "placeOrder",
]);

/** Requests to any operation: right ones, and such as are wrong in one place or in many. */
export const requests = (
  operations: readonly Operation[],
  resolve: (schema: Schema) => Schema,
  isValidBody: (operation: Operation, body: string) => boolean,
): Arbitrary<GeneratedRequest> => {
  const arbitraries = operations.map((operation) => ({
    weight: makers.has(operation.operationId) ? 6 : 1,
    arbitrary: fc
      .record({
        path: pathOf(operation, resolve),
        query: queryOf(operation, resolve),
        headers: headersOf(operation),
        body: bodyOf(operation, resolve),
        key: fc.oneof(
          { weight: 20, arbitrary: fc.constant("full" as const) },
          { weight: 1, arbitrary: fc.constantFrom("reading" as const, "none" as const, "wrong" as const) },
        ),
      })
      .map(({ headers, body, ...request }) => ({
        ...request,
        operation,
        body,
        headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
        bodyIsValid: body === undefined || !operation.body || isValidBody(operation, body),
      })),
  }));
  return fc.oneof(...arbitraries);
};
