import type { Db, Trx } from "./connection.ts";

/** Something that happened to an order. */
export interface TimelineEvent {
  /** Of its row; 0 for the placing itself, which is the order's own row. */
  readonly id: number;
  /** Dotted, such as `invoice.issued`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}

/** Notes what happened to an order, in the transaction that did it. The data must hold nothing personal. */
export const recordOrderEvent = async (
  trx: Trx,
  orderId: number,
  type: string,
  data: Readonly<Record<string, unknown>> = {},
): Promise<void> => {
  await trx
    .insertInto("order_events")
    .values({ order_id: orderId, type, data: JSON.stringify(data) })
    .execute();
};

/**
 * What happened to a client's order, oldest first, from after the event `afterId` (absent: from the
 * beginning, which is `order.placed`). Undefined when the client has no such order.
 */
export const listTimeline = async (
  db: Db,
  clientId: number,
  orderId: string,
  { afterId, limit }: { afterId?: number | undefined; limit: number },
): Promise<TimelineEvent[] | undefined> => {
  const order = await db
    .selectFrom("orders")
    .select(["id", "created_at"])
    .where("client_id", "=", clientId)
    .where("order_id", "=", orderId)
    .executeTakeFirst();
  if (!order) return undefined;
  const placed: TimelineEvent = { id: 0, type: "order.placed", data: {}, occurredAt: order.created_at };
  const events = await db
    .selectFrom("order_events")
    .select(["id", "type", "data", "occurred_at as occurredAt"])
    .where("order_id", "=", order.id)
    .where("id", ">", afterId ?? 0)
    .orderBy("id")
    .limit(limit)
    .execute();
  return (afterId === undefined ? [placed, ...events] : events).slice(0, limit);
};
