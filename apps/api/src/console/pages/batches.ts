import { countItems, loadBatch } from "@billpost/db/batches/batch";
import { listItems } from "@billpost/db/batches/items";
import { findClient } from "@billpost/db/clients";
import { listBookedBatches } from "@billpost/db/operators/booked-batches";
import { Type } from "typebox";
import { refusal } from "../../http/problems.ts";
import { readBatch } from "../../operations/batches/read-batches.ts";
import {
  cancelBatch,
  pauseBatch,
  resumeBatch,
  retryFailed,
  startBatch,
} from "../../operations/batches/steer-batch.ts";
import { idOf, lineOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading } from "../kit.ts";
import { addressWith, listed, pageSize, placeInList } from "../lists.ts";
import { sendPage } from "../page.ts";

const querystring = Type.Object(placeInList, { additionalProperties: false });
const params = Type.Object({ id: idOf("The batch's id.") });
const outcomes = ["failed", "skipped", "running", "done", "waiting"] as const;
const itemQuery = Type.Object(
  {
    outcome: Type.Optional(Type.Enum(outcomes)),
    after: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);
const steering = {
  start: startBatch,
  pause: pauseBatch,
  resume: resumeBatch,
  cancel: cancelBatch,
  "retry-failed": retryFailed,
} as const;
const steerParams = Type.Object({
  ...params.properties,
  act: Type.Enum(["start", "pause", "resume", "cancel", "retry-failed"]),
});
const SteerForm = Type.Object({ reason: lineOf(500, "Why.") });

/** Runs over many invoices, as they go. */
export const addBatchPages = (app: App): void => {
  const { db } = app.services;

  const requireBatch = async (id: number) => {
    const batch = await loadBatch(db, id);
    if (!batch) throw refusal("batch_not_found", "There is no such batch.");
    return batch;
  };

  app.get("/batches", { ...reading, schema: { querystring } }, async (request, reply) => {
    const batches = await listBookedBatches(db, { beforeId: request.query.before, limit: pageSize + 1 });
    const counts = await countItems(
      db,
      batches.map(({ id }) => id),
    );
    return sendPage(
      request,
      reply,
      "batches",
      { title: "Batches", nav: "batches", live: true },
      listed(
        request.url,
        batches.map((batch) => ({ ...batch, counts: counts.get(batch.id) })),
      ),
    );
  });

  app.get(
    "/batches/:id",
    { ...reading, schema: { params, querystring: itemQuery } },
    async (request, reply) => {
      const { id } = request.params;
      const { outcome, after } = request.query;
      const batch = await requireBatch(id);
      const [shown, client, items] = await Promise.all([
        readBatch({ db, clientId: batch.clientId }, id),
        findClient(db, batch.clientId),
        listItems(db, id, { outcome }, { afterPosition: after ?? 0, limit: pageSize + 1 }),
      ]);
      const last = items.at(pageSize - 1);
      const { state } = batch;
      return sendPage(
        request,
        reply,
        "batch",
        { title: `Batch ${id}`, nav: "batches", live: true },
        {
          batch,
          shown,
          client,
          ended: shown.counts.done + shown.counts.failed + shown.counts.skipped,
          items: items.slice(0, pageSize),
          more:
            items.length > pageSize && last ? addressWith(request.url, { after: last.position }) : undefined,
          tabs: outcomes.map((name) => ({
            name,
            count: shown.counts[name],
            href: addressWith(request.url, { outcome: name, after: undefined }),
            chosen: outcome === name,
          })),
          all: {
            href: addressWith(request.url, { outcome: undefined, after: undefined }),
            chosen: outcome === undefined,
          },
          acts: [
            ...(state === "planned" ? [{ act: "start", title: "Start", primary: true }] : []),
            ...(state === "running" ? [{ act: "pause", title: "Pause" }] : []),
            ...(state === "paused" ? [{ act: "resume", title: "Resume", primary: true }] : []),
            ...(shown.counts.failed > 0 ? [{ act: "retry-failed", title: "Retry the failed" }] : []),
            ...(["planning", "planned", "running", "paused"].includes(state)
              ? [{ act: "cancel", title: "Cancel" }]
              : []),
          ],
        },
      );
    },
  );

  app.post("/batches/:id/:act", { ...acting, schema: { params: steerParams } }, async (request, reply) => {
    const { id, act } = request.params;
    const { clientId } = await requireBatch(id);
    const { reason } = checked(SteerForm, { reason: fieldOf(formOf(request), "reason") ?? "" });
    await steering[act](contextFor(request, clientId), id, reason);
    return goOn(request, reply, `/console/batches/${id}`, "Done as you said.");
  });
};
