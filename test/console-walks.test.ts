import { recordSesEvent } from "@billpost/db/ses-events";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { developmentKey } from "../apps/api/test/api.ts";
import { type Desk, openDesk } from "./console/desk.ts";
import { type Person, signInAs } from "./console/person.ts";
import { waitFor } from "./src/wait-for.ts";

// Someone who was never told how: each walk begins with a customer's email in the search, reads one sentence, follows
// what the page offers, and ends with exactly one email. More walks are in console.test.ts.

let desk: Desk;
let newcomer: Person;

beforeAll(async () => {
  desk = await openDesk();
  newcomer = await desk.open();
  await signInAs(newcomer, developmentKey);
});
afterAll(() => desk.close());
afterEach(() => {
  if (desk.misdeeds().length > 0) throw new Error(desk.misdeeds().join("\n"));
});

/** Types a customer's email into the search, and reads why, on the first page there is. */
const asksWhy = async (email: string, why: RegExp): Promise<void> => {
  await newcomer.goto(`/console/search?q=${encodeURIComponent(email)}`);
  await newcomer.sees("section.verdict");
  await newcomer.reads(why);
};

/** Tells why, where the page asks, and does it. */
const givesReason = async (reason: string): Promise<void> => {
  await newcomer.fill("dialog[open] #a-reason", reason);
  await newcomer.click("dialog[open] button[type=submit]");
};

const call = async (method: string, path: string, body: object) => {
  const reply = await desk.all.api.call(method, path, { body });
  expect(reply.status, reply.text).toBeLessThan(300);
};

/** As SES tells that the mail of an order came back for good. */
const bounce = (email: string) =>
  desk.all.api.db.transaction().execute(async (trx) => {
    const { id, ses_message_id: sesMessageId } = await trx
      .selectFrom("deliveries")
      .select(["id", "ses_message_id"])
      .where("recipient_email", "=", email)
      .executeTakeFirstOrThrow();
    await recordSesEvent(trx, {
      snsMessageId: crypto.randomUUID(),
      type: "bounce",
      permanent: true,
      sesMessageId: sesMessageId ?? "",
      deliveryId: id,
      fence: undefined,
      detail: { bounceType: "Permanent" },
      stoppedAddresses: [email],
      occurredAt: undefined,
    });
  });

/** As a worker leaves a delivery that it gave up, or that ended it too often. */
const putAside = (orderId: string, state: "failed" | "quarantined", message: string) =>
  desk.all.api.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: number }>`
      update deliveries set state = ${state}, updated_at = now()
      where order_id = (select id from orders where order_id = ${orderId}) returning id`.execute(trx);
    expect(rows).toHaveLength(1);
    const id = rows[0]?.id ?? 0;
    await sql`update work_items set state = ${state}, attempt = max_attempts, finished_at = now(), updated_at = now(),
      last_error_class = ${state === "failed" ? "permanent" : "crashed"}, last_error_message = ${message}
      where delivery_id = ${id}`.execute(trx);
    await sql`select graphile_worker.remove_job('work:' || id || ':' || fence) from work_items
      where delivery_id = ${id}`.execute(trx);
  });

