import type { FaultySes } from "@billpost/test/faulty-ses";
import { waitFor } from "@billpost/test/wait-for";

interface Installation {
  readonly url: string;
  readonly databaseUrl: string;
  readonly ses: FaultySes;
  readonly key: string;
}

/** Fills an installation with work that went well and work that did not, and answers what to look at, by name. */
export const fillWithWork = async ({ url, ses, key }: Installation): Promise<Record<string, string>> => {
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

  const berlin = { line1: "Oranienstraße 25", postalCode: "10999", city: "Berlin", countryCode: "DE" };
  const lyon = { line1: "14 Rue de la République", postalCode: "69002", city: "Lyon", countryCode: "FR" };
  const people = await Promise.all([
    customer("Anneliese Brandt", "a.brandt@brandt-werkstatt.example", { address: berlin, locale: "de" }),
    customer("Cécile Moreau", "cecile@moreau.example", { address: lyon, locale: "fr" }),
    customer("Kenji Tanaka", "k.tanaka@tanaka.example", { address: { ...lyon, city: "Paris" } }),
  ]);
  const withoutAddress = await customer("Marta Kowalska", "marta.kowalska@sklep.example");

  for (let index = 0; index < 6; index += 1) {
    const id = await order(people[index % 3] ?? 1, 1 + (index % 4), { externalRef: `web-${1040 + index}` });
    await settled(id, "sent");
  }
  ses.next("reject");
  const failed = await order(people[0] ?? 1, 3);
  await settled(failed, "failed");
  ses.next("reset_after");
  const ambiguous = await order(people[1] ?? 1, 2);
  await settled(ambiguous, "ambiguous");
  const blocked = await order(withoutAddress, 2);
  await settled(blocked, "blocked");
  const done = await order(people[2] ?? 1, 1);
  await settled(done, "sent");
  const { invoices } = await call("GET", `/api/orders/${done}`);

  const jobOf = async (orderId: string, state: string): Promise<number> =>
    (await call("GET", `/api/jobs?orderId=${orderId}&state=${state}`)).data[0].id;
  await call("POST", "/api/tasks/verify-invoice/pause", {
    reason: "Comparing waits until the new bucket is there",
  });

  const batch = await call("POST", "/api/batches", {
    kind: "resend",
    externalRef: "resend-2026-11",
    reason: "The shop's mail filter lost them",
    selection: { filter: { from: "2026-01-01", to: "2026-12-31" } },
    canary: 2,
    stopAtFailureRate: 0.2,
  });
  await waitFor("the batch to be planned", async () => {
    const { state } = await call("GET", `/api/batches/${batch.id}`);
    return state === "planned";
  });
  await call("POST", `/api/batches/${batch.id}/start`, {});
  await waitFor("the batch to be done", async () => {
    const { state } = await call("GET", `/api/batches/${batch.id}`);
    return state === "done";
  });

  return {
    workers: "/console/workers",
    batches: "/console/batches",
    batch: `/console/batches/${batch.id}`,
    attention: "/console",
    health: "/console/health",
    failures: "/console/failures",
    suppressed: "/console/suppressed",
    bounced: "/console/bounced",
    audit: "/console/audit",
    proof: "/console/proof",
    "proof-series": "/console/proof/series",
    "act-retry": `/console/jobs/${await jobOf(failed, "failed")}/acts/retry`,
    "act-settle": `/console/jobs/${await jobOf(ambiguous, "ambiguous")}/acts/settle?outcome=send_again`,
    jobs: "/console/jobs",
    "jobs-attention": "/console/jobs?state=blocked,failed,ambiguous,quarantined,suppressed",
    "job-failed": `/console/jobs/${await jobOf(failed, "failed")}`,
    "job-ambiguous": `/console/jobs/${await jobOf(ambiguous, "ambiguous")}`,
    "job-done": `/console/jobs/${await jobOf(done, "done")}`,
    tasks: "/console/tasks",
    search: "/console/search?q=a.brandt@brandt-werkstatt.example",
    orders: "/console/orders",
    "orders-none": "/console/orders?reference=nothing-has-this",
    "order-failed": `/console/orders/${failed}`,
    "order-blocked": `/console/orders/${blocked}`,
    "order-done": `/console/orders/${done}`,
    invoices: "/console/invoices",
    invoice: `/console/invoices/${invoices[0].number}`,
    customers: "/console/customers",
    customer: `/console/customers/${withoutAddress}`,
    products: "/console/products",
    product: "/console/products/1",
    clients: "/console/clients",
    problem: "/console/orders/ORD-2026-999999",
  };
};
