import { findClient } from "@billpost/db/clients";
import { findCustomer } from "@billpost/db/customers";
import {
  clientOfCustomer,
  listBookedCustomers,
  listBookedInvoices,
  listBookedOrders,
} from "@billpost/db/operators/books";
import { Type } from "typebox";
import { versionTag } from "../../http/etag.ts";
import { refusal } from "../../http/problems.ts";
import { changeCustomer } from "../../operations/customers.ts";
import { judgeCustomer } from "../../operations/operators/verdicts.ts";
import { CustomerChangesSchema } from "../../schemas/customers.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { countries, readAddress, readText } from "../buyer-form.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading } from "../kit.ts";
import { listed, pageSize, placeInList, textIn } from "../lists.ts";
import { sendPage } from "../page.ts";
import { verdictsView } from "../verdict-view.ts";

const listQuery = Type.Object({ ...placeInList, email: textIn(254) }, { additionalProperties: false });
const params = Type.Object({ id: idOf("The customer's id.") });

/** Customers of every client, what they bought, and their record. */
export const addCustomerPages = (app: App): void => {
  const { db } = app.services;

  const requireCustomer = async (id: number) => {
    const clientId = await clientOfCustomer(db, id);
    const customer = clientId === undefined ? undefined : await findCustomer(db, clientId, id);
    if (clientId === undefined || !customer)
      throw refusal("customer_not_found", "There is no such customer.");
    return { clientId, customer };
  };

  app.get("/customers", { ...reading, schema: { querystring: listQuery } }, async (request, reply) => {
    const { before, email } = request.query;
    const filter = { email: email?.trim() || undefined };
    const rows = await listBookedCustomers(db, filter, { beforeId: before, limit: pageSize + 1 });
    return sendPage(
      request,
      reply,
      "customers",
      { title: "Customers", nav: "customers" },
      { ...listed(request.url, rows), email },
    );
  });

  app.get("/customers/:id", { ...reading, schema: { params } }, async (request, reply) => {
    const { id } = request.params;
    const { clientId, customer } = await requireCustomer(id);
    const place = { limit: 20 };
    const [verdicts, client, orders, invoices] = await Promise.all([
      judgeCustomer({ db }, { customerId: id, operator: true }),
      findClient(db, clientId),
      listBookedOrders(db, { clientId, customerId: id }, place),
      listBookedInvoices(db, { clientId, customerId: id }, place),
    ]);
    return sendPage(
      request,
      reply,
      "customer",
      { title: customer.erasedAt ? "Erased customer" : customer.name, nav: "customers", live: true },
      {
        customer,
        ...verdictsView(verdicts),
        client,
        orders,
        invoices,
        countries: countries(customer.address?.countryCode),
        tag: versionTag(customer.version),
      },
    );
  });

  app.post("/customers/:id", { ...acting, schema: { params } }, async (request, reply) => {
    const { id } = request.params;
    const { clientId } = await requireCustomer(id);
    const form = formOf(request);
    const changes = checked(CustomerChangesSchema, {
      name: fieldOf(form, "name") ?? "",
      email: fieldOf(form, "email") ?? "",
      address: readAddress(form),
      vatId: readText(form, "vatId"),
      locale: fieldOf(form, "locale") ?? "",
    });
    await changeCustomer(contextFor(request, clientId), id, fieldOf(form, "tag"), changes);
    return goOn(request, reply, `/console/customers/${id}`, "Saved. Orders and invoices keep what they had.");
  });
};
