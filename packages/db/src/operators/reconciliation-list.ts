import { sql } from "kysely";
import type { Db } from "../connection.ts";
import type { Reconciliation } from "../reconciliations.ts";

/** The latest reconciliations, newest first, with who asked for each. */
export const listReconciliations = async (
  db: Db,
  limit: number,
): Promise<(Reconciliation & { readonly actor: string })[]> => {
  const { rows } = await sql<Reconciliation & { readonly actor: string }>`
    select r.id, r.actor, r.deep, r.created_at as "createdAt", r.finished_at as "finishedAt", r.checked,
      case when r.finished_at is not null then 'done' when w.state = 'failed' then 'failed' else 'running' end as state,
      (select count(*) from reconciliation_findings f where f.reconciliation_id = r.id and f.repaired) as repaired,
      (select count(*) from reconciliation_findings f where f.reconciliation_id = r.id and not f.repaired) as left
    from reconciliations r left join work_items w on w.id = r.work_item_id
    order by r.id desc limit ${limit}`.execute(db);
  return rows;
};
