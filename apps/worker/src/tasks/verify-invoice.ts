import { listDocuments } from "@billpost/db/invoice-detail";
import { loadVerification, writeVerification } from "@billpost/db/invoice-verifications";
import { loadIssuedInvoice } from "@billpost/db/issued-invoices";
import { finishWorkItem, holdClaim } from "@billpost/db/work-items";
import { compareWithStored } from "../compare-stored.ts";
import { implement, type TaskDefinition } from "../task.ts";

const VerifyInvoice: TaskDefinition<{ readonly verificationId: number }> = {
  name: "verify-invoice",
  subject: ({ workItemId, payload }) => {
    const { verificationId } = payload;
    if (typeof verificationId !== "number")
      throw new TypeError(`work item ${workItemId} names no verification`);
    return { verificationId };
  },
};

/**
 * Compares an issued invoice with what was stored of it, and writes down what it found. That something
 * differs is a finding, not a failure; that the store cannot be reached is a failure, and tried again.
 */
export const verifyInvoice = implement(VerifyInvoice, async ({ verificationId }, context) => {
  const { db, claim, log } = context;
  const verification = await loadVerification(db, verificationId);
  const invoice = verification && (await loadIssuedInvoice(db, verification.invoiceId));
  const documents = invoice ? await listDocuments(db, invoice.invoiceId) : [];
  const original = documents.find((document) => document.storedAt !== null);
  const result = invoice && (await compareWithStored(context, invoice, original));
  await db.transaction().execute(async (trx) => {
    await holdClaim(trx, claim);
    if (result) await writeVerification(trx, verificationId, result);
    await finishWorkItem(trx, claim, "done");
  });
  log[result?.verified === false ? "error" : "info"](
    { number: invoice?.number, verified: result?.verified, comparedBy: result?.comparedBy },
    "verified an invoice",
  );
});
