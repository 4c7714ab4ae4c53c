import { listCustomers } from "@billpost/db/customers";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendTagged, versionTag } from "../http/etag.ts";
import { sendWritten } from "../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { changeCustomer, createCustomer, eraseCustomer, readCustomer } from "../operations/customers.ts";
import {
  CustomerChangesSchema,
  CustomerSchema,
  EmailSchema,
  NewCustomerSchema,
  presentCustomer,
} from "../schemas/customers.ts";
import { idOf, lineOf } from "../schemas/values.ts";
import type { App } from "../server.ts";

const tag = "Customers";
const customerParams = Type.Object({ id: idOf("The customer's id.") });

const CreateCustomer = endpoint({
  scope: "customers:write",
  tag,
  operationId: "createCustomer",
  summary: "Make a customer",
  idempotent: true,
  body: NewCustomerSchema,
  response: { 201: CustomerSchema },
});

const ListCustomers = endpoint({
  scope: "customers:read",
  tag,
  operationId: "listCustomers",
  summary: "List customers, oldest first",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    {
      ...pagingQuery,
      email: Type.Optional(EmailSchema),
      q: Type.Optional(lineOf(100, "Text in the name or email, in any case.", "doe")),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(CustomerSchema, "A page of customers.") },
});

const GetCustomer = endpoint({
  scope: "customers:read",
  tag,
  operationId: "getCustomer",
  summary: "Read a customer",
  errors: ["customer_not_found"],
  conditional: true,
  params: customerParams,
  response: { 200: CustomerSchema },
});

const ChangeCustomer = endpoint({
  scope: "customers:write",
  tag,
  operationId: "changeCustomer",
  summary: "Change a customer",
  description: "Orders and invoices keep the data as it was.",
  errors: ["customer_not_found", "customer_erased"],
  guarded: true,
  params: customerParams,
  body: CustomerChangesSchema,
  response: { 200: CustomerSchema },
});

const EraseCustomer = endpoint({
  scope: "customers:write",
  tag,
  operationId: "eraseCustomer",
  summary: "Erase a customer's personal data",
  description:
    "For good: in the customer, in its orders, in stored replies, in the audit and in deliveries. Issued invoices and credit notes keep what the law says they must. Refused while one of them, or its mail, is still to come. A second time changes nothing.",
  errors: ["customer_not_found", "customer_needed"],
  idempotent: true,
  params: customerParams,
  response: { 200: CustomerSchema },
});

/** A client's customers. */
export const addCustomerRoutes = (app: App): void => {
  const { db } = app.services;

  app.post("/api/customers", CreateCustomer, async (request, reply) =>
    sendWritten(reply, await createCustomer(contextOf(request), request.body)),
  );

  app.get("/api/customers", ListCustomers, async (request) => {
    const { limit = 20, cursor, email, q } = request.query;
    const { clientId } = contextOf(request);
    const afterId = readCursor(cursor, "customers", 1)?.[0];
    const customers = await listCustomers(db, clientId, { email, text: q }, { afterId, limit: limit + 1 });
    return pageOf(customers, limit, "customers", ({ id }) => [id], presentCustomer);
  });

  app.get("/api/customers/:id", GetCustomer, async (request, reply) => {
    const customer = await readCustomer(contextOf(request), request.params.id);
    return sendTagged(request, reply, presentCustomer(customer), versionTag(customer.version));
  });

  app.patch("/api/customers/:id", ChangeCustomer, async (request, reply) => {
    const ifMatch = request.headers["if-match"];
    const customer = await changeCustomer(contextOf(request), request.params.id, ifMatch, request.body);
    reply.header("etag", versionTag(customer.version));
    return presentCustomer(customer);
  });

  app.post("/api/customers/:id/erase", EraseCustomer, async (request, reply) =>
    sendWritten(reply, await eraseCustomer(contextOf(request), request.params.id)),
  );
};
