import { type Running, startAll } from "../src/invoicing/running.ts";
import { waitFor } from "../src/wait-for.ts";
import { launchConsoleBrowser } from "./console-browser.ts";
import { openConsole, type Person } from "./person.ts";

/** Everything as in production with people at the console, and the shop's side of it. */
export interface Desk {
  readonly all: Running;
  /** A person with a browser of their own, not signed in. */
  open(): Promise<Person>;
  /** What pages did that they must not: to be empty after each test. */
  misdeeds(): readonly string[];
  /** A customer with an address in Berlin, unless `more` says otherwise. Answers the id. */
  customer(name: string, email: string, more?: object): Promise<number>;
  order(customerId: number): Promise<string>;
  /**
   * An order whose email is held back by a pause, with its delivery in a state. Workers obey within 2 seconds: orders
   * are placed until one is held.
   */
  heldOrder(customerId: number, state: string): Promise<string>;
  /** Waits until an order's invoice or its delivery is in a state. */
  until(orderId: string, state: string): Promise<unknown>;
  /** How many of these orders have an email in a state. */
  inState(orderIds: readonly string[], state: string): Promise<number>;
  /** How many emails SES took for an address. */
  mailsTo(email: string): number;
  close(): Promise<void>;
}

/** Opens a desk over an installation of its own. */
export const openDesk = async (): Promise<Desk> => {
  const [all, chrome] = await Promise.all([
    startAll({ AMBIGUOUS_POLICY: "hold", INVOICE_PROFILE: "eu" }),
    launchConsoleBrowser(),
  ]);
  const people: Person[] = [];
  const orderOf = async (orderId: string) => (await all.api.call("GET", `/api/orders/${orderId}`)).body;
  const order = async (customerId: number): Promise<string> => {
    const body = { customerId, items: [{ productId: 1, quantity: 1 }] };
    return (await all.api.call("POST", "/api/orders", { body })).body.orderId;
  };
  return {
    all,
    open: async () => {
      const person = await openConsole(chrome.browser, all.api.url);
      people.push(person);
      return person;
    },
    misdeeds: () => people.flatMap((person) => person.misdeeds),
    customer: async (name, email, more = {}) => {
      const address = { line1: "Oranienstraße 25", postalCode: "10999", city: "Berlin", countryCode: "DE" };
      const body = { name, email, address, ...more };
      return (await all.api.call("POST", "/api/customers", { body })).body.id;
    },
    order,
    heldOrder: async (customerId, state) => {
      for (;;) {
        const orderId = await order(customerId);
        const end = await waitFor(`${orderId} to be sent or held`, async () => {
          const path = `/api/jobs?orderId=${orderId}&task=deliver-invoice`;
          const [job] = (await all.api.call("GET", path)).body.data;
          if (job?.state === "done") return "sent";
          return job?.state === "waiting" && job.deliveryState === state && "held";
        });
        if (end === "held") return orderId;
      }
    },
    until: (orderId, state) =>
      waitFor(`${orderId} to be ${state}`, async () => {
        const { invoiceStatus, invoices } = await orderOf(orderId);
        return invoiceStatus === state || invoices[0]?.deliveryState === state;
      }),
    inState: async (orderIds, state) => {
      const orders = await Promise.all(orderIds.map(orderOf));
      return orders.filter(({ invoices }) => invoices[0]?.deliveryState === state).length;
    },
    mailsTo: (email) => all.ses.taken.filter(({ destinations }) => destinations.includes(email)).length,
    close: async () => {
      await chrome.close();
      await all.stop();
    },
  };
};
