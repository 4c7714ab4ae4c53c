import { createHash } from "node:crypto";
import { scopeNames } from "@billpost/domain/scopes";
import { beforeAll, expect, test } from "vitest";
import { anOrder, developmentKey, startApi, type TestApi } from "./api.ts";
import { signIn, trySignIn } from "./console-visitor.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

const backTo = async (next: string) =>
  (await trySignIn(api, developmentKey, { next })).headers.get("location");

const toSignIn = /^\/console\/sign-in/;

test("a session is a cookie that scripts cannot read and other sites cannot send, and the database holds its hash only", async () => {
  const { setCookie, cookie } = await signIn(api);
  expect(setCookie).toMatch(/; Path=\/console; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  const secret = cookie.split("=")[1] ?? "";
  expect(secret).toMatch(/^[\w-]{43}$/);
  const hash = createHash("sha256").update(secret).digest();
  const rows = await api.db.selectFrom("console_sessions").selectAll().where("id_hash", "=", hash).execute();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test("behind https the cookie is sent over https alone", async () => {
  const secure = await startApi({ environment: { PUBLIC_URL: "https://billpost.example" } });
  expect((await signIn(secure)).setCookie).toMatch(/; Secure$/);
  await secure.close();
});

test("without a session every page leads to the sign-in page and back, and nothing is shown", async () => {
  await api.call("POST", "/api/orders", { body: anOrder() });
  for (const path of [
    "/console",
    "/console/orders?invoice=issued",
    "/console/customers/1",
    "/console/live",
  ]) {
    const reply = await fetch(`${api.url}${path}`, { redirect: "manual" });
    expect(reply.status, path).toBe(303);
    expect(reply.headers.get("location")).toBe(`/console/sign-in?next=${encodeURIComponent(path)}`);
    expect(await reply.text()).toBe("");
  }
  const made = await fetch(`${api.url}/console/orders`, {
    redirect: "manual",
    headers: { cookie: `billpost_console=${"A".repeat(43)}` },
  });
  expect(made.headers.get("location")).toMatch(toSignIn);
});

test("only a page of the console is led back to after signing in", async () => {
  expect(await backTo("/console/orders?invoice=blocked")).toBe("/console/orders?invoice=blocked");
  for (const elsewhere of [
    "//evil.example",
    "https://evil.example/console",
    "/console/../..//evil.example\\x",
    "/consolex",
    "/console/sign-out",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/console\\evil.example",
    "/console?q=日",
    "/console\r\nset-cookie: a=b",
  ])
    expect(await backTo(elsewhere), elsewhere).toBe("/console");
});

test("a key that does not work is refused in one sentence, and one that is no operator's in another", async () => {
  const { key: shop } = await api.newClient("shop");
  const revoked = await api.keyOf(1);
  await api.db
    .updateTable("api_keys")
    .set({ revoked_at: new Date() })
    .where("prefix", "=", revoked.split("_")[1] ?? "")
    .execute();
  const sentence = async (key: string) => {
    const { status, html } = await trySignIn(api, key);
    expect(status).toBe(401);
    return /role="alert">.*<span>([^<]+)<\/span>/.exec(html)?.[1];
  };
  const answers = await Promise.all(
    ["", "nonsense", "bp_abcdefghij_nonsense_nonsense", `${developmentKey}x`, revoked].map(sentence),
  );
  expect(new Set(answers)).toEqual(new Set(["That is no key that works here."]));
  expect(await sentence(shop)).toContain("not an operator");
});

test("a session ends with its key, by the database's clock, and at sign-out", async () => {
  const key = await api.keyOf(1, ["operator"]);
  const visitor = await signIn(api, key);
  expect((await visitor.get("/console/orders")).status).toBe(200);
  await api.db
    .updateTable("api_keys")
    .set({ revoked_at: new Date() })
    .where("prefix", "=", key.split("_")[1] ?? "")
    .execute();
  expect((await visitor.get("/console/orders")).headers.get("location")).toMatch(toSignIn);

  const late = await signIn(api);
  const hash = createHash("sha256")
    .update(late.cookie.split("=")[1] ?? "")
    .digest();
  await api.pool.query(
    "update console_sessions set created_at = now() - interval '13 hours', expires_at = now() - interval '1 second' where id_hash = $1",
    [hash],
  );
  expect((await late.get("/console/orders")).headers.get("location")).toMatch(toSignIn);

  const leaving = await signIn(api);
  const out = await leaving.post("/console/sign-out");
  expect(out.status).toBe(303);
  expect(out.headers.getSetCookie().join()).toContain("billpost_console=;");
  expect((await leaving.get("/console/orders")).headers.get("location")).toMatch(toSignIn);
});

test("a form that was not sent from the console, or lacks its session's token, changes nothing", async () => {
  const visitor = await signIn(api);
  const other = await signIn(api);
  const otherToken = /name="_token" value="([^"]+)"/.exec((await other.get("/console/orders")).html)?.[1];
  const before = await api.call("GET", "/api/products/1");
  const move = (bent: object) =>
    visitor.post("/console/products/1/stock", { type: "receipt", quantity: "5" }, bent);
  for (const bent of [
    { headers: { origin: "https://evil.example" } },
    { headers: { origin: "null" } },
    { token: undefined },
    { token: otherToken },
    { token: "A".repeat(43) },
  ]) {
    const refused = await move(bent);
    expect(refused.status, JSON.stringify(bent)).toBe(403);
    expect(refused.html).toContain("request_from_elsewhere");
  }
  expect(await api.call("GET", "/api/products/1")).toMatchObject({ body: { stock: before.body.stock } });
  expect((await move({})).status).toBe(303);
  expect(await api.call("GET", "/api/products/1")).toMatchObject({ body: { stock: before.body.stock + 5 } });
  // Signing somebody in from elsewhere is refused, too.
  expect((await trySignIn(api, developmentKey, { headers: { origin: "https://evil.example" } })).status).toBe(
    403,
  );
});

test("a form whose session ended keeps what was written, and can be sent once somebody signed in anew", async () => {
  const key = await api.keyOf(1, ["operator"]);
  const visitor = await signIn(api, key);
  const written = { type: "receipt", quantity: "3", _once: crypto.randomUUID() };
  const partial = { "hx-request": "true", "hx-request-type": "partial" };
  await api.db
    .updateTable("api_keys")
    .set({ revoked_at: new Date() })
    .where("prefix", "=", key.split("_")[1] ?? "")
    .execute();
  const before = await api.call("GET", "/api/products/3");
  const over = await visitor.post("/console/products/3/stock", written, { headers: partial });
  expect(over.status).toBe(401);
  expect(over.headers.get("hx-redirect")).toBeNull();
  expect(over.html).toContain('href="/console/sign-in" target="_blank"');

  // The same form, after signing in in another tab: with the session's token of before.
  const anew = await signIn(api);
  const other = await anew.post("/console/products/3/stock", written, {
    headers: partial,
    token: "of before",
  });
  expect(other.status).toBe(403);
  const token = /data-token="([^"]+)"/.exec(other.html)?.[1];
  expect(await api.call("GET", "/api/products/3")).toMatchObject({ body: { stock: before.body.stock } });
  const sent = await anew.post("/console/products/3/stock", written, { headers: partial, token });
  expect(sent.headers.get("hx-redirect")).toBe("/console/products/3");
  expect(await api.call("GET", "/api/products/3")).toMatchObject({ body: { stock: before.body.stock + 3 } });
  // Another site learns no token, whatever it claims.
  const evil = { ...partial, origin: "https://evil.example" };
  const elsewhere = await anew.post("/console/products/3/stock", written, { headers: evil, token: "x" });
  expect(elsewhere.html).not.toContain("data-token");
});

