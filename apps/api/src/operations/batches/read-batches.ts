import {
  type Batch,
  countItems,
  findBatch,
  listBatches as list,
  recentRate,
} from "@billpost/db/batches/batch";
import { listSamples } from "@billpost/db/batches/samples";
import type { Db } from "@billpost/db/connection";
import type { BatchKind, BatchState } from "@billpost/db/schema-batches";
import type { Context } from "../../context.ts";
import { refusal } from "../../http/problems.ts";
import { type BatchReply, presentBatch } from "../../schemas/batches.ts";

/** Who asks, and where. */
export type Reader = Pick<Context, "db" | "clientId">;

/** A client's batch; another client's is not found. */
export const requireBatch = async ({ db, clientId }: Reader, id: number): Promise<Batch> => {
  const batch = await findBatch(db, clientId, id);
  if (!batch) throw refusal("batch_not_found", "There is no such batch.");
  return batch;
};

/** A batch with its counts, rate and samples, as replies show it. */
export const showBatch = async (db: Db, batch: Batch): Promise<BatchReply> => {
  const [counts, ratePerSecond, samples] = await Promise.all([
    countItems(db, [batch.id]),
    batch.state === "running" ? recentRate(db, batch.id) : 0,
    listSamples(db, batch.id),
  ]);
  return presentBatch(batch, {
    counts: counts.get(batch.id) as NonNullable<ReturnType<typeof counts.get>>,
    ratePerSecond,
    samples: samples.map(({ number }) => number),
  });
};

/** A client's batch as it stands. */
export const readBatch = async (reader: Reader, id: number): Promise<BatchReply> =>
  showBatch(reader.db, await requireBatch(reader, id));

/** A client's batches, newest first, each as it stands. Answers one more than `limit` when there are more. */
export const listBatches = async (
  { db, clientId }: Reader,
  filter: { readonly state?: BatchState | undefined; readonly kind?: BatchKind | undefined },
  page: { readonly beforeId?: number | undefined; readonly limit: number },
): Promise<BatchReply[]> => {
  const batches = await list(db, clientId, filter, page);
  return Promise.all(batches.map((batch) => showBatch(db, batch)));
};
