import { randomUUID } from "node:crypto";
import { insertApiKey } from "@billpost/db/api-keys";
import { scopeNames } from "@billpost/domain/scopes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, startApi } from "./src/catalogue-api.ts";

let api: RunningApi;
let key: string;
beforeAll(async () => {
  api = await startApi();
  ({ key } = await api.db
    .transaction()
    .execute((trx) => insertApiKey(trx, { clientId: api.clientId, scopes: scopeNames })));
});
afterAll(() => api.stop());

/** The parts of an OpenAPI document that a client generator reads. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, { readonly type: string; readonly scheme: string }>>;
  };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** A value that the page itself gives as an example. */
const exampleOf = (schema: Schema): unknown => {
  if (schema.examples) return schema.examples[0];
  if (schema.anyOf?.[0]) return exampleOf(schema.anyOf[0]);
  if (schema.items) return [exampleOf(schema.items)];
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name]) => schema.required?.includes(name))
        .map(([name, property]) => [name, exampleOf(property)]),
    );
  throw new Error("the page gives no example");
};

/** A client made from the document alone: it calls operations by their id, with the page's own examples. */
const clientOf = async (origin: string) => {
  const document = (await (await fetch(`${origin}/openapi.json`)).json()) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return async (
    operationId: string,
    values: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const found = operations.find(({ operation }) => operation.operationId === operationId);
    if (!found) throw new Error(`the page has no operation ${operationId}`);
    const { path, method, operation } = found;
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
    const url = inPath.reduce((text, { name }) => text.replace(`{${name}}`, String(values[name])), path);
    const schema = operation.requestBody?.content["application/json"]?.schema;
    const given = Object.entries(values).filter(([name]) => schema?.properties?.[name]);
    const body = schema && { ...(exampleOf(schema) as object), ...Object.fromEntries(given) };
    const response = await fetch(`${origin}${url}`, {
      method: method.toUpperCase(),
      headers: {
        authorization: `Bearer ${key}`,
        ...(body ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    expect(Object.keys(operation.responses)).toContain(String(response.status));
    return {
      status: response.status,
      replayed: response.headers.get("idempotent-replayed"),
      // oxlint-disable-next-line typescript/no-explicit-any -- the page says what it is; the test asserts it
      body: (await response.json()) as any,
    };
  };
};

const times = (rows: readonly { createdAt?: string; occurredAt?: string }[]): number[] =>
  rows.map(({ createdAt, occurredAt }) => Date.parse(createdAt ?? occurredAt ?? ""));

test("a program that knows only the OpenAPI page and a key can sell, retry, cancel and check the books", async () => {
  const call = await clientOf(api.origin);

  const product = await call("createProduct", { sku: randomUUID(), currency: "USD" });
  expect(product).toMatchObject({ status: 201, body: { unitPrice: 19.99, stock: 0 } });
  const receipt = await call("addStockMovement", { id: product.body.id });
  expect(receipt).toMatchObject({
    status: 201,
    body: { type: "receipt", quantity: 10, resultingQuantity: 10 },
  });
  const customer = await call("createCustomer");
  expect(customer).toMatchObject({ status: 201, body: { name: "John Doe", email: "john.doe@example.com" } });

  const order = { customerId: customer.body.id, items: [{ productId: product.body.id, quantity: 2 }] };
  const retry = { "idempotency-key": randomUUID() };
  const placed = await call("placeOrder", order, retry);
  expect(placed).toMatchObject({ status: 201, body: { subtotal: 39.98, tax: 4, total: 43.98 } });
  const again = await call("placeOrder", order, retry);
  expect(again).toEqual({ ...placed, replayed: "true" });
  const { orderId } = placed.body;
  expect((await call("getProduct", { id: product.body.id })).body.stock).toBe(8);

  const cancelled = await call("cancelOrder", { orderId });
  expect(cancelled).toMatchObject({ status: 200, body: { orderId, status: "CANCELLED" } });
  expect(await call("cancelOrder", { orderId })).toMatchObject({
    status: 409,
    body: { code: "order_already_cancelled" },
  });

  const ledger = (await call("listStockMovements", { id: product.body.id })).body.data;
  const ofOrder = ledger.filter((movement: { orderId: string | null }) => movement.orderId === orderId);
  expect(ofOrder).toMatchObject([
    { type: "sale", quantity: -2, resultingQuantity: 8 },
    { type: "cancellation", quantity: 2, resultingQuantity: 10 },
  ]);
  const sum = ledger.reduce((all: number, { quantity }: { quantity: number }) => all + quantity, 0);
  expect((await call("getProduct", { id: product.body.id })).body.stock).toBe(sum);

  const timeline = (await call("getTimeline", { orderId })).body.data;
  expect(timeline.map(({ type }: { type: string }) => type)).toEqual(["order.placed", "order.cancelled"]);
  // The ledger and the timeline tell the same story at the same times.
  const apart = times(ofOrder).map((time, index) => Math.abs(time - (times(timeline)[index] ?? 0)));
  expect(Math.max(...apart)).toBeLessThan(1000);
});
