import type { Db } from "../connection.ts";

/** Batches of every client, newest first, from below `beforeId`. */
export const listBookedBatches = (
  db: Db,
  { beforeId, limit }: { readonly beforeId?: number | undefined; readonly limit: number },
) =>
  db
    .selectFrom("batches as b")
    .innerJoin("clients as c", "c.id", "b.client_id")
    .select([
      "b.id",
      "b.kind",
      "b.state",
      "b.reason",
      "b.external_ref as externalRef",
      "b.total",
      "c.name as clientName",
      "b.created_at as createdAt",
    ])
    .$if(beforeId !== undefined, (query) => query.where("b.id", "<", beforeId ?? 0))
    .orderBy("b.id", "desc")
    .limit(limit)
    .execute();
