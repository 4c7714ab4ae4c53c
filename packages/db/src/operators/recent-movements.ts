import type { Db } from "../connection.ts";
import type { StockMovement } from "../stock.ts";

/** A product's ledger, newest first, from below `beforeId`. */
export const listRecentMovements = (
  db: Db,
  productId: number,
  { beforeId, limit }: { readonly beforeId?: number | undefined; readonly limit: number },
): Promise<StockMovement[]> => {
  let query = db
    .selectFrom("stock_movements as movement")
    .leftJoin("orders", "orders.id", "movement.order_id")
    .select([
      "movement.id",
      "movement.product_id as productId",
      "movement.type",
      "movement.quantity",
      "movement.resulting_quantity as resultingQuantity",
      "orders.order_id as orderId",
      "orders.client_id as clientId",
      "movement.actor",
      "movement.note",
      "movement.created_at as createdAt",
    ])
    .where("movement.product_id", "=", productId);
  if (beforeId !== undefined) query = query.where("movement.id", "<", beforeId);
  return query.orderBy("movement.id", "desc").limit(limit).execute();
};
