import type { Trx } from "./connection.ts";

/** Who acts: `key:<prefix>` for an API key, `cli` or `worker` for ourselves. Never a person's name. */
export type Actor = string;

export interface AuditEntry {
  readonly actor: Actor;
  readonly clientId: number | null;
  /** What was done, such as `product.archived`. */
  readonly action: string;
  readonly targetType: string;
  /** As the API names the target: the `orderId` of an order, the numeric id of the rest. */
  readonly targetId: string | number;
  /** The state before and after, as far as it changed; absent where there was none. */
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  readonly after?: Readonly<Record<string, unknown>> | undefined;
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Writes down who did what, in the transaction of the act itself. */
export const recordAudit = (trx: Trx, entry: AuditEntry): Promise<void> => recordAudits(trx, [entry]);

/** The same for several acts of one transaction. */
export const recordAudits = async (trx: Trx, entries: readonly AuditEntry[]): Promise<void> => {
  if (entries.length === 0) return;
  await trx
    .insertInto("audit_events")
    .values(
      entries.map((entry) => ({
        actor: entry.actor,
        client_id: entry.clientId,
        action: entry.action,
        target_type: entry.targetType,
        target_id: String(entry.targetId),
        reason: entry.reason ?? null,
        before: entry.before === undefined ? null : JSON.stringify(entry.before),
        after: entry.after === undefined ? null : JSON.stringify(entry.after),
        request_id: entry.requestId ?? null,
      })),
    )
    .execute();
};
