import { developmentKey } from "@billpost/local/database-setup";
import { median } from "../harness/statistics.ts";
import { customerCount, firstCustomer, firstProduct } from "../stack/bench-stack.ts";
import { openHttp } from "../stack/http-connection.ts";

const oldCustomer = firstCustomer + customerCount + 7;
const long = "2020-01-01T00:00:00Z";

/** What people and programs look for, by list. `OLD-…` and `old-…` are names that `fill.sql` gave. */
export const lists: Readonly<Record<string, readonly string[]>> = {
  orders: [
    "/api/orders",
    `/api/orders?customerId=${oldCustomer}`,
    "/api/orders?status=CANCELLED",
    "/api/orders?status=COMPLETED",
    "/api/orders?invoiceStatus=issued",
    "/api/orders?invoiceStatus=external",
    "/api/orders?invoiceStatus=blocked",
    `/api/orders?createdFrom=${long}`,
    `/api/orders?createdTo=MIDDLE`,
    `/api/orders?createdFrom=MIDDLE&createdTo=MIDDLE`,
    `/api/orders?updatedAfter=${long}`,
    "/api/orders?updatedAfter=MIDDLE",
    "/api/orders?externalRef=old-77",
    "/api/orders?externalRef=none",
    "/api/orders/OLD-000000077",
  ],
  invoices: [
    "/api/invoices",
    "/api/invoices?number=OLD-2020-000077",
    "/api/invoices?orderId=OLD-000000077",
    `/api/invoices?customerId=${oldCustomer}`,
    "/api/invoices?kind=credit_note",
    "/api/invoices?state=issued",
    "/api/invoices?state=partially_credited",
    "/api/invoices?state=credited",
    "/api/invoices?issuedTo=2020-01-01",
    "/api/invoices?issuedFrom=2020-01-01",
    "/api/invoices?currency=USD",
    "/api/invoices?currency=EUR",
    "/api/invoices?totalMin=1000000",
    "/api/invoices?totalMax=100",
    `/api/invoices?updatedAfter=${long}`,
    "/api/invoices?updatedAfter=MIDDLE",
  ],
  "customers and stock": [
    "/api/customers",
    "/api/customers?email=buyer77@example.com",
    "/api/customers?q=buyer77@example",
    "/api/customers?q=Buyer",
    "/api/customers?q=nobody",
    `/api/customers/${oldCustomer}`,
    `/api/products/${firstProduct + 3}/stock-movements`,
  ],
  "jobs, audit and figures": [
    "/api/jobs",
    "/api/jobs?state=failed",
    "/api/jobs?task=deliver-invoice",
    "/api/jobs?orderId=OLD-000000077",
    "/api/jobs?state=done&order=oldest",
    "/api/jobs?task=reconcile",
    "/api/jobs?email=BUYER77@example.com",
    "/api/jobs?createdTo=MIDDLE",
    "/api/jobs?attemptsFrom=3",
    "/api/jobs?errorClass=permanent",
    "/api/jobs?q=old-77",
    "/api/jobs?q=old-2020-000077",
    "/api/search?q=buyer77@example.com",
    "/api/orders/OLD-000000077/verdict",
    `/api/customers/${oldCustomer}/verdict`,
    "/api/audit",
    "/api/audit?action=order.cancelled",
    "/api/audit?targetId=OLD-000000077",
    "/api/stats",
    "/api/attention",
    "/api/failures",
  ],
};

/**
 * The times of a page in two installations, in ms: medians of several requests, by turns, so that what else the
 * machine does slows both. Throws when one is not answered 200.
 */
export const timePages = async (
  pages: readonly { readonly apiUrl: string; readonly path: string }[],
  times: number,
): Promise<readonly number[]> => {
  const asked = await Promise.all(
    pages.map(async ({ apiUrl, path }) => ({
      connection: await openHttp(apiUrl),
      path,
      took: [] as number[],
    })),
  );
  try {
    for (let time = 0; time < times; time += 1)
      for (const { connection, path, took } of asked) {
        const before = performance.now();
        const { status } = await connection.send({
          method: "GET",
          path,
          headers: { authorization: `Bearer ${developmentKey}` },
        });
        took.push(performance.now() - before);
        if (status !== 200) throw new Error(`${path} was answered ${status}`);
      }
  } finally {
    for (const { connection } of asked) connection.close();
  }
  return asked.map(({ took }) => median(took));
};
