import { withClient } from "@billpost/local/database-roles";
import { createTestDatabase } from "@billpost/test/database";
import { expect, test } from "vitest";
import { startApi } from "./api.ts";

test("health and readiness need no key", async () => {
  const api = await startApi();
  expect(await api.call("GET", "/health", { key: null })).toMatchObject({
    status: 200,
    body: { status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
  });
  expect(await api.call("GET", "/ready", { key: null })).toMatchObject({
    status: 200,
    body: { status: "ready" },
  });
  await api.close();
});

test("a process that is stopping is alive and not ready, and answers what it still gets", async () => {
  const api = await startApi();
  api.app.lifecycle.stopping = true;
  expect(await api.call("GET", "/ready", { key: null })).toMatchObject({
    status: 503,
    body: { code: "not_ready" },
  });
  expect((await api.call("GET", "/health", { key: null })).status).toBe(200);
  expect((await api.call("GET", "/api/orders")).status).toBe(200);
  await api.close();
});

test("readiness wants every migration of this version, and minds none of a newer one", async () => {
  const database = await createTestDatabase();
  const api = await startApi({ database });
  const run = (sql: string) => withClient(database.superuserUrl, (client) => client.query(sql));
  await run("insert into schema_migrations (name, sha256) values ('9999_future.sql', 'x')");
  expect((await api.call("GET", "/ready", { key: null })).status).toBe(200);
  await run("delete from schema_migrations where name like '0001%'");
  expect(await api.call("GET", "/ready", { key: null })).toMatchObject({
    status: 503,
    body: { code: "not_ready", detail: expect.stringContaining("0001_") },
  });
  await api.close();
});