test("an address that holds what no name can is refused, and no mistake of ours", async () => {
  const visitor = await signIn(api);
  for (const path of [
    "/console/search?q=%00",
    "/console/orders/%00",
    "/console/customers?email=%00",
    "/console/products?q=%00",
    "/console/audit?actor=%00",
    "/console/jobs?q=%00",
    "/console/orders?before=99999999999999999999",
    "/console/jobs/9223372036854775808",
  ])
    expect(`${(await visitor.get(path)).status} ${path}`).toBe(`400 ${path}`);
});

test("a form that is sent twice is done once", async () => {
  const visitor = await signIn(api);
  const { body } = await api.call("GET", "/api/products/2");
  const once = { type: "receipt", quantity: "7", _once: crypto.randomUUID() };
  expect((await visitor.post("/console/products/2/stock", once)).status).toBe(303);
  expect((await visitor.post("/console/products/2/stock", once)).status).toBe(303);
  expect((await api.call("GET", "/api/products/2")).body.stock).toBe(body.stock + 7);
});

test("a key that may only look is shown no form that changes anything, and each is refused", async () => {
  const visitor = await signIn(api, await api.keyOf(1, ["operator:read"]));
  await api.call("POST", "/api/orders", { body: anOrder() });
  for (const path of [
    "/console/orders",
    "/console/orders/ORD-2026-000001",
    "/console/customers/1",
    "/console/products/1",
    "/console/clients",
  ]) {
    const { status, html } = await visitor.get(path);
    expect(status, path).toBe(200);
    expect(
      [...html.matchAll(/method="post" action="([^"]+)"/g)].map(([, action]) => action),
      path,
    ).toEqual(["/console/sign-out"]);
  }
  const refused = await visitor.post("/console/products/1/stock", { type: "receipt", quantity: "5" });
  expect(refused.status).toBe(403);
  expect(refused.html).toContain("scope_missing");
  expect((await visitor.post("/console/sign-out")).status).toBe(303);
});

