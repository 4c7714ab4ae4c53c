import { recordAudit, recordAudits } from "@billpost/db/audit";
import { lockOrderById } from "@billpost/db/billing-details";
import type { Trx } from "@billpost/db/connection";
import { carryOut } from "@billpost/db/operators/carry-out";
import {
  type AddressAtHand,
  correctCustomerEmail,
  correctOrderContact,
  deliverElsewhere,
  readAddress,
  type Recipient,
  redirectDelivery,
} from "@billpost/db/operators/corrected-address";
import { lockJobs, readJobs } from "@billpost/db/operators/job-state";
import { isSuppressed } from "@billpost/db/suppressions";
import type { Context } from "../../context.ts";
import { write } from "../../http/idempotency.ts";
import { refusal } from "../../http/problems.ts";
import { type ActInput, agreeOn, authorityOf, jobNotFound, presentResult } from "./act-on-job.ts";

export interface AddressCorrection extends ActInput {
  readonly email: string;
  /** Absent: as it was. */
  readonly name?: string | undefined;
  readonly updateCustomer?: boolean | undefined;
}

/**
 * Corrects where a delivery goes and sends it there, in one transaction: the same delivery where nothing went
 * out, else a new one with the same PDFs. The order's further mail goes there, too. An address that is
 * suppressed gets nothing: 409. The order is locked first, as an erasure of its customer does.
 */
export const correctAddress = (context: Context, jobId: number, correction: AddressCorrection) =>
  write(context, async (trx) => {
    const [seen] = await readJobs(trx, [jobId]);
    if (!seen) throw jobNotFound();
    if (seen.orderId !== null) await lockOrderById(trx, seen.orderId);
    const [job] = await lockJobs(trx, [jobId]);
    if (!job) throw jobNotFound();
    const { effect, preview } = agreeOn(job, "correct-address", asked(correction));
    const deliveryId = job.deliveryId ?? 0;
    const before = await readAddress(trx, deliveryId);
    if (before.erased) throw refusal("customer_erased", "The customer's data was erased.");
    const { email, name = before.recipientName } = correction;
    if (await isSuppressed(trx, email))
      throw refusal("address_suppressed", "The corrected address gets no mail either: clear it first.");
    const recipient = { name, email };
    await correctContacts(trx, context, before, recipient, correction);
    const each = { job, effect };
    const authority = authorityOf(context, correction.reason);
    const changed = { recipientEmail: email, recipientName: name };
    let newJobId: number | null = null;
    if (effect.to === "waiting") await redirectDelivery(trx, deliveryId, recipient);
    else {
      const reason = correction.reason ?? "";
      const made = await deliverElsewhere(trx, deliveryId, recipient, {
        reason,
        requestId: context.requestId,
      });
      newJobId = made.jobId;
    }
    await carryOut(trx, "correct-address", [each], authority, { ...changed, newJobId });
    return { status: 200, body: presentResult(each, "correct-address", preview.summary, newJobId) };
  });

/** What the preview's token was made for: it names no address. */
const asked = ({ token, reason }: AddressCorrection): ActInput => ({ token, reason });

const correctContacts = async (
  trx: Trx,
  { actor, clientId, requestId }: Context,
  before: AddressAtHand,
  recipient: Recipient,
  { updateCustomer, reason }: AddressCorrection,
): Promise<void> => {
  const who = { actor, clientId, reason, requestId };
  await correctOrderContact(trx, before.orderId, recipient);
  await recordAudits(trx, [
    {
      ...who,
      action: "order.contact_corrected",
      targetType: "order",
      targetId: before.orderName,
      before: { customerEmail: before.recipientEmail, customerName: before.recipientName },
      after: { customerEmail: recipient.email, customerName: recipient.name },
    },
  ]);
  if (!updateCustomer) return;
  const email = await correctCustomerEmail(trx, before.customerId, recipient.email);
  await recordAudit(trx, {
    ...who,
    action: "customer.changed",
    targetType: "customer",
    targetId: before.customerId,
    before: { email },
    after: { email: recipient.email },
  });
};
