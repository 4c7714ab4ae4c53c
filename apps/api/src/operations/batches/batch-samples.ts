import { type BatchSample, listSamples } from "@billpost/db/batches/samples";
import type { Context } from "../../context.ts";
import { refusal } from "../../http/problems.ts";
import { requireBatch } from "./read-batches.ts";

/** A sample PDF of a client's batch. */
export const requireSample = async (context: Context, id: number, number: number): Promise<BatchSample> => {
  await requireBatch(context, id);
  const samples = await listSamples(context.db, id);
  const sample = samples.find((candidate) => candidate.number === number);
  if (!sample) throw refusal("sample_not_found", "The batch has no such sample.");
  return sample;
};
