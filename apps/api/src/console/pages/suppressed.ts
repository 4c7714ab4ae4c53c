import { listSuppressions } from "@billpost/db/suppressions";
import { Type } from "typebox";
import { clearAddress } from "../../operations/operators/suppressions.ts";
import { idOf, lineOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { listed, pageSize, placeInList } from "../lists.ts";
import { sendPage } from "../page.ts";

const params = Type.Object({ id: idOf("The entry's id.") });
const querystring = Type.Object(placeInList, { additionalProperties: false });
const ClearForm = Type.Object({ reason: lineOf(500, "Why mail may go there again.") });

/** Addresses that get no mail, because it came back or was complained about. */
export const addSuppressedPages = (app: App): void => {
  const { db } = app.services;

  app.get("/suppressed", { ...reading, schema: { querystring } }, async (request, reply) => {
    const rows = await listSuppressions(db, { beforeId: request.query.before, limit: pageSize + 1 });
    return sendPage(
      request,
      reply,
      "suppressed",
      { title: "Suppressed addresses", nav: "suppressed", live: true },
      listed(request.url, rows),
    );
  });

  app.post("/suppressed/:id/clear", { ...acting, schema: { params } }, async (request, reply) => {
    const { reason } = checked(ClearForm, { reason: fieldOf(formOf(request), "reason") ?? "" });
    await clearAddress(contextFor(request, sessionOf(request).clientId), { id: request.params.id, reason });
    return goOn(
      request,
      reply,
      "/console/suppressed",
      "The address may get mail again. Nothing was sent by this.",
    );
  });
};
