import { buildConsoleServer } from "../src/server.ts";
import { createLogger } from "@billpost/runtime/logger";
import { readApiConfig } from "../src/config.ts";
import { beforeAll, expect, test } from "vitest";
import { anOrder, startApi, type TestApi } from "./api.ts";
import { signIn } from "./console-visitor.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

interface Route {
  readonly method: string;
  readonly path: string;
}

/** The console's routes as its router knows them, with something in the place of each parameter. */
const routesOf = (tree: string): readonly Route[] => {
  const path: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const found = /^([\s│]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!found) return [];
    const [, indent = "", part = "", methods = ""] = found;
    path.length = indent.length / 4;
    path.push(part);
    const whole = path.join("").replaceAll(/:[A-Za-z]+/g, "1");
    return methods === "" ? [] : methods.split(", ").map((method) => ({ method, path: whole }));
  });
};

test("a key that may only look can send none of the forms there are: each answers 403, and nothing is changed", async () => {
  await api.call("POST", "/api/orders", { body: anOrder() });
  const forms = routesOf(api.app.printRoutes({ commonPrefix: false })).filter(
    ({ method, path }) => method === "POST" && path.startsWith("/console/"),
  );
  // All of them, or the router tells its routes in another way than this reads.
  expect(forms.length).toBeGreaterThan(15);
  const visitor = await signIn(api, await api.keyOf(1, ["operator:read"]));
  const changes = async () =>
    (await api.db.selectFrom("audit_events").select(api.db.fn.countAll().as("n")).executeTakeFirstOrThrow())
      .n;
  const before = await changes();
  const open = ["/console/sign-in", "/console/sign-out"];
  for (const { path } of forms.filter((form) => !open.includes(form.path))) {
    const { status, html } = await visitor.post(path, { reason: "x", quantity: "5", type: "receipt" });
    expect(`${status} ${path}`).toBe(`403 ${path}`);
    expect(html, path).toContain("scope_missing");
  }
  expect(await changes()).toBe(before);
});

test("a stream of changes ends with its session: signing out and revoking the key are told to the pages that are open", async () => {
  const key = await api.keyOf(1, ["operator:read"]);
  const [visitor, revoked] = [await signIn(api), await signIn(api, key)];
  const streams = await Promise.all(
    [visitor, revoked].map(({ cookie }) => fetch(`${api.url}/console/live`, { headers: { cookie } })),
  );
  expect((await visitor.post("/console/sign-out")).status).toBe(303);
  await api.db
    .updateTable("api_keys")
    .set({ revoked_at: new Date() })
    .where("prefix", "=", key.split("_")[1] ?? "")
    .execute();
  for (const stream of streams) {
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    // Ends by itself; it would never, if it did not look whether the session holds.
    const told = await stream.text();
    expect(told).toContain("event: hello");
    expect(told.trimEnd()).toMatch(/event: signed-out\ndata: \d+$/);
  }
});

const status = async (url: string) => (await fetch(url, { redirect: "manual" })).status;

test("the console can have an address of its own: it answers there alone, and the API does not", async () => {
  const environment = { CONSOLE_PORT: "1", CONSOLE_HOST: "127.0.0.1" };
  const apart = await startApi({ database: api.database, environment });
  const config = readApiConfig({
    DATABASE_URL: api.database.url,
    S3_BUCKET: "billpost",
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: "0",
    ...environment,
  });
  if (!config.console) throw new Error("the console is off");
  expect(config.console.listen).toEqual({ host: "127.0.0.1", port: 1 });
  const services = { db: api.db, pool: api.pool, config, logger: createLogger("api", "silent", false) };
  const alone = await buildConsoleServer(services, config.console);
  try {
    const own = await alone.listen({ host: "127.0.0.1", port: 0 });
    expect(await status(`${own}/console/sign-in`)).toBe(200);
    expect((await (await signIn({ url: own })).get("/console/orders")).status).toBe(200);
    expect(await status(`${own}/api/orders`)).toBe(404);
    expect(await status(`${apart.url}/console/sign-in`)).toBe(404);
    expect((await apart.call("GET", "/api/orders")).status).toBe(200);
  } finally {
    await alone.close();
    await apart.close();
  }
});
