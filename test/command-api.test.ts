import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { developmentKey } from "../apps/api/test/api.ts";
import { type CliResult, runCli } from "./src/cli.ts";
import { invoiced, type Running, startAll } from "./src/invoicing/running.ts";
import { waitFor } from "./src/wait-for.ts";

let on: Running;
let folder: string;
let key: string;
beforeAll(async () => {
  on = await startAll();
  folder = await mkdtemp(join(tmpdir(), "billpost-cli-"));
  key = developmentKey;
}, 120_000);
afterAll(async () => {
  await on.stop();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]): Promise<CliResult> =>
  runCli(args, { BILLPOST_URL: on.api.url, BILLPOST_KEY: key });
// What a command prints is what its test knows.
// oxlint-disable-next-line typescript/no-explicit-any
const json = (result: CliResult): any => {
  expect(result).toMatchObject({ code: 0 });
  return JSON.parse(result.stdout);
};
const anOrder = { customerId: 1, items: [{ productId: 1, quantity: 2 }] };

test("an order is shown by the sentence that says where its invoice is, then by what it is", async () => {
  const order = await invoiced(on, { ...anOrder, externalRef: "cli-1" });
  const shown = await run("orders", "show", order.orderId);
  expect(shown.code).toBe(0);
  const [sentence, ...rest] = shown.stdout.split("\n");
  expect(sentence).toMatch(/\.$/);
  expect(rest.join("\n")).toMatch(new RegExp(`order +${order.orderId}`));
  expect(json(await run("orders", "show", order.orderId, "--json"))).toMatchObject({
    orderId: order.orderId,
    verdict: { sentence },
  });
  const listed = await run("orders", "list", "--ref", "cli-1");
  expect(listed.stdout).toMatch(new RegExp(`^ORDER.*\n${order.orderId} .*cli-1\n$`));
  const invoice = order.invoices[0].number as string;
  expect((await run("invoices", "show", invoice)).stdout).toContain(order.orderId);
  expect((await run("invoices", "list", "--order", order.orderId)).stdout).toContain(invoice);
  const gone = await run("orders", "show", "ORD-2026-999999");
  expect(gone).toMatchObject({ code: 1, stdout: "" });
  expect(gone.stderr).toMatch(/order_not_found.*\n.*Request \S+/);
}, 120_000);

test("what changes something says with --dry-run what it would do, and does nothing", async () => {
  const order = await invoiced(on, anOrder);
  const number = order.invoices[0].number as string;
  const mails = on.ses.taken.length;
  const dry = await run("invoices", "resend", number, "--reason", "asked for", "--dry-run");
  expect(dry).toMatchObject({ code: 0, stdout: "" });
  expect(dry.stderr).toContain(`Would send ${number} once more. Nothing was done.`);
  expect(await run("invoices", "resend", number)).toMatchObject({ code: 2, stdout: "" });
  const sent = await run("invoices", "resend", number, "--reason", "asked for", "--yes");
  expect(sent.stderr).toContain(`${number} goes to`);
  await expect.poll(() => on.ses.taken.length).toBe(mails + 1);
  const audit = json(await run("audit", "list", "--target", number, "--json"));
  expect(audit).toContainEqual(expect.objectContaining({ reason: "asked for" }));
}, 120_000);

test("a failed job is found, shown, previewed and retried, and its mail goes out once", async () => {
  on.ses.usually("reject");
  const { body: placed } = await on.api.call("POST", "/api/orders", { body: anOrder });
  const failed = async () =>
    json(await run("jobs", "list", "--order", placed.orderId, "--state", "failed", "--json"));
  await expect.poll(failed, { timeout: 30_000 }).toHaveLength(1);
  on.ses.usually("accept");
  const [job] = await failed();
  expect((await run("attention")).stdout).toMatch(/failed +1 /);
  expect((await run("failures", "list")).stdout).toContain(job.error.fingerprint);
  expect((await run("jobs", "list", "--fingerprint", job.error.fingerprint)).stdout).toContain(
    placed.orderId,
  );
  const shown = await run("jobs", "show", String(job.id));
  expect(shown.stdout).toMatch(/state +failed/);
  expect(shown.stdout).toMatch(/send +failed/);

  const mails = on.ses.taken.length;
  const preview = await run("jobs", "preview", String(job.id), "retry");
  expect(preview.stdout).toMatch(/rendering is skipped/);
  expect((await run("jobs", "retry", String(job.id), "--dry-run")).code).toBe(0);
  expect(on.ses.taken).toHaveLength(mails);
  const retried = await run("jobs", "retry", String(job.id), "--reason", "SES takes it now", "--yes");
  expect(retried).toMatchObject({ code: 0 });
  await expect.poll(() => on.ses.taken.length).toBe(mails + 1);
  await expect
    .poll(async () => json(await run("jobs", "show", String(job.id), "--json")).state, { timeout: 20_000 })
    .toBe("done");
  const again = await run("jobs", "retry", String(job.id), "--reason", "once more", "--yes");
  expect(again.code).toBe(1);
  expect(on.ses.taken).toHaveLength(mails + 1);
}, 120_000);

