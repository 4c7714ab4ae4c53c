import type { ServerResponse } from "node:http";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { developmentKey, startApi, type TestApi } from "../../apps/api/test/api.ts";
import { watchBatch } from "../../apps/api/src/operations/batches/watch-batch.ts";
import { waitFor } from "../src/wait-for.ts";

let api: TestApi;
/** A batch that nobody plans. */
let id: number;
beforeAll(async () => {
  api = await startApi();
  const body = { kind: "rerender", reason: "A test", selection: { filter: {} } };
  id = (await api.call("POST", "/api/batches", { body })).body.id;
});

const watch = (signal: AbortSignal, key = developmentKey) =>
  fetch(`${api.url}/api/batches/${id}/events`, {
    headers: { authorization: `Bearer ${key}` },
    signal,
  });
/** Takes a place without reading anything. */
const enter = (signal: AbortSignal) =>
  watchBatch({ db: api.db, clientId: 1 }, id, { stopping: false }, signal);
const enterAll = (signal: AbortSignal) => Promise.all(Array.from({ length: 100 }, () => enter(signal)));

test("a watcher has a place from the moment it is let in until it is gone", async () => {
  const everybody = new AbortController();
  await enterAll(everybody.signal);
  await expect(enter(everybody.signal)).rejects.toMatchObject({ code: "overloaded" });
  everybody.abort();
  const others = new AbortController();
  await enterAll(others.signal);
  others.abort();
});

test("whoever hangs up before the answer begins takes no place", async () => {
  const impatient = new AbortController();
  const unread = await api.keyOf(1);
  const isWaiting = async () => {
    const { rows } = await sql`select from pg_locks where not granted`.execute(api.db);
    return rows.length > 0;
  };
  let response: ServerResponse | undefined;
  api.app.server.once("request", (_request, its) => {
    response = its;
  });
  await api.db.transaction().execute(async (trx) => {
    // The API must read the key, and waits.
    await sql`lock table api_keys in access exclusive mode`.execute(trx);
    const asked = watch(impatient.signal, unread).catch(() => "hung up");
    await waitFor("the request to wait", isWaiting);
    impatient.abort();
    expect(await asked).toBe("hung up");
    await waitFor("the API to hear of it", async () => response?.destroyed);
  });
  await waitFor("the request to end", async () => api.pool.idleCount === api.pool.totalCount);
  const everybody = new AbortController();
  await enterAll(everybody.signal);
  everybody.abort();
});

test("a hundred may watch batches at once; more are told to poll, until somebody leaves", async () => {
  const everybody = new AbortController();
  const replies = await Promise.all(Array.from({ length: 130 }, () => watch(everybody.signal)));
  const [watching = [], refused = []] = [200, 503].map((wanted) =>
    replies.filter(({ status }) => status === wanted),
  );
  expect([watching.length, refused.length]).toEqual([100, 30]);
  expect(await refused[0]?.json()).toMatchObject({ code: "overloaded" });
  await watching[0]?.body?.cancel();
  await waitFor("a place", async () => (await watch(everybody.signal)).status === 200);
  everybody.abort();
});
