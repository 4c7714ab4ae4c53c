import { setTimeout as delay } from "node:timers/promises";
import { applyDeliveryEvent, type Delivery } from "@billpost/db/deliveries";
import type { StageNote } from "@billpost/db/delivery-steps";
import { firstDeliveryPrefix } from "@billpost/db/invoices";
import { takeSendToken } from "@billpost/db/send-rate";
import { isSuppressed } from "@billpost/db/suppressions";
import { ClaimLost, finishWorkItem, holdClaim, recordStage } from "@billpost/db/work-items";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { advanceDelivery } from "./advance-delivery.ts";
import type { TaskContext } from "./context.ts";
import { MailFailed } from "./mail-failed.ts";
import { buildMessage } from "./message.ts";
import { destinationFor } from "./recipient.ts";
import type { DocumentAtHand } from "./store-documents.ts";

/** The names that SES returns a message's tags by. */
const tagsOf = ({ claim }: TaskContext, delivery: Delivery) => ({
  "billpost-delivery": String(delivery.id),
  "billpost-attempt": `${claim.workItemId}-${claim.fence}`,
});

/**
 * Sends stored documents by email. The intent is committed before SES is called, so that whatever happens
 * after it shows; the message that may have gone out is never sent again without that being counted.
 */
export const sendDocuments = async (
  context: TaskContext,
  delivery: Delivery,
  documents: readonly DocumentAtHand[],
  composed?: Promise<Uint8Array>,
): Promise<void> => {
  const { mailer, stage, recipients, mayBegin } = context;
  mayBegin("send");
  const attachments = composed ? [] : await stage("fetch", () => fetchAttachments(context, documents));
  await stage("send", async () => {
    const destination = destinationFor(delivery.recipientEmail, recipients);
    if (destination === undefined) return suppress(context, delivery);
    const raw = await (composed ?? compose(context, delivery, documents, attachments, destination));
    await awaitTurn(context, delivery);
    // The turn may have been long in coming.
    mayBegin("send");
    const sending = await writeIntent(context, delivery, destination);
    if (!sending) return;
    const messageId = await mailer.send({ raw, source: mailer.from.address, destination });
    await recordSent(context, sending, messageId);
  });
};

/**
 * The message, of documents whose bytes are at hand. What is wrong with it is said when it is to be sent; undefined:
 * it can only be composed then.
 */
export const composeEarly = (
  context: TaskContext,
  delivery: Delivery,
  documents: readonly DocumentAtHand[],
): Promise<Uint8Array> | undefined => {
  const destination = destinationFor(delivery.recipientEmail, context.recipients);
  const attachments = documents.flatMap(({ invoice, bytes }) => (bytes ? [attachment(invoice, bytes)] : []));
  if (destination === undefined || attachments.length < documents.length) return undefined;
  const message = compose(context, delivery, documents, attachments, destination);
  message.catch(() => {});
  return message;
};

/** The very bytes that are stored, compared with their hash: a retry sends what the first attempt made. */
const fetchAttachments = ({ store, signal }: TaskContext, documents: readonly DocumentAtHand[]) =>
  Promise.all(
    documents.map(async ({ invoice, document, bytes }) => {
      const { s3Key: key, sha256, byteSize } = document;
      return attachment(invoice, bytes ?? (await store.get({ key, sha256, byteSize }, signal)));
    }),
  );

const attachment = ({ number }: DocumentAtHand["invoice"], bytes: Uint8Array) => ({
  fileName: `${number}.pdf`,
  bytes,
});

const compose = async (
  context: TaskContext,
  delivery: Delivery,
  documents: readonly DocumentAtHand[],
  attachments: readonly { readonly fileName: string; readonly bytes: Uint8Array }[],
  destination: string,
): Promise<Uint8Array> => {
  const { mailer, templates } = context;
  const snapshots = documents.map(({ invoice }) => JSON.parse(invoice.snapshot) as InvoiceSnapshot);
  // A correction brings two: the new invoice, which the email is about, and the credit note.
  const subject = snapshots.find(({ kind }) => kind === "invoice") ?? snapshots[0];
  if (!subject) throw new MailFailed("permanent", "no_documents", "the delivery brings no document");
  const creditNote = snapshots.find((snapshot) => snapshot !== subject && snapshot.kind === "credit_note");
  return buildMessage({
    from: mailer.from,
    replyTo: mailer.replyTo,
    to: { name: delivery.recipientName, address: destination },
    email: templates.renderInvoiceEmail({
      snapshot: subject,
      locale: delivery.locale,
      ...(creditNote
        ? { creditNote, differenceMinor: subject.totals.grossMinor - creditNote.totals.grossMinor }
        : {}),
    }),
    attachments,
    tags: mailer.tagged ? tagsOf(context, delivery) : undefined,
  });
};

