import { type Scope, scopeNames } from "@billpost/domain/scopes";
import { beforeAll, expect, test } from "vitest";
import { buildServer } from "../src/server.ts";
import { anOrder, developmentKey, startApi, type TestApi } from "./api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

const list = (key: string | null, headers: Record<string, string> = {}) =>
  api.call("GET", "/api/orders", { key, headers });

test.each([
  ["no key", null, {}, "key_missing"],
  ["an empty header", null, { authorization: "" }, "key_missing"],
  ["another scheme", null, { authorization: `Basic ${developmentKey}` }, "key_invalid"],
  ["no token", null, { authorization: "Bearer" }, "key_invalid"],
  ["a word", "hello", {}, "key_invalid"],
  ["an unknown prefix", "bp_unknown_development_key", {}, "key_invalid"],
  ["a wrong secret", "bp_local_development_kex", {}, "key_invalid"],
  ["a cut secret", "bp_local_development_ke", {}, "key_invalid"],
  ["two keys", null, { authorization: `Bearer ${developmentKey} ${developmentKey}` }, "key_invalid"],
  ["an enormous key", `bp_local_${"x".repeat(4_000)}`, {}, "key_invalid"],
])("%s is 401", async (_name, key, headers, code) => {
  const reply = await list(key, headers);
  expect(reply.status).toBe(401);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect(reply.headers.get("www-authenticate")).toBe('Bearer realm="billpost"');
  expect(["key_missing", "key_invalid"]).toContain(reply.body.code);
  if (code === "key_invalid") expect(reply.body.code).toBe(code);
  expect(reply.text).not.toContain("development");
});

test("the scheme is read in any case", async () => {
  expect(await list(null, { authorization: `bearer ${developmentKey}` })).toMatchObject({ status: 200 });
});

test("a revoked key is 401 within seconds in every process, and at once where it was revoked", async () => {
  const { id } = await api.newClient("revoking");
  const key = await api.keyOf(id, ["orders:read"]);
  const other = await startApi({ database: api.database });
  expect(await list(key)).toMatchObject({ status: 200 });
  expect(await other.call("GET", "/api/orders", { key })).toMatchObject({ status: 200 });
  const { body } = await api.call("GET", `/api/clients/${id}/keys`);
  const keyId = body.data.find(({ prefix }: { prefix: string }) => key.startsWith(`bp_${prefix}_`)).id;
  const revoked = await api.call("DELETE", `/api/clients/${id}/keys/${keyId}`);
  expect(revoked).toMatchObject({ status: 200, body: { id: keyId, revokedAt: expect.any(String) } });
  expect(await list(key)).toMatchObject({ status: 401, body: { code: "key_revoked" } });
  await expect
    .poll(() => other.call("GET", "/api/orders", { key }).then(({ status }) => status), { timeout: 5_000 })
    .toBe(401);
  const again = await api.call("DELETE", `/api/clients/${id}/keys/${keyId}`);
  expect(again.body).toEqual({ ...revoked.body, lastUsedAt: again.body.lastUsedAt });
  await other.close();
});

test("an expired key is 401, and one that expires while it is kept too", async () => {
  const { id } = await api.newClient("expiring");
  const key = await api.keyOf(id, ["orders:read"]);
  expect(await list(key)).toMatchObject({ status: 200 });
  await api.db
    .updateTable("api_keys")
    .set({ expires_at: new Date(Date.now() - 1) })
    .where("client_id", "=", id)
    .execute();
  await expect.poll(() => list(key).then(({ body }) => body.code), { timeout: 5_000 }).toBe("key_expired");
});

test("two live keys of a client both work, and see the same orders", async () => {
  const keys = [await api.keyOf(1), await api.keyOf(1)];
  const { body } = await api.call("POST", "/api/orders", { body: anOrder(), key: keys[0] as string });
  const read = await api.call("GET", `/api/orders/${body.orderId}`, { key: keys[1] as string });
  expect(read.body).toEqual(body);
});

const needs: [string, string, Scope][] = [
  ["POST", "/api/orders", "orders:write"],
  ["GET", "/api/orders", "orders:read"],
  ["GET", "/orders/ORD-2026-000001", "orders:read"],
  ["POST", "/api/clients", "operator"],
  ["GET", "/api/clients", "operator:read"],
  ["GET", "/api/clients/1/keys", "operator:read"],
  ["POST", "/api/clients/1/keys", "operator"],
  ["DELETE", "/api/clients/1/keys/1", "operator"],
];

