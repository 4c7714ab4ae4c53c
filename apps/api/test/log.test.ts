import { Writable } from "node:stream";
import { withClient } from "@billpost/local/database-roles";
import pino from "pino";
import { expect, test } from "vitest";
import { anOrder, developmentKey, startApi } from "./api.ts";

/** A logger like the product's, into memory. */
const recorder = () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, logger: pino({ level: "trace" }, stream) };
};

test("each request is one line with its ids, and no line has a name, an address or a key", async () => {
  const { lines, logger } = recorder();
  const api = await startApi({ services: { logger } });
  const headers = { "x-request-id": "req-42", "idempotency-key": "secret-idempotency" };
  const { body } = await api.call("POST", "/api/orders", { body: anOrder(), headers });
  await api.call("GET", `/api/orders/${body.orderId}?x=john.doe@example.com`, { headers });
  await api.call("GET", "/api/customers?text=Doe");
  await api.call("GET", "/unknown/john.doe@example.com");
  await api.call("GET", "/api/orders", { key: "bp_wrong_secretsecret" });
  await api.close();

  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const requests = parsed.filter(({ msg }) => msg === "request");
  expect(requests).toHaveLength(5);
  expect(requests[0]).toMatchObject({
    requestId: "req-42",
    method: "POST",
    route: "/api/orders",
    status: 201,
    clientId: 1,
    key: "local",
    ms: expect.any(Number),
  });
  expect(requests[1]).toMatchObject({ route: "/api/orders/:orderId", orderId: body.orderId });
  expect(lines.join("")).not.toMatch(/john|doe|jane|market street|secret/i);
  expect(lines.join("")).not.toContain(developmentKey);
});

test("the request's id goes down to the job", async () => {
  const api = await startApi();
  await api.call("POST", "/api/orders", { body: anOrder(), headers: { "x-request-id": "req-7" } });
  expect(await api.db.selectFrom("work_items").select("request_id").execute()).toEqual([
    { request_id: "req-7" },
  ]);
  expect(await api.db.selectFrom("orders").select("request_id").execute()).toEqual([{ request_id: "req-7" }]);
  await api.close();
});

test("an error of ours is a 500 that says nothing, logged once with its request and without values", async () => {
  const { lines, logger } = recorder();
  const api = await startApi({ services: { logger } });
  // As if a migration had gone wrong: a rule of the database that the code does not know.
  await withClient(api.database.superuserUrl, (client) =>
    client.query("alter table orders add constraint nobody check (customer_name <> 'John Doe')"),
  );
  const reply = await api.call("POST", "/api/orders", {
    body: anOrder(),
    headers: { "x-request-id": "req-500" },
  });
  expect(reply).toMatchObject({
    status: 500,
    body: {
      type: "urn:billpost:problem:internal_error",
      title: "Internal error",
      status: 500,
      code: "internal_error",
      requestId: "req-500",
    },
  });
  expect(reply.text).not.toMatch(/constraint|nobody|orders|select|insert/);
  await api.close();
  const errors = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ level }) => level === 50);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({
    requestId: "req-500",
    code: "internal_error",
    err: { code: "23514", constraint: "nobody" },
  });
  expect(JSON.stringify(errors)).not.toMatch(/John|example\.com/);
});
