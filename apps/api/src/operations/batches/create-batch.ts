import { createHash } from "node:crypto";
import { recordAudit } from "@billpost/db/audit";
import type { BatchOptions, BatchSelection } from "@billpost/db/batches/batch";
import { createBatch as insert, unknownOf } from "@billpost/db/batches/create";
import { canonicalJson } from "@billpost/domain/canonical-json";
import type { Context } from "../../context.ts";
import { write } from "../../http/idempotency.ts";
import { refusal } from "../../http/problems.ts";
import type { NewBatch } from "../../schemas/batches.ts";
import { checkBatch, correctionsOf } from "./check-batch.ts";
import { showBatch } from "./read-batches.ts";

const defaultSamples = 3;

/**
 * Takes a batch on and asks the worker to plan it; with `autoStart` it is also started. The same externalRef and
 * body again answer the same batch, at any time; another body under the reference is refused with 409. Refuses
 * with 422 when a number or order named is not the client's.
 */
export const createBatch = (context: Context, input: NewBatch) => {
  checkBatch(input);
  return write(context, async (trx) => {
    const { clientId, actor, requestId } = context;
    const { kind, externalRef, reason, autoStart = false } = input;
    const selection = selectionOf(input);
    const fingerprint = createHash("sha256").update(canonicalJson(input)).digest();
    const { batch, created } = await insert(trx, {
      clientId,
      kind,
      externalRef: externalRef ?? null,
      fingerprint,
      reason,
      actor,
      requestId,
      autoStart,
      selection,
      options: optionsOf(input),
      canary: input.canary ?? null,
      stopAtFailureRate: input.stopAtFailureRate ?? null,
    });
    if (!batch.fingerprint.equals(fingerprint))
      throw refusal(
        "batch_external_ref_taken",
        `Batch ${batch.id} has this externalRef and was asked for otherwise.`,
        { batchId: batch.id },
      );
    if (created) {
      const unknown = await unknownOf(trx, clientId, selection);
      if (unknown.length > 0)
        throw refusal("unknown_selection", "Not all that is selected is there.", { unknown });
      await recordAudit(trx, {
        actor,
        clientId,
        action: "batch.created",
        targetType: "batch",
        targetId: batch.id,
        after: { kind, externalRef: externalRef ?? null, autoStart },
        reason,
        requestId,
      });
    }
    return {
      status: created ? 202 : 200,
      headers: { location: `/api/batches/${batch.id}` },
      body: await showBatch(trx, batch),
    };
  });
};

/** Each name once: what is named twice is done once. */
const selectionOf = ({ selection }: NewBatch): BatchSelection => {
  const { invoiceNumbers, orderIds, filter } = selection;
  if (invoiceNumbers) return { invoiceNumbers: [...new Set(invoiceNumbers)] };
  if (orderIds) return { orderIds: [...new Set(orderIds)] };
  return { filter: { ...filter } };
};

const optionsOf = (input: NewBatch): BatchOptions => {
  const { only, recipient, locale, mail, billingDetails, samples = defaultSamples } = input;
  const corrections = correctionsOf(input);
  return {
    samples,
    ...(only === undefined ? {} : { only }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(locale === undefined ? {} : { locale }),
    ...(mail === undefined ? {} : { mail }),
    ...(corrections === undefined ? {} : { corrections }),
    ...(billingDetails === undefined ? {} : { billingDetails }),
  };
};
