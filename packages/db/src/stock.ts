import { DomainError } from "@billpost/domain/domain-error";
import { sql } from "kysely";
import type { Actor } from "./audit.ts";
import type { Db, Trx } from "./connection.ts";
import type { StockMovementType } from "./schema.ts";

/** A row of the stock ledger. */
export interface StockMovement {
  readonly id: number;
  readonly productId: number;
  readonly type: StockMovementType;
  /** What came (positive) or went (negative). */
  readonly quantity: number;
  /** What the product had after it. */
  readonly resultingQuantity: number;
  /** The order it belongs to, as clients name it. */
  readonly orderId: string | null;
  readonly clientId: number | null;
  readonly actor: Actor;
  readonly note: string;
  readonly createdAt: Date;
}

export interface MovementToMake {
  readonly productId: number;
  /** Not zero. */
  readonly quantity: number;
}

export interface MovementReason {
  readonly type: StockMovementType;
  /** The order's numeric id. */
  readonly orderId?: number | undefined;
  readonly actor: Actor;
  readonly note?: string | undefined;
}

/** The most a product may have, so that sums over the ledger stay exact. */
export const maxStock = 10 ** 12;

/**
 * Moves stock, the only way in which it changes: locks the products in id order, writes quantity and ledger
 * in one statement, and answers the ledger rows' ids by product. Each product once.
 * Throws `insufficient_stock` when a product has less than is taken, `stock_too_large` above `maxStock`.
 */
export const moveStock = async (
  trx: Trx,
  movements: readonly MovementToMake[],
  reason: MovementReason,
): Promise<Map<number, number>> => {
  if (movements.length === 0) return new Map();
  const ids = movements.map(({ productId }) => productId);
  const products = await trx
    .selectFrom("products")
    .select(["id", "inventory_quantity as stock"])
    .where("id", "in", ids)
    .orderBy("id")
    .forUpdate()
    .execute();
  const stockOf = new Map(products.map(({ id, stock }) => [id, stock]));
  for (const { productId, quantity } of movements) {
    const available = stockOf.get(productId) ?? 0;
    if (available + quantity < 0) throw insufficientStock(productId, available, -quantity);
    if (available + quantity > maxStock)
      throw new DomainError("conflict", "stock_too_large", `A product's stock is at most ${maxStock}.`);
  }
  const { rows } = await sql<{ id: number; product_id: number }>`
    with moved as (
      update products set inventory_quantity = inventory_quantity + movement.quantity
      from unnest(${ids}::bigint[], ${movements.map(({ quantity }) => quantity)}::bigint[])
        as movement (product_id, quantity)
      where products.id = movement.product_id
      returning products.id, movement.quantity, products.inventory_quantity
    )
    insert into stock_movements (product_id, type, quantity, resulting_quantity, order_id, actor, note)
    select id, ${reason.type}, quantity, inventory_quantity, ${reason.orderId ?? null}::bigint, ${reason.actor}, ${reason.note ?? ""}
    from moved order by id
    returning id, product_id`.execute(trx);
  return new Map(rows.map((row) => [row.product_id, row.id]));
};

/** Refuses to take more than there is. */
const insufficientStock = (productId: number, available: number, requested: number): DomainError =>
  new DomainError("conflict", "insufficient_stock", "There is less stock than would be taken.", {
    errors: [
      {
        in: "body",
        pointer: "/quantity",
        code: "insufficient_stock",
        detail: `${available} available, ${requested} requested`,
        productId,
        requested,
        available,
      },
    ],
  });

const selectMovements = (db: Db) =>
  db
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
    ]);

export const findStockMovement = (db: Db, id: number): Promise<StockMovement> =>
  selectMovements(db).where("movement.id", "=", id).executeTakeFirstOrThrow();

/** A product's ledger by id, which is the order in which its stock moved, from after `afterId`. */
export const listStockMovements = (
  db: Db,
  productId: number,
  { afterId = 0, limit }: { afterId?: number | undefined; limit: number },
): Promise<StockMovement[]> =>
  selectMovements(db)
    .where("movement.product_id", "=", productId)
    .where("movement.id", ">", afterId)
    .orderBy("movement.id")
    .limit(limit)
    .execute();

/** A product whose quantity its ledger does not explain. */
interface StockMismatch {
  readonly productId: number;
  readonly sku: string;
  readonly quantity: number;
  readonly ledgerSum: number;
  /** Null without a ledger row. */
  readonly lastResultingQuantity: number | null;
  /** Ledger rows whose resulting quantity is not the sum up to them. */
  readonly brokenRows: number;
}

export interface StockCheck {
  readonly products: number;
  readonly movements: number;
  /** Empty: all is well. */
  readonly mismatches: readonly StockMismatch[];
}

/**
 * Proves the ledger: for each product the sum of its movements is its quantity, so is the last row's
 * resulting quantity, and each row's resulting quantity is the sum up to it. One statement, so one snapshot:
 * it may run while orders are placed.
 */
export const checkStock = async (db: Db): Promise<StockCheck> => {
  const { rows } = await sql<StockMismatch & { products: number; movements: number }>`
    with ledger as (
      select product_id, id, quantity, resulting_quantity,
        sum(quantity) over (partition by product_id order by id) as running
      from stock_movements
    ), summed as (
      select product_id, count(*) as movements, sum(quantity)::bigint as ledger_sum,
        (array_agg(resulting_quantity order by id desc))[1] as last_resulting_quantity,
        count(*) filter (where running <> resulting_quantity) as broken_rows
      from ledger group by product_id
    ), compared as (
      select products.id, sku, inventory_quantity, coalesce(ledger_sum, 0) as ledger_sum,
        last_resulting_quantity, coalesce(broken_rows, 0) as broken_rows, coalesce(movements, 0) as movements
      from products left join summed on product_id = products.id
    ), wrong as (
      select * from compared
      where inventory_quantity <> ledger_sum or inventory_quantity <> coalesce(last_resulting_quantity, 0)
        or broken_rows > 0
    ), total as (
      select count(*) as products, coalesce(sum(movements), 0)::bigint as movements from compared
    )
    select total.products, total.movements, wrong.id as "productId", sku, inventory_quantity as quantity,
      ledger_sum as "ledgerSum", last_resulting_quantity as "lastResultingQuantity", broken_rows as "brokenRows"
    from total left join wrong on true order by wrong.id limit 1000`.execute(db);
  const [first] = rows;
  return {
    products: first?.products ?? 0,
    movements: first?.movements ?? 0,
    mismatches: rows
      .filter(({ productId }) => productId !== null)
      .map(({ products: _products, movements: _movements, ...mismatch }) => mismatch),
  };
};
