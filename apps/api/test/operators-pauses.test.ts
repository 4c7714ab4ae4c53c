import { enqueue } from "@billpost/db/outbox";
import { beforeAll, expect, test } from "vitest";
import { startApi, type TestApi } from "./api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

interface Task {
  readonly task: string;
  readonly state: string;
  readonly pause: { readonly reason: string; readonly endsAt: string | null } | null;
  readonly stages: readonly { readonly stage: string; readonly pause: object | null }[];
  readonly waiting: number;
}

const taskOf = async (name: string): Promise<Task | undefined> => {
  const { body } = await api.call("GET", "/api/tasks");
  return body.data.find((task: Task) => task.task === name);
};

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

test("a paused task is listed as paused with who, why and until when, and its waiting work stays waiting", async () => {
  await api.db.transaction().execute((trx) => enqueue(trx, [{ task: "verify-invoice" }]));
  const endsAt = inMinutes(10);
  const paused = await api.call("POST", "/api/tasks/verify-invoice/pause", {
    body: { reason: "Chrome is being replaced", endsAt },
  });
  expect(paused.status).toBe(200);
  expect(paused.body).toEqual(await taskOf("verify-invoice"));
  expect(paused.body).toMatchObject({
    state: "paused",
    pause: { reason: "Chrome is being replaced", endsAt, actor: expect.stringMatching(/^key:/) },
    waiting: 1,
  });
  const again = await api.call("POST", "/api/tasks/verify-invoice/pause", { body: { reason: "once more" } });
  expect(again.body).toMatchObject({
    status: 409,
    code: "already_paused",
    pause: { reason: "Chrome is being replaced" },
  });
  const resumed = await api.call("POST", "/api/tasks/verify-invoice/resume", {
    body: { reason: "replaced" },
  });
  expect(resumed.body).toMatchObject({ state: "active", pause: null });
  const twice = await api.call("POST", "/api/tasks/verify-invoice/resume", { body: { reason: "again" } });
  expect(twice.body).toMatchObject({ status: 409, code: "not_paused" });
});

test("pausing a stage leaves the task and its other stages alone", async () => {
  const reply = await api.call("POST", "/api/tasks/deliver-invoice/stages/send/pause", {
    body: { reason: "SES has an outage" },
  });
  expect(reply.body).toMatchObject({ state: "partly_paused", pause: null });
  const pausedStages = reply.body.stages.filter(({ pause }: { pause: object | null }) => pause);
  expect(pausedStages).toMatchObject([
    { stage: "send", pause: { reason: "SES has an outage", endsAt: null } },
  ]);
  expect((await taskOf("render-document"))?.state).toBe("active");
  await api.call("POST", "/api/tasks/deliver-invoice/stages/send/resume", { body: { reason: "it is over" } });
  expect((await taskOf("deliver-invoice"))?.state).toBe("active");
});

test("a pause ends by the database's clock, and can be made anew after that", async () => {
  const pause = (body: object) => api.call("POST", "/api/tasks/reconcile/pause", { body });
  const past = await pause({ reason: "too late", endsAt: inMinutes(-1) });
  expect(past.body).toMatchObject({ status: 400, errors: [{ pointer: "/endsAt", code: "in_the_past" }] });
  await pause({ reason: "for a while", endsAt: inMinutes(5) });
  await api.pool.query("update pauses set ends_at = clock_timestamp() where task = 'reconcile'");
  expect(await taskOf("reconcile")).toMatchObject({ state: "active", pause: null });
  expect((await pause({ reason: "another" })).body).toMatchObject({
    state: "paused",
    pause: { endsAt: null },
  });
});

test("of operators who pause the same at once one succeeds, and each act is in the audit with its reason", async () => {
  const replies = await Promise.all(
    ["a", "b", "c", "d"].map((reason) =>
      api.call("POST", "/api/tasks/issue-credit-note/pause", { body: { reason } }),
    ),
  );
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  const audit = await api.db
    .selectFrom("audit_events")
    .select(["action", "target_id", "reason"])
    .where("target_type", "=", "task")
    .where("target_id", "=", "issue-credit-note")
    .execute();
  expect(audit).toMatchObject([{ action: "task.paused", reason: expect.stringMatching(/^[abcd]$/) }]);
});

test("what does not exist, gives no reason, or only may read, pauses nothing", async () => {
  const reason = { reason: "why not" };
  const post = (path: string, body: object, key?: string) =>
    api.call("POST", `/api/tasks/${path}`, { body, ...(key ? { key } : {}) });
  expect((await post("bake-bread/pause", reason)).body).toMatchObject({
    status: 404,
    code: "task_not_found",
  });
  expect((await post("toString/pause", reason)).status).toBe(404);
  expect((await post("deliver-invoice/stages/issue/pause", reason)).body).toMatchObject({
    status: 404,
    code: "stage_not_found",
  });
  expect((await post("deliver-invoice/pause", {})).status).toBe(400);
  expect((await post("deliver-invoice/pause", { reason: "   " })).status).toBe(400);
  const reader = await api.keyOf(1, ["operator:read"]);
  expect((await post("deliver-invoice/pause", reason, reader)).status).toBe(403);
  expect((await api.call("GET", "/api/tasks", { key: reader })).status).toBe(200);
  expect((await taskOf("deliver-invoice"))?.state).toBe("active");
});
