import { listProducts } from "@billpost/db/products";
import { listStockMovements } from "@billpost/db/stock";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { sendTagged } from "../http/etag.ts";
import { sendWritten } from "../http/idempotency.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../http/paging.ts";
import { archiveProduct, changeProduct, createProduct, readProduct } from "../operations/products.ts";
import { addStockMovement } from "../operations/stock.ts";
import {
  MovementSchema,
  NewMovementSchema,
  NewProductSchema,
  presentMovement,
  presentProduct,
  ProductChangesSchema,
  ProductSchema,
  tagOfProduct,
} from "../schemas/products.ts";
import { idOf, lineOf } from "../schemas/values.ts";
import type { App } from "../server.ts";

const productParams = Type.Object({ id: idOf("The product's id.") });

const CreateProduct = endpoint({
  scope: "catalog:write",
  tag: "Products",
  operationId: "createProduct",
  summary: "Add a product to the catalogue",
  description: "`stock` becomes the first receipt in the product's stock ledger.",
  errors: ["sku_taken", "unsupported_currency", "too_many_decimals"],
  idempotent: true,
  body: NewProductSchema,
  response: { 201: ProductSchema },
});

const ListProducts = endpoint({
  scope: "catalog:read",
  tag: "Products",
  operationId: "listProducts",
  summary: "List products, oldest first",
  description: "Archived ones too, unless `archived` says otherwise.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    {
      ...pagingQuery,
      sku: Type.Optional(lineOf(64, "The product of exactly this SKU.")),
      q: Type.Optional(lineOf(100, "Text in the SKU, name or description, in any case.", "widget")),
      archived: Type.Optional(Type.Boolean({ description: "Only archived ones, or only others." })),
      lowStock: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 10 ** 12,
          description: "Products that track stock and have at most this many units.",
          examples: [5],
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(ProductSchema, "A page of products.") },
});

const GetProduct = endpoint({
  scope: "catalog:read",
  tag: "Products",
  operationId: "getProduct",
  summary: "Read a product",
  errors: ["product_not_found"],
  conditional: true,
  params: productParams,
  response: { 200: ProductSchema },
});

const ChangeProduct = endpoint({
  scope: "catalog:write",
  tag: "Products",
  operationId: "changeProduct",
  summary: "Change a product",
  description:
    "Orders keep the data as it was. A sale changes the ETag too, but not so that If-Match fails: only a change of the catalogue's data does that.",
  errors: ["product_not_found", "sku_taken", "unsupported_currency", "too_many_decimals"],
  guarded: true,
  params: productParams,
  body: ProductChangesSchema,
  response: { 200: ProductSchema },
});

const archiving = (operationId: string, summary: string) =>
  endpoint({
    scope: "catalog:write",
    tag: "Products",
    operationId,
    summary,
    description: "A second time changes nothing.",
    errors: ["product_not_found"],
    idempotent: true,
    params: productParams,
    response: { 200: ProductSchema },
  });

const ArchiveProduct = archiving("archiveProduct", "Take a product out of the catalogue");
const UnarchiveProduct = archiving("unarchiveProduct", "Bring a product back into the catalogue");

const AddMovement = endpoint({
  scope: "catalog:write",
  tag: "Stock",
  operationId: "addStockMovement",
  summary: "Move a product's stock",
  description: "Stock is never set, only moved. It never goes below zero.",
  errors: ["product_not_found", "stock_not_tracked", "insufficient_stock", "stock_too_large"],
  idempotent: true,
  params: productParams,
  body: NewMovementSchema,
  response: { 201: MovementSchema },
});

const ListMovements = endpoint({
  scope: "catalog:read",
  tag: "Stock",
  operationId: "listStockMovements",
  summary: "List a product's stock ledger, oldest first",
  description: "The sum of `quantity` is the product's stock.",
  errors: ["product_not_found", "invalid_cursor"],
  params: productParams,
  querystring: Type.Object(pagingQuery, { additionalProperties: false }),
  response: { 200: listOf(MovementSchema, "A page of the ledger.") },
});

/** The catalogue and its stock. */
export const addProductRoutes = (app: App): void => {
  const { db, config } = app.services;
  const { taxRatePpm } = config.business;

  app.post("/api/products", CreateProduct, async (request, reply) =>
    sendWritten(reply, await createProduct(contextOf(request), request.body)),
  );

  app.get("/api/products", ListProducts, async ({ query }) => {
    const { limit = 20, cursor, sku, q, archived, lowStock } = query;
    const afterId = readCursor(cursor, "products", 1)?.[0];
    const filter = { sku, text: q, archived, stockAtMost: lowStock };
    const products = await listProducts(db, filter, { afterId, limit: limit + 1 });
    return pageOf(
      products,
      limit,
      "products",
      ({ id }) => [id],
      (product) => presentProduct(product, taxRatePpm),
    );
  });

  app.get("/api/products/:id", GetProduct, async (request, reply) => {
    const product = await readProduct(contextOf(request), request.params.id);
    return sendTagged(request, reply, presentProduct(product, taxRatePpm), tagOfProduct(product, taxRatePpm));
  });

  app.patch("/api/products/:id", ChangeProduct, async (request, reply) => {
    const ifMatch = request.headers["if-match"];
    const product = await changeProduct(contextOf(request), request.params.id, ifMatch, request.body);
    reply.header("etag", tagOfProduct(product, taxRatePpm));
    return presentProduct(product, taxRatePpm);
  });

  app.post("/api/products/:id/archive", ArchiveProduct, async (request, reply) =>
    sendWritten(reply, await archiveProduct(contextOf(request), request.params.id, true)),
  );

  app.post("/api/products/:id/unarchive", UnarchiveProduct, async (request, reply) =>
    sendWritten(reply, await archiveProduct(contextOf(request), request.params.id, false)),
  );

  app.post("/api/products/:id/stock-movements", AddMovement, async (request, reply) =>
    sendWritten(reply, await addStockMovement(contextOf(request), request.params.id, request.body)),
  );

  app.get("/api/products/:id/stock-movements", ListMovements, async (request) => {
    const context = contextOf(request);
    const { limit = 20, cursor } = request.query;
    const { id } = await readProduct(context, request.params.id);
    const afterId = readCursor(cursor, "stock", 1)?.[0];
    const movements = await listStockMovements(db, id, { afterId, limit: limit + 1 });
    return pageOf(
      movements,
      limit,
      "stock",
      (movement) => [movement.id],
      (movement) => presentMovement(movement, context.clientId),
    );
  });
};
