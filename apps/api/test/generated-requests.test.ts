import { withClient } from "@billpost/local/database-roles";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { issueOrders } from "@billpost/test/invoicing/factory";
import formats from "ajv-formats";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anOrder, startApi, type TestApi } from "./api.ts";
import type { Schema } from "./generator/arbitraries.ts";
import { type GeneratedRequest, type Operation, operationsOf, requests } from "./generator/operations.ts";

/** `GENERATED_REQUESTS=100000 pnpm exec vitest run apps/api/test/generated-requests.test.ts` looks longer. */
const count = Number(process.env["GENERATED_REQUESTS"] ?? 3_000);
const atOnce = 8;

let api: TestApi;
let reading: string;
let full: string;
let document: {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Schema> };
};
const ajv = new Ajv2020({ allErrors: true, strict: false });
formats.default(ajv);
const validators = new Map<string, ValidateFunction>();
/** Names that replies have shown, so that later requests ask for what exists. */
const orderIds: string[] = [];
const numbers: string[] = [];
const statuses = new Map<string, Map<number, number>>();

beforeAll(async () => {
  api = await startApi();
  // Out of reach of the requests that revoke keys by small ids.
  await withClient(api.database.superuserUrl, (client) =>
    client.query("alter table api_keys alter column id restart with 900000000"),
  );
  full = await api.keyOf(1);
  for (let order = 1; order <= 10; order += 1) {
    const { body } = await api.call("POST", "/api/orders", { body: anOrder(order, (order % 3) + 1) });
    orderIds.push(body.orderId);
    // The worker is not here; the last one keeps waiting for its invoice.
    if (order < 10) await issueOrders(api.db, [body.id]);
  }
  const invoices = await api.db.selectFrom("invoices").select("number").orderBy("id").execute();
  numbers.push(...invoices.map(({ number }) => number));
  reading = await api.keyOf(1, [
    "orders:read",
    "catalog:read",
    "customers:read",
    "invoices:read",
    "operator:read",
  ]);
  document = (await api.call("GET", "/openapi.json")).body;
  ajv.addSchema({ $id: "document", ...document });
});

afterAll(() => {
  if (process.env["GENERATED_REQUESTS"])
    for (const [operation, counts] of statuses) console.log(operation, Object.fromEntries(counts));
});

const validatorOf = (pointer: string): ValidateFunction => {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
  validators.set(pointer, known);
  return known;
};

const pointerTo = ({ path, method }: Operation, ...rest: string[]): string =>
  ["", "paths", path, method.toLowerCase(), ...rest]
    .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");

const resolve = (schema: Schema): Schema => {
  if (schema.$ref === undefined) return schema;
  const found = document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
  if (!found) throw new Error(`${schema.$ref} is not in the document`);
  return found;
};

const isValidBody = (operation: Operation, body: string): boolean => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return false;
  }
  return validatorOf(pointerTo(operation, "requestBody", "content", "application/json", "schema"))(value);
};

const fill = (path: string): string =>
  path
    .replaceAll("{orderId:last}", orderIds.at(-1) ?? "")
    .replaceAll("{number:last}", numbers.at(-1) ?? "")
    .replaceAll(/\{orderId:(\d+)\}/g, (_, index) => orderIds[Number(index) % orderIds.length] ?? "")
    .replaceAll(/\{number:(\d+)\}/g, (_, index) => numbers[Number(index) % numbers.length] ?? "");

const keys = () => ({ full, reading, wrong: "bp_wrong_secretsecret", none: null });

const send = async (request: GeneratedRequest): Promise<void> => {
  const { operation, query, headers, body, bodyIsValid } = request;
  const path = `${fill(request.path)}${query === "" ? "" : `?${query}`}`;
  const method = operation.method;
  const reply = await api.call(method, path, {
    key: keys()[request.key],
    headers,
    ...(method === "GET" || body === undefined ? {} : { body }),
  });
  const told = `${method} ${path} ${JSON.stringify(headers)} ${body ?? ""}\n→ ${reply.status} ${reply.text}`;
  const counts = statuses.get(operation.operationId) ?? new Map<number, number>();
  statuses.set(operation.operationId, counts.set(reply.status, (counts.get(reply.status) ?? 0) + 1));

  expect(reply.headers.get("x-request-id"), told).toBeTruthy();
  if (reply.status >= 500) expect(reply.status, told).toBe(503);
  const [type = ""] = (reply.headers.get("content-type") ?? "").split(";");
  if (reply.status >= 400) expect(type, told).toBe("application/problem+json");
  if (reply.status >= 200 && reply.status < 300 && method !== "GET") expect(bodyIsValid, told).toBe(true);
  // A path parameter that is empty, or holds a slash, names another route.
  if (reply.body.code === "route_not_found" || reply.body.code === "method_not_allowed") return;
  const declared = operation.responses[reply.status];
  expect(declared, told).toBeDefined();
  if (type.endsWith("json") && reply.text !== "") {
    expect(declared?.content?.[type], told).toBeDefined();
    const validate = validatorOf(
      pointerTo(operation, "responses", String(reply.status), "content", type, "schema"),
    );
    expect(validate(reply.body) ? [] : validate.errors, told).toEqual([]);
  }
  if (reply.status === 201 && operation.operationId === "placeOrder") orderIds.push(reply.body.orderId);
};

test(`${count} requests made from the document: each answer is as it declares, and none is a mistake of ours`, async () => {
  // A stream of events ends with what it tells of, and nothing here works on that.
  const operations = operationsOf(document).filter(
    ({ responses }) => responses[200]?.content?.["text/event-stream"] === undefined,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(requests(operations, resolve, isValidBody), { minLength: atOnce, maxLength: atOnce }),
      async (batch) => {
        await Promise.all(batch.map(send));
      },
    ),
    {
      numRuns: Math.ceil(count / atOnce),
      endOnFailure: true,
      // The failed answer says all; the batch with its schemas would bury it.
      reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
        if (failed)
          throw new Error(`seed ${seed}, path ${counterexamplePath}: ${String(errorInstance)}`, {
            cause: errorInstance,
          });
      },
    },
  );
  // The generator is worth something only while it gets through.
  const succeeded = operations.filter(({ operationId }) =>
    [...(statuses.get(operationId)?.keys() ?? [])].some((status) => status < 300),
  );
  expect(succeeded.map(({ operationId }) => operationId)).toEqual(
    expect.arrayContaining(["placeOrder", "createProduct", "createCustomer", "listOrders", "getOrder"]),
  );
  expect(api.pool.idleCount).toBe(api.pool.totalCount);
}, 600_000);
