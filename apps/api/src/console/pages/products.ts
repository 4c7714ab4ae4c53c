import { findProduct, listProducts } from "@billpost/db/products";
import { listRecentMovements } from "@billpost/db/operators/recent-movements";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import { Type } from "typebox";
import { refusal } from "../../http/problems.ts";
import { addStockMovement } from "../../operations/stock.ts";
import { NewMovementSchema } from "../../schemas/products.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { addressWith, listed, pageSize, placeInList, textIn } from "../lists.ts";
import { sendPage } from "../page.ts";

const listQuery = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 1 })), q: textIn(100), low: textIn(12) },
  { additionalProperties: false },
);
const ledgerQuery = Type.Object(placeInList, { additionalProperties: false });
const params = Type.Object({ id: idOf("The product's id.") });

/** The catalogue, and each product's stock with its ledger. */
export const addProductPages = (app: App): void => {
  const { db, config } = app.services;

  app.get("/products", { ...reading, schema: { querystring: listQuery } }, async (request, reply) => {
    const { after, q, low } = request.query;
    const atMost = low !== undefined && /^\d{1,12}$/.test(low) ? Number(low) : undefined;
    const found = await listProducts(
      db,
      { text: q?.trim() || undefined, stockAtMost: atMost },
      { afterId: after, limit: pageSize + 1 },
    );
    const rows = found.slice(0, pageSize);
    const last = rows.at(-1);
    return sendPage(
      request,
      reply,
      "products",
      { title: "Products", nav: "products", live: true },
      {
        rows,
        older: found.length > pageSize && last ? addressWith(request.url, { after: last.id }) : undefined,
        newest: after === undefined ? undefined : addressWith(request.url, { after: undefined }),
        q,
        low,
        filtered: Boolean(q || low),
      },
    );
  });

  app.get(
    "/products/:id",
    { ...reading, schema: { params, querystring: ledgerQuery } },
    async (request, reply) => {
      const { id } = request.params;
      const product = await findProduct(db, id);
      if (!product) throw refusal("product_not_found", "There is no such product.");
      const movements = await listRecentMovements(db, id, {
        beforeId: request.query.before,
        limit: pageSize + 1,
      });
      return sendPage(
        request,
        reply,
        "product",
        { title: product.name, nav: "products", live: true },
        {
          product,
          taxRate: ppmToPercent(product.taxRatePpm ?? config.business.taxRatePpm),
          ...listed(request.url, movements),
        },
      );
    },
  );

  app.post("/products/:id/stock", { ...acting, schema: { params } }, async (request, reply) => {
    const { id } = request.params;
    const form = formOf(request);
    const quantity = fieldOf(form, "quantity") ?? "";
    const note = fieldOf(form, "note");
    const movement = checked(NewMovementSchema, {
      type: fieldOf(form, "type"),
      quantity: /^-?\d{1,15}$/.test(quantity) ? Number(quantity) : quantity,
      ...(note === undefined ? {} : { note }),
    });
    await addStockMovement(contextFor(request, sessionOf(request).clientId), id, movement);
    return goOn(request, reply, `/console/products/${id}`, "The stock was moved.");
  });
};
