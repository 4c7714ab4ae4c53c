import { type Batch, type BatchSelection, loadBatch } from "@billpost/db/batches/batch";
import { createBatch } from "@billpost/db/batches/create";
import { beginPlan, planStep } from "@billpost/db/batches/plan";
import type { Db } from "@billpost/db/connection";

/** A batch over what is selected (numbers: these invoices) whose items are written, as the worker writes them. */
export const planBatch = (
  { db, clientId }: { readonly db: Db; readonly clientId: number },
  kind: Batch["kind"],
  selection: readonly string[] | BatchSelection,
  options: Batch["options"] = {},
): Promise<Batch> =>
  db.transaction().execute(async (trx) => {
    const { batch } = await createBatch(trx, {
      clientId,
      kind,
      externalRef: crypto.randomUUID(),
      fingerprint: Buffer.from("x"),
      reason: "The rate was wrong",
      actor: "test",
      requestId: "test",
      autoStart: false,
      selection: Array.isArray(selection) ? { invoiceNumbers: selection } : (selection as BatchSelection),
      options,
      canary: null,
      stopAtFailureRate: null,
    });
    const planUntil = await beginPlan(trx, batch);
    await planStep(trx, { ...batch, planUntil });
    const planned = await loadBatch(trx, batch.id);
    if (!planned) throw new Error("the batch is gone");
    return planned;
  });
