import { settledWork } from "@billpost/db/attempts";
import { type Delivery, loadDelivery } from "@billpost/db/deliveries";
import { finishWorkItem, holdClaim } from "@billpost/db/work-items";
import { settledStates } from "@billpost/domain/delivery";
import type { TaskContext } from "../context.ts";
import { MailFailed } from "../mail-failed.ts";
import { composeEarly, sendDocuments } from "../send-documents.ts";
import { storeDocuments } from "../store-documents.ts";
import { implement, type TaskDefinition } from "../task.ts";

const DeliverInvoice: TaskDefinition<{ readonly deliveryId: number }> = {
  name: "deliver-invoice",
  subject: ({ workItemId, deliveryId }) => {
    if (deliveryId === null) throw new TypeError(`work item ${workItemId} names no delivery`);
    return { deliveryId };
  },
};

/**
 * Brings documents to their reader: render and store each that is not stored yet, then send. What the ledger
 * says is done is not done again.
 */
export const deliverInvoice = implement(DeliverInvoice, async ({ deliveryId }, context) => {
  const delivery = await loadDelivery(context.db, deliveryId);
  if (!delivery || settledStates.includes(delivery.state)) return finish(context, delivery);
  if (delivery.state === "sending")
    throw new MailFailed("ambiguous", "unrecorded", "an earlier attempt ended between intent and record");
  let message: Promise<Uint8Array> | undefined;
  const stored = await storeDocuments(context, delivery, (documents) => {
    message = composeEarly(context, delivery, documents);
  });
  await sendDocuments(context, stored.delivery, stored.documents, message);
});

/** Somebody else settled the delivery, or it is gone: there is nothing to do, and that is a success. */
const finish = async ({ db, claim, log }: TaskContext, delivery: Delivery | undefined): Promise<void> => {
  log.info({ state: delivery?.state ?? "gone" }, "the delivery needs nothing more");
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await finishWorkItem(trx, claim, delivery ? settledWork(delivery.state) : "done");
  });
};