/** Waiting longer holds a place that could render; the work comes back later instead. In ms. */
const turnPatience = 2_000;

/** Waits for the account's send rate. An order's first email goes before what is sent again. */
const awaitTurn = async ({ db, sendRate }: TaskContext, delivery: Delivery): Promise<void> => {
  if (sendRate === undefined) return;
  const fresh = delivery.purpose.startsWith(firstDeliveryPrefix);
  for (const started = performance.now(); ; ) {
    const waitMs = await takeSendToken(db, sendRate, fresh);
    if (waitMs === 0) return;
    if (performance.now() - started + waitMs > turnPatience)
      throw new MailFailed("throttled", "send_rate", "the account's send rate is used up");
    await delay(waitMs);
  }
};

const suppress = async ({ db, claim, log }: TaskContext, delivery: Delivery): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    const transition = await applyDeliveryEvent(trx, delivery.id, "suppressed", { claim });
    await finishWorkItem(trx, claim, transition?.to === "ambiguous" ? "ambiguous" : "suppressed");
  });
  log.warn("the address may not be written to; nothing was sent");
};

/**
 * The delivery under way; undefined: it was settled meanwhile, may not be sent again, or its address may not be
 * written to, and nothing is sent. The statement that writes the intent asks for the address: immediately before
 * the send, since bounces and complaints may be newer than the delivery.
 */
const writeIntent = async (
  context: TaskContext,
  delivery: Delivery,
  destination: string,
): Promise<Delivery | undefined> => {
  const { db, claim, retry, log } = context;
  const resend = delivery.state === "ambiguous";
  if (!resend || retry.ambiguous !== "hold") {
    const sending = await advanceDelivery(context, delivery, {
      event: resend ? "resend_started" : "send_started",
      notes: [{ stage: "send", event: "started", detail: { resend } }],
      unlessSuppressed: destination,
    });
    if (sending) return sending;
    if (await isSuppressed(db, destination)) {
      await suppress(context, delivery);
      return undefined;
    }
  }
  log.warn({ state: delivery.state }, "the delivery is not to be sent");
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await finishWorkItem(trx, claim, resend ? "ambiguous" : "done");
  });
  return undefined;
};

/** How often, and how long apart, the note of a sent message is tried: it is worth more than any other. */
const noteTries = 5;
const noteWaitMs = 300;

/**
 * Notes that SES took the message. The database may be away for a moment; should the note fail for good,
 * nobody will know that the message went out, and it counts as doubtful, not as failed.
 */
const recordSent = async (context: TaskContext, delivery: Delivery, messageId: string): Promise<void> => {
  const { log } = context;
  const note = { stage: "send", event: "succeeded", detail: { messageId } } as const;
  for (let tries = 1; ; tries += 1) {
    try {
      const sent = await advanceDelivery(context, delivery, {
        event: "accepted",
        sesMessageId: messageId,
        notes: [note],
        finish: "done",
      });
      if (!sent) await noteUnexpected(context, note);
      log.info({ messageId }, "sent");
      return;
    } catch (error) {
      if (error instanceof ClaimLost) throw error;
      if (tries === noteTries)
        throw new MailFailed("ambiguous", "unrecorded", "the message was sent but could not be noted", error);
      log.warn({ err: error, messageId }, "the sent message could not be noted yet");
      await delay(noteWaitMs * tries);
    }
  }
};

/** An operator settled the delivery while its message was on its way: that it went out is history all the same. */
const noteUnexpected = ({ db, claim }: TaskContext, { stage, event, detail }: StageNote): Promise<void> =>
  db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    await recordStage(trx, claim, stage, event, detail);
    await finishWorkItem(trx, claim, "done");
  });
