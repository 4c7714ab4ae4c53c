import { insertApiKey } from "@billpost/db/api-keys";
import { createDatabase, createPool } from "@billpost/db/connection";
import { recordSesEvent } from "@billpost/db/ses-events";
import type { FaultySes } from "@billpost/test/faulty-ses";
import { waitFor } from "@billpost/test/wait-for";

interface Installation {
  readonly url: string;
  readonly databaseUrl: string;
  readonly ses: FaultySes;
  readonly key: string;
}

/** Fills an installation with work that went well and work that did not, and answers what to look at, by name. */
export const fillWithWork = async ({
  url,
  databaseUrl,
  ses,
  key,
}: Installation): Promise<Record<string, string>> => {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // What a route answers is what its caller knows.
    // oxlint-disable-next-line typescript/no-explicit-any
    const answer = (await response.json()) as any;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const customer = async (name: string, email: string, more: object = {}): Promise<number> =>
    (await call("POST", "/api/customers", { name, email, ...more })).id;
  const order = async (customerId: number, quantity = 1, more: object = {}): Promise<string> =>
    (
      await call("POST", "/api/orders", {
        customerId,
        items: [{ productId: 1 + (quantity % 3), quantity }],
        ...more,
      })
    ).orderId;
  const settled = (orderId: string, ...states: string[]) =>
    waitFor(`${orderId} to be ${states.join(" or ")}`, async () => {
      const { invoices, invoiceStatus } = await call("GET", `/api/orders/${orderId}`);
      return states.includes(invoiceStatus) || states.includes(invoices[0]?.deliveryState);
    });
  const reached = (path: string, ...states: string[]) =>
    waitFor(`${path} to be ${states.join(" or ")}`, async () =>
      states.includes((await call("GET", path)).state),
    );

  const berlin = { line1: "Oranienstraße 25", postalCode: "10999", city: "Berlin", countryCode: "DE" };
  const lyon = { line1: "14 Rue de la République", postalCode: "69002", city: "Lyon", countryCode: "FR" };
  const people = await Promise.all([
    customer("Anneliese Brandt", "a.brandt@brandt-werkstatt.example", { address: berlin, locale: "de" }),
    customer("Cécile Moreau", "cecile@moreau.example", { address: lyon, locale: "fr" }),
    customer("Kenji Tanaka", "k.tanaka@tanaka.example", { address: { ...lyon, city: "Paris" } }),
  ]);
  const [anneliese, cecile, kenji] = people;
  const withoutAddress = await customer("Marta Kowalska", "marta.kowalska@sklep.example");
  const leaving = await customer("Tomasz Nowak", "tomasz@nowak.example", { address: berlin });

  const sent: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    const id = await order(people[index % 3] ?? 1, 1 + (index % 4), { externalRef: `web-${1040 + index}` });
    await settled(id, "sent");
    sent.push(id);
  }
  const [done = ""] = sent.slice(2);

  const batch = (externalRef: string, more: object = {}) =>
    call("POST", "/api/batches", {
      kind: "resend",
      externalRef,
      reason: "The shop's mail filter lost them",
      selection: { filter: { from: "2026-01-01", to: "2026-12-31" } },
      ...more,
    });
  const finished = await batch("resend-2026-11", { canary: 2, stopAtFailureRate: 0.2 });
  await reached(`/api/batches/${finished.id}`, "planned");
  await call("POST", `/api/batches/${finished.id}/start`, {});
  await reached(`/api/batches/${finished.id}`, "done");
  const planned = await batch("resend-2026-12", { canary: 3 });
  await reached(`/api/batches/${planned.id}`, "planned");

  ses.usually("reject");
  const failed = await order(anneliese, 3);
  await settled(failed, "failed");
  for (const [who, quantity] of [
    [kenji, 1],
    [cecile, 2],
    [kenji, 4],
  ] as const)
    await settled(await order(who, quantity), "failed");
  const bulk = await call("POST", "/api/bulk-operations", {
    action: "retry",
    filter: { states: ["failed"] },
    canary: 2,
    stopAtFailureRate: 0.1,
    reason: "SES said that the sender is verified",
  });
  await reached(`/api/bulk-operations/${bulk.id}`, "stopped");
  ses.usually("accept");
  const again = await call("POST", "/api/bulk-operations", {
    action: "retry",
    filter: { customerId: kenji, states: ["failed"] },
    canary: 1,
    reason: "The sender is verified now",
  });
  await reached(`/api/bulk-operations/${again.id}`, "completed", "done");

  ses.next("reset_after");
  const ambiguous = await order(cecile, 2);
  await settled(ambiguous, "ambiguous");
  const blocked = await order(withoutAddress, 2);
  await settled(blocked, "blocked");

  const pool = createPool({ url: databaseUrl, max: 2, applicationName: "pictures", onIdleError: () => {} });
  const db = createDatabase(pool);
  const bounced = await order(leaving, 1);
  await settled(bounced, "sent");
  const { id: deliveryId, ses_message_id: sesMessageId } = await db
    .selectFrom("deliveries")
    .select(["id", "ses_message_id"])
    .where("recipient_email", "=", "tomasz@nowak.example")
    .executeTakeFirstOrThrow();
  await db.transaction().execute((trx) =>
    recordSesEvent(trx, {
      snsMessageId: crypto.randomUUID(),
      type: "bounce",
      permanent: true,
      sesMessageId: sesMessageId ?? "",
      deliveryId,
      fence: undefined,
      detail: { bounceType: "Permanent", bounceSubType: "General", status: "5.1.1" },
      stoppedAddresses: ["tomasz@nowak.example"],
      occurredAt: undefined,
    }),
  );
  const suppressed = await order(leaving, 2);
  await settled(suppressed, "suppressed");
  await db
    .transaction()
    .execute((trx) => insertApiKey(trx, { clientId: 1, scopes: ["operator:read"], label: "support desk" }));
  await pool.end();

  const checked = await call("POST", "/api/reconciliations", {});
  await reached(`/api/reconciliations/${checked.id}`, "done", "completed");
  await call("POST", "/api/tasks/verify-invoice/pause", {
    reason: "Comparing waits until the new bucket is there",
  });

  const { invoices } = await call("GET", `/api/orders/${done}`);
  const jobOf = async (orderId: string, state: string): Promise<number> =>
    (await call("GET", `/api/jobs?orderId=${orderId}&state=${state}`)).data[0].id;
  const failedJob = await jobOf(failed, "failed");
  const ambiguousJob = await jobOf(ambiguous, "ambiguous");
  return {
    attention: "/console",
    health: "/console/health",
    failures: "/console/failures",
    bounced: "/console/bounced",
    suppressed: "/console/suppressed",
    "suppressed-search": "/console/search?q=tomasz@nowak.example",
    jobs: "/console/jobs",
    "jobs-attention": "/console/jobs?state=blocked,failed,ambiguous,quarantined,suppressed",
    "job-failed": `/console/jobs/${failedJob}`,
    "job-ambiguous": `/console/jobs/${ambiguousJob}`,
    "job-suppressed": `/console/jobs/${await jobOf(suppressed, "suppressed")}`,
    "job-done": `/console/jobs/${await jobOf(done, "done")}`,
    "act-retry": `/console/jobs/${failedJob}/acts/retry`,
    "act-settle": `/console/jobs/${ambiguousJob}/acts/settle?outcome=send_again`,
    "act-correct-address": `/console/jobs/${failedJob}/acts/correct-address`,
    "bulk-new": "/console/bulk-operations/new?action=retry&state=failed",
    "bulk-new-settle": "/console/bulk-operations/new?action=settle&state=ambiguous",
    "bulk-new-reschedule": "/console/bulk-operations/new?action=reschedule&state=failed",
    "bulk-list": "/console/bulk-operations",
    "bulk-stopped": `/console/bulk-operations/${bulk.id}`,
    "bulk-completed": `/console/bulk-operations/${again.id}`,
    batches: "/console/batches",
    batch: `/console/batches/${finished.id}`,
    "batch-planned": `/console/batches/${planned.id}`,
    tasks: "/console/tasks",
    workers: "/console/workers",
    search: "/console/search?q=a.brandt@brandt-werkstatt.example",
    "search-none": "/console/search?q=nobody@nowhere.example",
    orders: "/console/orders",
    "orders-none": "/console/orders?reference=nothing-has-this",
    "order-failed": `/console/orders/${failed}`,
    "order-blocked": `/console/orders/${blocked}`,
    "order-bounced": `/console/orders/${bounced}`,
    "order-done": `/console/orders/${done}`,
    invoices: "/console/invoices",
    invoice: `/console/invoices/${invoices[0].number}`,
    customers: "/console/customers",
    customer: `/console/customers/${leaving}`,
    "customer-blocked": `/console/customers/${withoutAddress}`,
    products: "/console/products",
    product: "/console/products/1",
    clients: "/console/clients",
    proof: "/console/proof",
    "proof-one": `/console/proof/${checked.id}`,
    "proof-series": "/console/proof/series",
    audit: "/console/audit",
    "audit-none": "/console/audit?actor=nobody",
    problem: "/console/orders/ORD-2026-999999",
  };
};
