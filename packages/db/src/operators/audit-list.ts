import { type RawBuilder, sql } from "kysely";
import type { Db } from "../connection.ts";
import { within } from "./time-bounds.ts";

export interface AuditedAct {
  readonly id: number;
  readonly actor: string;
  readonly clientId: number | null;
  readonly clientName: string | null;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly reason: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly requestId: string | null;
  readonly occurredAt: Date;
}

/**
 * Which acts: every condition that is given must hold. Orders that were placed would hide all else, so they are
 * listed only when asked for: by their action, a target or a request.
 */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  readonly clientId?: number | undefined;
  readonly requestId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

interface AuditPage {
  readonly limit: number;
  readonly beforeId?: number | undefined;
}

/** Who did what, newest first. */
export const listAudit = async (db: Db, filter: AuditFilter, page: AuditPage): Promise<AuditedAct[]> => {
  const { rows } = await auditQuery(filter, page).execute(db);
  return rows;
};

/** The act that nearly all audit is of; the rest have indexes. */
const commonAction = "order.placed";

export const auditQuery = (filter: AuditFilter, { limit, beforeId }: AuditPage): RawBuilder<AuditedAct> => {
  const { actor, action, targetType, targetId, clientId, requestId, from, to } = filter;
  const conditions = [
    ...(actor === undefined ? [] : [sql<boolean>`a.actor = ${actor}`]),
    ...(action === undefined ? [] : [sql<boolean>`a.action = ${action}`]),
    // Literal, so that the indexes that leave it out fit.
    ...(action !== commonAction && targetId === undefined && requestId === undefined
      ? [sql<boolean>`a.action <> 'order.placed'`]
      : []),
    ...(targetType === undefined ? [] : [sql<boolean>`a.target_type = ${targetType}`]),
    ...(targetId === undefined
      ? []
      : [
          // The index begins with the type.
          targetType === undefined
            ? sql<boolean>`a.target_id = ${targetId} and a.target_type = any(array(${targetTypes}))`
            : sql<boolean>`a.target_id = ${targetId}`,
        ]),
    ...(clientId === undefined ? [] : [sql<boolean>`a.client_id = ${clientId}`]),
    ...(requestId === undefined ? [] : [sql<boolean>`a.request_id = ${requestId}`]),
    ...within("audit_events", "a", {
      from: from && sql`${from}::timestamptz`,
      to: to && sql`${to}::timestamptz`,
    }),
    ...(beforeId === undefined ? [] : [sql<boolean>`a.id < ${beforeId}`]),
  ];
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  return sql<AuditedAct>`
    select a.id, a.actor, a.client_id as "clientId", c.name as "clientName", a.action, a.target_type as "targetType",
      a.target_id as "targetId", a.reason, a.before, a.after, a.request_id as "requestId", a.occurred_at as "occurredAt"
    from audit_events a left join clients c on c.id = a.client_id
    ${where} order by a.id desc limit ${limit}`;
};

/** Every type there is, by as many steps through the index as there are types. */
const targetTypes = sql`
  with recursive types (target_type) as (
    select min(target_type) from audit_events
    union all
    select (select min(e.target_type) from audit_events e where e.target_type > types.target_type)
    from types where types.target_type is not null
  ) select target_type from types where target_type is not null`;