test("every reply forbids inline scripts, framing and keeping, but for the assets, which may be kept", async () => {
  const visitor = await signIn(api);
  for (const path of [
    "/console/orders",
    "/console/sign-in",
    "/console/nowhere",
    "/console/orders/ORD-2026-999999",
  ]) {
    const { headers } = await visitor.get(path);
    const policy = headers.get("content-security-policy");
    expect(policy, path).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  }
  const [, script = ""] = /src="([^"]+console\.js)"/.exec((await visitor.get("/console/orders")).html) ?? [];
  const asset = await visitor.get(script);
  expect(asset.headers.get("cache-control")).toContain("immutable");
  expect(asset.headers.get("content-type")).toContain("text/javascript");
});

test("an address that guesses keys has to wait, and others do not", async () => {
  const guessed = await startApi({ environment: { TRUST_PROXY: "true" } });
  const from = (address: string, key: string) =>
    trySignIn(guessed, key, { headers: { "x-forwarded-for": address } });
  for (let attempt = 1; attempt <= 10; attempt += 1)
    expect((await from("203.0.113.1", `bp_guess_number_${attempt}`)).status).toBe(401);
  const refused = await from("203.0.113.1", developmentKey);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await from("203.0.113.2", developmentKey)).status).toBe(303);
  await guessed.close();
});

test("the console can be switched off", async () => {
  const off = await startApi({ environment: { CONSOLE: "off" } });
  expect((await off.call("GET", "/console/sign-in", { key: null })).status).toBe(404);
  expect((await off.call("GET", "/api/orders")).status).toBe(200);
  await off.close();
});

test("who signed in is in the audit", async () => {
  const key = await api.keyOf(1, scopeNames);
  await signIn(api, key);
  const row = await api.db
    .selectFrom("audit_events")
    .selectAll()
    .orderBy("id", "desc")
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ action: "console.signed_in", actor: `key:${key.split("_")[1]}` });
});
