import { recordAudit } from "@billpost/db/audit";
import {
  type Customer,
  type CustomerDetails,
  findCustomer,
  insertCustomer,
  lockCustomer,
  updateCustomer,
} from "@billpost/db/customers";
import { lockOrdersOfCustomer, ordersThatNeedCustomer, redactCustomer } from "@billpost/db/customers-erase";
import { isVatId } from "@billpost/domain/vat-id";
import type { Static } from "typebox";
import type { Context } from "../context.ts";
import { requireMatch, versionTag } from "../http/etag.ts";
import { write } from "../http/idempotency.ts";
import { refusal } from "../http/problems.ts";
import { type CustomerChangesSchema, type NewCustomerSchema, presentCustomer } from "../schemas/customers.ts";

const notFound = () => refusal("customer_not_found", "There is no such customer.");

/** Makes a customer of the calling client. */
export const createCustomer = (context: Context, input: Static<typeof NewCustomerSchema>) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    const details = checked({ address: null, vatId: null, locale: "en", ...input });
    const customer = await insertCustomer(trx, clientId, details);
    await recordAudit(trx, {
      actor,
      clientId,
      action: "customer.created",
      targetType: "customer",
      targetId: customer.id,
      after: { ...details },
      requestId,
    });
    return {
      status: 201,
      headers: { location: `/api/customers/${customer.id}`, etag: versionTag(customer.version) },
      body: presentCustomer(customer),
    };
  });

/** Reads a customer of the calling client. */
export const readCustomer = async ({ db, clientId }: Context, id: number): Promise<Customer> => {
  const customer = await findCustomer(db, clientId, id);
  if (!customer) throw notFound();
  return customer;
};

/** Changes a customer; orders keep the data as it was. 412 when it was changed since `ifMatch` was read. */
export const changeCustomer = (
  { db, actor, clientId, requestId }: Context,
  id: number,
  ifMatch: string | undefined,
  changes: Static<typeof CustomerChangesSchema>,
): Promise<Customer> =>
  db.transaction().execute(async (trx) => {
    const customer = await lockCustomer(trx, clientId, id);
    if (!customer) throw notFound();
    requireMatch(ifMatch, customer.version);
    if (customer.erasedAt) throw refusal("customer_erased", "The customer's data was erased.");
    const before = detailsOf(customer);
    const after = checked({ ...before, ...changes });
    const changed = await updateCustomer(trx, id, after);
    await recordAudit(trx, {
      actor,
      clientId,
      action: "customer.changed",
      targetType: "customer",
      targetId: id,
      ...difference(before, after),
      requestId,
    });
    return changed;
  });

/**
 * Erases a customer's personal data everywhere but in what was invoiced. Refused while an invoice, a credit
 * note or a mail is still to come. A second time changes nothing.
 */
export const eraseCustomer = (context: Context, id: number) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    if (!(await findCustomer(trx, clientId, id))) throw notFound();
    // Orders before the customer, as issuing an invoice does: its row refers to the customer.
    await lockOrdersOfCustomer(trx, id);
    const customer = await lockCustomer(trx, clientId, id);
    if (!customer) throw notFound();
    if (!customer.erasedAt) {
      const orderIds = await ordersThatNeedCustomer(trx, id);
      if (orderIds.length > 0)
        throw refusal(
          "customer_needed",
          "Invoices or mail to this customer are still to come; erase it when they are done.",
          { orderIds },
        );
      await redactCustomer(trx, clientId, id);
      await recordAudit(trx, {
        actor,
        clientId,
        action: "customer.erased",
        targetType: "customer",
        targetId: id,
        requestId,
      });
    }
    const erased = await findCustomer(trx, clientId, id);
    if (!erased) throw notFound();
    return {
      status: 200,
      headers: { etag: versionTag(erased.version) },
      body: presentCustomer(erased),
    };
  });

const detailsOf = ({ name, email, address, vatId, locale }: Customer): CustomerDetails => ({
  name,
  email,
  address,
  vatId,
  locale,
});

/** Judges what the schema alone cannot. */
const checked = (details: CustomerDetails): CustomerDetails => {
  const { vatId, address } = details;
  if (vatId !== null && !isVatId(vatId, address?.countryCode))
    throw refusal("validation_failed", "The VAT id cannot be one of that country.", {
      errors: [
        {
          in: "body",
          pointer: "/vatId",
          code: "wrong_format",
          detail: "is not of the form of the country's VAT ids",
        },
      ],
    });
  return details;
};

/** What an audit row says of a change: only the members that differ. */
const difference = (before: CustomerDetails, after: CustomerDetails) => {
  const names = (Object.keys(after) as (keyof CustomerDetails)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pick = (details: CustomerDetails) => Object.fromEntries(names.map((name) => [name, details[name]]));
  return { before: pick(before), after: pick(after) };
};