test("a bounced address is corrected: the PDF goes to the right one, once, and the wrong one gets no more", async () => {
  const [wrong, right] = ["ines@posta.example", "ines@poste.example"];
  const id = await desk.customer("Inês Sørensen", wrong);
  await desk.until(await desk.order(id), "sent");
  await bounce(wrong);
  await asksWhy(wrong, /was sent and came back: the recipient's server refused it for good/);
  await newcomer.press("Correct the address");
  await newcomer.fill("#a-email", right);
  await newcomer.click("dialog[open] input[name=updateCustomer]");
  await givesReason("She spelled it on the phone");
  await newcomer.reads("The address is corrected.");
  await newcomer.reads("It is done.");
  expect([desk.mailsTo(wrong), desk.mailsTo(right)]).toEqual([1, 1]);
  await asksWhy(right, /was sent: SES took it/);
});

test("an address that was stopped and is right after all is cleared, and what was held back is sent once", async () => {
  const email = "otto@full.example";
  const id = await desk.customer("Otto Full", email);
  await desk.until(await desk.order(id), "sent");
  await bounce(email);
  await desk.until(await desk.order(id), "suppressed");
  await asksWhy(email, /was not sent: its address gets no mail since .* after a hard bounce/);
  await newcomer.press("Suppressed addresses");
  await newcomer.reads(email);
  await newcomer.click(`tr:has(a[href$="${encodeURIComponent(email)}"]) summary`);
  await newcomer.fill("details[open] input[name=reason]", "His mailbox has room again");
  await newcomer.press("Clear it");
  await newcomer.readsNo(email);
  await asksWhy(email, /was not sent/);
  await newcomer.press("Retry");
  await newcomer.reads("It is proven that none did before.");
  await givesReason("The address is cleared");
  await newcomer.reads("It is done.");
  // The one that bounced, and the one that was held back.
  expect(desk.mailsTo(email)).toBe(2);
});

test("an imported order has no invoice until somebody asks for it, from its page, once its billing is complete", async () => {
  const email = "past@import.example";
  const customerId = await desk.customer("Paz Imported", email, { address: null });
  const line = { externalRef: "old-1", orderedAt: "2025-01-02T10:00:00Z", customerId };
  const imported = await fetch(`${desk.all.api.url}/api/orders/import`, {
    method: "POST",
    headers: { authorization: `Bearer ${developmentKey}`, "content-type": "application/x-ndjson" },
    body: JSON.stringify({ ...line, items: [{ productId: 1, quantity: 1 }] }),
  });
  expect(await imported.text()).toContain('"outcome":"imported"');
  await asksWhy(email, /has no invoice: it was imported, as one that another system invoices/);
  await newcomer.press("Issue it here");
  await newcomer.fill("#billing-line1", "Calle Mayor 5");
  await newcomer.fill("#billing-city", "Madrid");
  await newcomer.fill("#billing-country", "ES");
  await newcomer.press("Save");
  await newcomer.reads("Saved.");
  await newcomer.fill("#issue-reason", "The old shop never sent one");
  await newcomer.press("Issue and mail it");
  await newcomer.reads("A batch of this one order issues and mails it.");
  await newcomer.reads("1 of 1");
  await asksWhy(email, /was sent: SES took it/);
  expect(desk.mailsTo(email)).toBe(1);
});

test("while a stage is paused, what waits says so; what failed or was quarantined meanwhile is let go once it is resumed", async () => {
  await call("POST", "/api/tasks/deliver-invoice/stages/render/pause", { reason: "New fonts are tried" });
  const emails = ["wait@walks.example", "fail@walks.example", "poison@walks.example"] as const;
  const names = ["Wu Waits", "Fay Fails", "Pat Poison"];
  const ids = await Promise.all(emails.map((email, index) => desk.customer(names[index] ?? "", email)));
  const first = await desk.heldOrder(ids[0] ?? 0, "pending");
  const before = desk.mailsTo(emails[0]);
  const [failed, poison] = await Promise.all([desk.order(ids[1] ?? 0), desk.order(ids[2] ?? 0)]);
  await waitFor("both emails to wait", async () => (await desk.inState([failed, poison], "pending")) === 2);
  await putAside(failed, "failed", "the page did not settle within 15 s");
  await putAside(poison, "quarantined", "ended its worker 3 times, running alone");

  await asksWhy(emails[0], /the PDF not yet made: the stage render of deliver-invoice is paused since/);
  await newcomer.reads("what waits then goes on by itself");
  await newcomer.press("Tasks and stages");
  await newcomer.click("#stage-deliver-invoice-render summary");
  await newcomer.fill("#stage-deliver-invoice-render input[name=reason]", "They are good");
  await newcomer.press("Resume render");
  await newcomer.reads("Resumed render of deliver-invoice.");
  await desk.until(first, "sent");
  expect(desk.mailsTo(emails[0])).toBe(before + 1);

  await asksWhy(emails[1], /failed for good, “the page did not settle within 15 s”/);
  await newcomer.press("Retry");
  await newcomer.reads("It is proven that none did before.");
  await givesReason("The fonts were slow");
  await newcomer.reads("It is done.");

  await asksWhy(emails[2], /was put aside because it ended its worker again and again/);
  await newcomer.press("Release");
  await givesReason("The fonts ended it");
  await newcomer.reads("It is done.");
  expect([desk.mailsTo(emails[1]), desk.mailsTo(emails[2])]).toEqual([1, 1]);
});

test("while a task is paused, an order says by whom and why, and goes on by itself once it is resumed", async () => {
  await call("POST", "/api/tasks/issue-invoice/pause", { reason: "The year is closed first" });
  const email = "new@year.example";
  const orderId = await desk.order(await desk.customer("Nia Year", email));
  await asksWhy(email, /has no invoice yet: issue-invoice is paused since .* by key:.*, “The year is closed/);
  await newcomer.press("Tasks and stages");
  await newcomer.click("#task-issue-invoice summary");
  await newcomer.fill("#task-issue-invoice input[name=reason]", "It is closed");
  await newcomer.press("Resume issue invoice");
  await newcomer.reads("Resumed issue-invoice.");
  await desk.until(orderId, "sent");
  expect(desk.mailsTo(email)).toBe(1);
});

test("when no worker runs, an order says so, and is done when one starts, on the page that is open", async () => {
  desk.all.worker.kill("SIGTERM");
  await desk.all.worker.exited;
  const email = "nobody@works.example";
  await desk.order(await desk.customer("Noa Body", email));
  await asksWhy(email, /has no invoice yet: no worker is running/);
  await newcomer.press("Workers");
  await newcomer.reads("No worker runs");
  await asksWhy(email, /no worker is running/);
  await desk.all.startWorker({ AMBIGUOUS_POLICY: "hold", INVOICE_PROFILE: "eu" });
  await newcomer.reads("was sent: SES took it");
  expect(desk.mailsTo(email)).toBe(1);
});