test("a task is paused for a time with a reason, shown as paused, and resumed", async () => {
  const paused = await run(
    "tasks",
    "pause",
    "deliver-invoice",
    "--stage",
    "send",
    "--for",
    "30m",
    "--reason",
    "SES is down",
  );
  expect(paused).toMatchObject({ code: 0 });
  expect((await run("tasks", "list")).stdout).toMatch(/ {2}send +paused.*SES is down \(until/);
  const resumed = await run(
    "tasks",
    "resume",
    "deliver-invoice",
    "--stage",
    "send",
    "--reason",
    "SES is back",
  );
  expect(resumed).toMatchObject({ code: 0 });
  expect((await run("tasks", "list")).stdout).not.toContain("SES is down");
  expect((await run("workers", "list")).stdout).toMatch(/active/);
}, 120_000);

test("a batch is planned, shown, started and watched to its end; the exit code tells how it ended", async () => {
  const order = await invoiced(on, anOrder);
  const number = order.invoices[0].number as string;
  const plan = [
    "batches",
    "plan",
    "--kind",
    "resend",
    "--invoices",
    number,
    "--ref",
    "cli-batch",
    "--reason",
    "a test",
  ];
  const dry = await run(...plan, "--dry-run");
  expect(JSON.parse(dry.stdout)).toMatchObject({ kind: "resend", externalRef: "cli-batch" });
  const batch = json(await run(...plan, "--json"));
  expect(batch).toMatchObject({ state: "planned", plan: { emails: 1 } });
  expect(json(await run(...plan, "--json")).id).toBe(batch.id);
  expect((await run("batches", "show", String(batch.id))).stderr).toContain(
    `billpost batches start ${batch.id}`,
  );

  const mails = on.ses.taken.length;
  const started = await run("batches", "start", String(batch.id), "--wait", "--yes");
  expect(started).toMatchObject({ code: 0 });
  expect(started.stdout).toMatch(/1: 1 done/);
  expect(on.ses.taken).toHaveLength(mails + 1);
  const items = await run("batches", "items", String(batch.id));
  expect(items.stdout).toMatch(new RegExp(`1 +done +${order.orderId} +${number}`));
  expect((await run("batches", "items", String(batch.id), "--csv")).stdout).toContain(number);
  expect((await run("batches", "watch", String(batch.id))).code).toBe(0);

  on.ses.usually("reject");
  const failing = await run(...plan.with(7, "cli-batch-2"), "--start", "--wait", "--yes");
  on.ses.usually("accept");
  expect(failing).toMatchObject({ code: 4, stdout: expect.stringMatching(/1: 0 done, 0 skipped, 1 failed/) });
  expect(failing.stderr).toContain("batches retry-failed");
  expect(await run("batches", "plan", "--kind", "resend")).toMatchObject({ code: 2, stdout: "" });
}, 120_000);

test("Ctrl-C ends the watching alone: the batch goes on, and it is said how to come back", async () => {
  const { invoices } = await invoiced(on, anOrder);
  on.ses.usually("hold");
  const plan = [
    "batches",
    "plan",
    "--kind",
    "resend",
    "--invoices",
    invoices[0].number,
    "--reason",
    "a test",
  ];
  const { id } = json(await run(...plan, "--ref", "cli-interrupted", "--start", "--yes", "--json"));
  const asked = () => on.apiLog.filter((line) => line.includes('"route":"/api/batches/:')).length;
  const before = asked();
  const left = await runCli(
    ["batches", "watch", String(id)],
    { BILLPOST_URL: on.api.url, BILLPOST_KEY: key },
    () => waitFor("the command to ask how the batch stands", () => asked() > before),
  );
  expect(left).toMatchObject({ code: 130, stdout: "" });
  expect(left.stderr).toContain(`Batch ${id} goes on. \`billpost batches watch ${id}\` comes back to it`);
  expect(json(await run("batches", "show", String(id), "--json")).state).toBe("running");
  on.ses.usually("accept");
  on.ses.release();
  expect(await run("batches", "watch", String(id))).toMatchObject({ code: 0 });
}, 120_000);

const pastLine = (externalRef: string, productId: number) =>
  JSON.stringify({
    externalRef,
    orderedAt: "2025-03-01T09:30:00Z",
    customerId: 1,
    items: [{ productId, quantity: 1 }],
  });

test("past orders are imported from a file, refusals are named by their line, and it can be run again", async () => {
  const file = join(folder, "orders.jsonl");
  await writeFile(
    file,
    [pastLine("file-1", 1), "", pastLine("file-2", 999), pastLine("file-3", 1)].join("\n"),
  );
  expect((await run("orders", "import", file, "--dry-run")).stderr).toContain("Nothing was done");
  const first = await run("orders", "import", file, "--yes");
  expect(first.code).toBe(4);
  expect(first.stdout).toMatch(/^line 3 \(file-2\): .*unknown_product/);
  expect(first.stderr).toContain("2 imported, 0 imported before, 1 refused, 0 failed.");
  const again = await run("orders", "import", file, "--yes", "--json");
  expect(
    again.stdout
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text).outcome),
  ).toEqual(["already_imported", "refused", "already_imported"]);
  expect(await run("orders", "import", join(folder, "none.jsonl"))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("none.jsonl"),
  });
}, 120_000);

