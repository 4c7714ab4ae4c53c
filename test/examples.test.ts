import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { developmentKey } from "../apps/api/test/api.ts";
import { invoiced, type Running, startAll } from "./src/invoicing/running.ts";
import {
  amazon,
  hardBounce,
  notification,
  publishTo,
  sesEvent,
  sesEventSettings,
  sign,
} from "./src/ses-publisher.ts";
import { waitFor } from "./src/wait-for.ts";

/** Invoices to correct: a few here, 1,000 by `pnpm prove:corrections`. */
const corrections = Number(process.env["PROVE_CORRECTIONS"] ?? 12);
vi.setConfig({ testTimeout: 120_000 + corrections * 2_000 });

const fetchFromSns = () => Promise.resolve(amazon.certificate);
let on: Running;
let folder: string;
beforeAll(async () => {
  on = await startAll({}, { environment: sesEventSettings, services: { fetchFromSns } });
  folder = await mkdtemp(join(tmpdir(), "billpost-examples-"));
}, 120_000);
afterAll(async () => {
  await on.stop();
  await rm(folder, { recursive: true });
});

const examples = fileURLToPath(new URL("../examples/", import.meta.url));

const start = (script: string, ...args: string[]) => {
  const child = spawn(process.execPath, [join(examples, script), ...args], {
    env: { BILLPOST_URL: on.api.url, BILLPOST_KEY: developmentKey },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]).then(
    ([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null }),
  );
  return { child, ended };
};

const address = { line1: "1 High Street", city: "Springfield", postalCode: "12345", countryCode: "US" };
const anOrder = { customerId: 1, items: [{ productId: 1, quantity: 2 }] };
const thisMonth = () => new Date().toISOString().slice(0, 7);

/** SES says that the message with this attachment came back for good. */
const bounce = async (attachment: string): Promise<void> => {
  const mail = on.ses.taken.find(({ attachments }) => attachments.has(attachment));
  const event = sesEvent("Bounce", {
    messageId: mail?.messageId as string,
    deliveryId: Number(mail?.tags["billpost-delivery"]),
    ...hardBounce(mail?.destinations[0] as string),
  });
  expect(await publishTo(on.api.url, sign(notification(event)))).toBe(200);
};

test("a month's bounced invoices are sent again to the corrected addresses, and only those", async () => {
  const customer = await on.api.call("POST", "/api/customers", {
    body: { name: "Ann Example", email: "ann@exmaple.com", address },
  });
  const [bounced, fine] = await Promise.all([
    invoiced(on, { ...anOrder, customerId: customer.body.id }),
    invoiced(on, anOrder),
  ]);
  const number = bounced.invoices[0].number as string;
  await bounce(`${number}.pdf`);
  const corrected = await on.api.call("PATCH", `/api/customers/${customer.body.id}`, {
    body: { email: "ann@example.com" },
    headers: { "if-match": customer.headers.get("etag") as string },
  });
  expect(corrected.status).toBe(200);
  const before = on.ses.taken.length;
  const { code, stdout, stderr } = await start("resend-bounced.ts", thisMonth()).ended;
  expect(stderr).toContain("done: 1 done, 0 failed");
  expect(code).toBe(0);
  expect(stdout).toContain(`${bounced.orderId},${number},,done`);
  expect(stdout).not.toContain(`${fine.orderId},${fine.invoices[0].number},,done`);
  expect(on.ses.taken).toHaveLength(before + 1);
  const again = on.ses.taken.at(-1);
  expect(again?.destinations).toEqual(["ann@example.com"]);
  expect(again?.attachments.has(`${number}.pdf`)).toBe(true);
});

test("a year's PDFs are made anew, without a mail", async () => {
  const order = await invoiced(on, anOrder);
  const number = order.invoices[0].number as string;
  const mails = on.ses.taken.length;
  const { code, stdout } = await start("rerender-year.ts", thisMonth().slice(0, 4)).ended;
  expect(code).toBe(0);
  expect(stdout).toContain(`${order.orderId},${number},,done`);
  const { body } = await on.api.call("GET", `/api/invoices/${number}/documents`);
  expect(body.data.map(({ revision }: { revision: number }) => revision).toSorted()).toEqual([1, 2]);
  expect(on.ses.taken).toHaveLength(mails);
});

test("a script that corrects a tax rate is killed half-way and run again: every customer has exactly one correction", async () => {
  await on.api.call("POST", "/api/products/1/stock-movements", {
    body: { type: "receipt", quantity: corrections },
  });
  const orders = await Promise.all(
    Array.from({ length: corrections }, async () => {
      const { status, body } = await on.api.call("POST", "/api/orders", {
        body: { customerId: 1, items: [{ productId: 1, quantity: 1 }] },
      });
      if (status !== 201) throw new Error(`the order was refused: ${JSON.stringify(body)}`);
      return body as { readonly id: number; readonly orderId: string; readonly total: number };
    }),
  );
  const ids = orders.map(({ id }) => id);
  const sent = async () => {
    const rows = await on.api.db
      .selectFrom("deliveries")
      .select("id")
      .where("order_id", "in", ids)
      .where("state", "=", "sent")
      .execute();
    return rows.length === corrections;
  };
  await waitFor("all invoices to be sent", sent, { timeoutMs: 60_000 + corrections * 1_000 });
  const mails = on.ses.taken.length;
  const list = join(folder, "orders.txt");
  await writeFile(list, orders.map(({ orderId }) => orderId).join("\n"));

  const killed = start("correct-tax-rate.ts", list);
  const newInvoices = async () =>
    on.api.db
      .selectFrom("invoices")
      .select(["id", "order_id", "kind", "gross_minor"])
      .where("order_id", "in", ids)
      .execute();
  // A credit note and an invoice each; their emails come after that.
  await waitFor("half of the corrections", async () => (await newInvoices()).length >= corrections * 2, {
    timeoutMs: 60_000 + corrections * 1_000,
    everyMs: 5,
  });
  killed.child.kill("SIGKILL");
  expect((await killed.ended).code).toBeNull();

  const { code, stdout, stderr } = await start("correct-tax-rate.ts", list).ended;
  expect(stderr).toContain(`done: ${corrections} done, 0 failed`);
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(corrections);
  // A third run finds it done.
  expect((await start("correct-tax-rate.ts", list).ended).code).toBe(0);

  const issued = Map.groupBy(await newInvoices(), ({ order_id }) => order_id);
  for (const { id, total } of orders) {
    const documents = issued.get(id) ?? [];
    expect(documents.map(({ kind }) => kind).toSorted()).toEqual(["credit_note", "invoice", "invoice"]);
    const gross = Math.round(total * 100);
    expect(documents.map(({ gross_minor }) => Math.abs(gross_minor))).toEqual([gross, gross, gross]);
  }
  // One mail each, with both documents.
  const after = on.ses.taken.slice(mails);
  expect(after).toHaveLength(corrections);
  const attached = after.flatMap(({ attachments }) => [...attachments.keys()]);
  expect(attached).toHaveLength(corrections * 2);
  expect(new Set(attached).size).toBe(corrections * 2);
});
