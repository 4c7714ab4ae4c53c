import { withClient } from "@billpost/local/database-roles";
import { beforeAll, expect, test } from "vitest";
import { type TestApi, startApi } from "../apps/api/test/api.ts";
import { type CliResult, runCli } from "./src/cli.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

const run = (...args: string[]): Promise<CliResult> => runCli(args, { DATABASE_URL: api.database.url });

test("the first key needs no key: it is printed alone, works at once, and stops when it is revoked", async () => {
  const made = await run(
    "keys",
    "create",
    "--client",
    "shop-eu",
    "--scopes",
    "orders:read",
    "--expires",
    "90d",
  );
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(/^bp_[a-z0-9]{10}_[A-Za-z0-9_-]{43}\n$/);
  expect(made.stderr).toContain("Made the client shop-eu");
  const key = made.stdout.trim();
  expect((await api.call("GET", "/api/orders", { key })).status).toBe(200);
  expect((await api.call("POST", "/api/orders", { key, body: {} })).status).toBe(403);

  const listed = await run("keys", "list", "--client", "shop-eu", "--json");
  const [row] = JSON.parse(listed.stdout) as { prefix: string; client: string; expiresAt: string }[];
  expect(row).toMatchObject({ client: "shop-eu", scopes: ["orders:read"], revokedAt: null });
  expect(key).toContain(`bp_${row?.prefix}_`);
  expect(listed.stdout).not.toContain(key.split("_").slice(2).join("_"));
  expect((await run("keys", "list")).stdout).toMatch(new RegExp(`shop-eu +${row?.prefix} +live`));

  const revoked = await run("keys", "revoke", row?.prefix ?? "", "--reason", "it leaked");
  expect(revoked).toMatchObject({ code: 0, stdout: "" });
  await expect
    .poll(() => api.call("GET", "/api/orders", { key }).then(({ status }) => status), { timeout: 10_000 })
    .toBe(401);
  const audit = await api.db
    .selectFrom("audit_events")
    .select(["actor", "action", "reason"])
    .where("actor", "=", "cli")
    .orderBy("id")
    .execute();
  expect(audit.map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
    "client.created: null",
    "api_key.created: null",
    "api_key.revoked: it leaked",
  ]);
}, 90_000);

test("clients are made and listed", async () => {
  expect((await run("clients", "create", "back-office")).code).toBe(0);
  const list = await run("clients", "list", "--json");
  expect((JSON.parse(list.stdout) as { name: string }[]).map(({ name }) => name)).toContain("back-office");
  expect(await run("clients", "create", "back-office")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("client_name_taken"),
  });
  expect((await run("clients", "create", "Back Office")).code).toBe(1);
}, 90_000);

test("the stock check proves the ledger, and finds a quantity that was set by hand", async () => {
  const well = await run("stock", "check", "--json");
  expect(well.code).toBe(0);
  expect(JSON.parse(well.stdout)).toEqual({ products: 3, movements: 3, mismatches: [] });
  await withClient(api.database.superuserUrl, (client) =>
    client.query("update products set inventory_quantity = 7 where id = 2"),
  );
  const wrong = await run("stock", "check");
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toMatch(/2 +WID-B-001 +7 +50/);
}, 90_000);

test("exit codes tell a refusal, a wrong call and a missing database apart", async () => {
  expect((await run("keys", "revoke", "nothing")).code).toBe(1);
  const wrong = await run("keys", "create", "--client", "x", "--scopes", "nope");
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toContain("orders:write");
  expect((await run("keys", "create")).code).toBe(2);
  expect((await run("nonsense")).code).toBe(2);
  expect((await run("--help")).code).toBe(0);
  const unset = await runCli(["stock", "check"], {});
  expect(unset).toMatchObject({ code: 2, stderr: expect.stringContaining("DATABASE_URL") });
  const away = await runCli(["stock", "check"], { DATABASE_URL: "postgres://x:secret@127.0.0.1:9/x" });
  expect(away.code).toBe(3);
  expect(away.stderr).not.toContain("secret");
}, 120_000);
