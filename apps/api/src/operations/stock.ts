import { recordAudit } from "@billpost/db/audit";
import { lockProduct } from "@billpost/db/products";
import { findStockMovement, moveStock } from "@billpost/db/stock";
import type { Static } from "typebox";
import type { Context } from "../context.ts";
import { write } from "../http/idempotency.ts";
import { refusal } from "../http/problems.ts";
import { type NewMovementSchema, presentMovement } from "../schemas/products.ts";

/**
 * Moves a product's stock by hand. 409 when it has less than an adjustment takes away, or tracks no stock.
 * An archived product's stock can still be counted and cleared.
 */
export const addStockMovement = (
  context: Context,
  productId: number,
  { type, quantity, note = "" }: Static<typeof NewMovementSchema>,
) =>
  write(context, async (trx) => {
    const { actor, clientId, requestId } = context;
    if (quantity === 0 || (type === "receipt" && quantity < 0))
      throw refusal("validation_failed", "The quantity does not suit the type.", {
        errors: [
          {
            in: "body",
            pointer: "/quantity",
            code: "out_of_range",
            detail: type === "receipt" ? "must be at least 1 for a receipt" : "must not be 0",
          },
        ],
      });
    const product = await lockProduct(trx, productId);
    if (!product) throw refusal("product_not_found", "No such product.");
    if (!product.tracksStock)
      throw refusal("stock_not_tracked", "This product does not track stock, so none can be moved.");
    const ids = await moveStock(trx, [{ productId, quantity }], { type, actor, note });
    const movement = await findStockMovement(trx, ids.get(productId) ?? 0);
    await recordAudit(trx, {
      actor,
      clientId,
      action: "stock.moved",
      targetType: "product",
      targetId: productId,
      before: { stock: product.stock },
      after: { stock: movement.resultingQuantity, movementId: movement.id, type, quantity },
      requestId,
    });
    return {
      status: 201,
      headers: { location: `/api/products/${productId}/stock-movements` },
      body: presentMovement(movement, clientId),
    };
  });
