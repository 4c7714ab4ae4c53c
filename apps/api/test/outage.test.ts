import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@billpost/db/migrator";
import { type Postgres, startPostgres } from "@billpost/local/postgres";
import { freePort } from "@billpost/local/ports";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anOrder, footprint, startApi, type TestApi } from "./api.ts";

let dataDir: string;
let port: number;
let server: Postgres;
let api: TestApi;

/** Durable: what was answered must be there after a crash. */
const start = () => startPostgres({ dataDir, port, log: () => {} });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "billpost-test-outage-"));
  port = await freePort();
  server = await start();
  const { superuserUrl: url } = server;
  await migrate({ url });
  api = await startApi({
    database: { name: "postgres", url, ownerUrl: url, superuserUrl: url, drop: async () => {} },
  });
});

afterAll(async () => {
  await api.close();
  await server.stop("immediate");
  await rm(dataDir, { recursive: true, force: true });
});

const until = (condition: () => Promise<boolean>) =>
  expect.poll(condition, { timeout: 15_000, interval: 50 }).toBe(true);

test.each(["fast", "immediate"] as const)(
  "while the database is away (%s stop) the API says so, stays alive, and recovers by itself",
  async (mode) => {
    const body = anOrder();
    expect((await api.call("POST", "/api/orders", { body })).status).toBe(201);
    expect((await api.call("GET", "/ready", { key: null })).status).toBe(200);
    const before = await footprint(api.db);

    // Orders keep coming while it goes.
    const orders = Array.from({ length: 20 }, (_, index) =>
      api.call("POST", "/api/orders", { body, headers: { "idempotency-key": `${mode}-${index}` } }),
    );
    await server.stop(mode);
    for (const { status, body: answer, headers } of await Promise.all(orders)) {
      if (status === 201) continue;
      expect({ status, code: answer.code }).toEqual({ status: 503, code: "database_unavailable" });
      expect(headers.get("retry-after")).toBe("5");
    }

    const refused = await api.call("POST", "/api/orders", { body });
    expect(refused).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
    expect(refused.text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|postgres/);
    expect(await api.call("GET", "/ready", { key: null })).toMatchObject({
      status: 503,
      body: { code: "not_ready" },
    });
    expect((await api.call("GET", "/health", { key: null })).status).toBe(200);
    expect((await api.call("GET", "/openapi.json", { key: null })).status).toBe(200);

    server = await start();
    await until(async () => (await api.call("GET", "/ready", { key: null })).status === 200);
    await until(async () => (await api.call("GET", "/api/orders")).status === 200);
    // Each key settles what became of its order: there is one of each, no more.
    for (let index = 0; index < 20; index += 1) {
      const again = await api.call("POST", "/api/orders", {
        body,
        headers: { "idempotency-key": `${mode}-${index}` },
      });
      expect(again.status).toBe(201);
    }
    expect((await footprint(api.db))["orders"]).toBe((before["orders"] ?? 0) + 20);
    expect(api.pool.idleCount).toBe(api.pool.totalCount);
  },
);