test.each(needs)("%s %s needs %s and no other scope will do", async (method, path, scope) => {
  const includedIn = (granted: Scope) =>
    granted === scope ||
    (scope === "operator:read" && granted === "operator") ||
    (scope === "orders:read" && granted === "orders:write");
  const call = async (scopes: readonly Scope[]) =>
    api.call(method, path, {
      key: await api.keyOf(1, scopes),
      ...(method === "POST" ? { body: { nonsense: true } } : {}),
    });
  const without = await call(scopeNames.filter((granted) => !includedIn(granted)));
  expect(without).toMatchObject({ status: 403, body: { code: "scope_missing" } });
  expect(without.body.detail).toContain(scope);
  const [enough] = scopeNames.filter(includedIn);
  if (method !== "DELETE") expect((await call([enough as Scope])).status).not.toBe(403);
});

test("every route but the public ones needs a key", async () => {
  const { body } = await api.call("GET", "/openapi.json", { key: null });
  const routes = Object.entries(
    body.paths as Record<string, Record<string, { security?: unknown[] }>>,
  ).flatMap(([path, methods]) => Object.entries(methods).map(([method, route]) => ({ path, method, route })));
  const open = routes.filter(({ route }) => route.security?.length === 0).map(({ path }) => path);
  expect(open.toSorted()).toEqual(
    ["/health", "/ready", "/webhooks/ses"].filter((path) => open.includes(path)),
  );
  for (const { path, method, route } of routes) {
    if (route.security?.length === 0) continue;
    const reply = await api.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, "1"), { key: null });
    expect({ path, method, code: reply.body.code }).toEqual({ path, method, code: "key_missing" });
  }
});

test("a route that does not say which scope it needs cannot be added", async () => {
  const app = await buildServer(api.app.services);
  expect(() => app.get("/api/forgotten", async () => ({}))).toThrow(/does not say which scope/);
  await app.close();
});

test("a key made by an operator works, is shown once and is stored as a hash", async () => {
  const client = await api.call("POST", "/api/clients", { body: { name: "shop-eu" } });
  expect(client).toMatchObject({ status: 201, body: { name: "shop-eu" } });
  expect(await api.call("POST", "/api/clients", { body: { name: "shop-eu" } })).toMatchObject({
    status: 409,
    body: { code: "client_name_taken" },
  });
  const path = `/api/clients/${client.body.id}/keys`;
  const made = await api.call("POST", path, {
    body: { scopes: ["orders:read", "orders:write"], label: "checkout", expiresInDays: 90 },
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("cache-control")).toBe("no-store");
  const { key, ...shown } = made.body;
  expect(key).toMatch(/^bp_[a-z0-9]{10}_[A-Za-z0-9_-]{43}$/);
  expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBeGreaterThan(89 * 86_400_000);
  expect(await list(key)).toMatchObject({ status: 200 });

  const listed = await api.call("GET", path);
  await expect.poll(async () => (await api.call("GET", path)).body.data[0].lastUsedAt).not.toBeNull();
  expect(listed.body.data).toEqual([{ ...shown, lastUsedAt: listed.body.data[0].lastUsedAt }]);
  const { rows } = await api.pool.query(
    "select coalesce(jsonb_agg(to_jsonb(k)), '[]')::text || (select coalesce(jsonb_agg(to_jsonb(a)), '[]')::text from audit_events a) as everything from api_keys k",
  );
  expect(rows[0].everything).not.toContain(key);
  expect(rows[0].everything).not.toContain(key.split("_").slice(2).join("_"));
  const audit = await api.db
    .selectFrom("audit_events")
    .select(["actor", "action", "target_id"])
    .where("client_id", "=", client.body.id)
    .orderBy("id")
    .execute();
  expect(audit).toEqual([
    { actor: "key:local", action: "client.created", target_id: String(client.body.id) },
    { actor: "key:local", action: "api_key.created", target_id: String(shown.id) },
  ]);
});

test("the last use of a key is written at most once a minute", async () => {
  const { id } = await api.newClient("touching");
  const key = await api.keyOf(id, ["orders:read"]);
  const lastUse = async () =>
    (
      await api.db
        .selectFrom("api_keys")
        .select("last_used_at")
        .where("client_id", "=", id)
        .orderBy("id", "desc")
        .executeTakeFirstOrThrow()
    ).last_used_at;
  await list(key);
  await expect.poll(lastUse).not.toBeNull();
  const first = await lastUse();
  // Another process, which does not know that it was written a moment ago.
  const other = await startApi({ database: api.database });
  await other.call("GET", "/api/orders", { key });
  await other.close();
  expect(await lastUse()).toEqual(first);
});

test.each([
  ["GET", "/api/clients/999999/keys", 404, "client_not_found"],
  ["DELETE", "/api/clients/1/keys/999999", 404, "key_not_found"],
  ["GET", "/api/clients/x/keys", 400, "validation_failed"],
  ["GET", "/api/clients/0/keys", 400, "validation_failed"],
])("%s %s is %i", async (method, path, status, code) => {
  expect(await api.call(method, path)).toMatchObject({ status, body: { code } });
});