test("an imported order gets its invoice only when a batch asks for it, dated that day and supplied when it was placed", async () => {
  const file = join(folder, "to-issue.jsonl");
  await writeFile(file, pastLine("to-issue", 1));
  const mails = on.ses.taken.length;
  const [{ orderId }] = (await run("orders", "import", file, "--yes", "--json")).stdout
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  expect((await run("reconcile", "--dry-run")).stderr).toContain("Nothing was done.");
  expect((await run("reconcile", "--reason", "after the import")).stdout).not.toContain(orderId);
  const asked = json(await run("audit", "list", "--action", "reconciliation.started", "--json"));
  expect(asked).toMatchObject([{ reason: "after the import" }]);
  expect(json(await run("jobs", "list", "--order", orderId, "--json"))).toEqual([]);
  expect(on.ses.taken).toHaveLength(mails);
  const issue = [
    "--kind",
    "issue",
    "--orders",
    orderId,
    "--ref",
    "issue-imported",
    "--reason",
    "we invoice them now",
  ];
  expect(await run("batches", "plan", ...issue, "--start", "--wait", "--yes")).toMatchObject({ code: 0 });
  const { invoices } = json(await run("orders", "show", orderId, "--json"));
  const invoice = json(await run("invoices", "show", invoices[0].number, "--json"));
  expect(invoice).toMatchObject({ supplyDate: "2025-03-01", kind: "invoice" });
  expect(Date.now() - Date.parse(invoice.issueDate)).toBeLessThan(2 * 86_400_000);
  await expect.poll(() => on.ses.taken.length, { timeout: 20_000 }).toBe(mails + 1);
}, 120_000);

test("with a key, clients and keys are made through the API, and the audit says by which key", async () => {
  const made = await run(
    "keys",
    "create",
    "--client",
    "over-rest",
    "--scopes",
    "orders:read",
    "--expires",
    "90d",
    "--reason",
    "a new shop",
  );
  expect(made.stdout).toMatch(/^bp_[a-z0-9]{10}_[A-Za-z0-9_-]{43}\n$/);
  expect((await run("clients", "list")).stdout).toContain("over-rest");
  const [row] = json(await run("keys", "list", "--client", "over-rest", "--json"));
  expect((await run("keys", "revoke", row.prefix, "--dry-run")).code).toBe(0);
  expect((await run("keys", "revoke", row.prefix, "--reason", "it closed", "--yes")).code).toBe(0);
  expect((await run("keys", "list", "--client", "over-rest")).stdout).toContain("revoked");
  const [act] = json(await run("audit", "list", "--action", "api_key.revoked", "--json"));
  expect(act).toMatchObject({ actor: expect.stringMatching(/^key:/), reason: "it closed" });
  const noted = json(await run("audit", "list", "--limit", "4", "--json")).map(
    ({ action, reason }: { action: string; reason: string | null }) => [action, reason],
  );
  expect(noted).toEqual(
    expect.arrayContaining([
      ["client.created", "a new shop"],
      ["api_key.created", "a new shop"],
    ]),
  );
}, 120_000);

test("errors say what helps: a wrong key, no key, an API that is away, wrong arguments", async () => {
  const wrong = await runCli(["orders", "list"], {
    BILLPOST_URL: on.api.url,
    BILLPOST_KEY: "bp_nobody_nothing-here",
  });
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toContain("Is BILLPOST_KEY a key of the API at BILLPOST_URL?");
  const none = await runCli(["orders", "list"], { BILLPOST_URL: on.api.url });
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("BILLPOST_KEY") });
  const away = await runCli(["jobs", "show", "1"], {
    BILLPOST_URL: "http://127.0.0.1:9",
    BILLPOST_KEY: "bp_x_secret",
  });
  expect(away).toMatchObject({ code: 3 });
  expect(away.stderr).not.toContain("secret");
  const query = await run("orders", "list", "--status", "LOST");
  expect(query).toMatchObject({ code: 1, stderr: expect.stringContaining("/status: must be one of") });
}, 120_000);

test("what strangers wrote cannot steer the terminal", async () => {
  await on.api.db
    .updateTable("customers")
    .set({ name: "Eve\u001b[2J\u202eevil" })
    .where("id", "=", 1)
    .execute();
  const shown = await run("customers", "show", "1");
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain("Eve�[2J�evil");
}, 60_000);
