import { countItems, listBulkOperations, listItems } from "@billpost/db/operators/bulk-operations";
import { databaseTime } from "@billpost/db/operators/database-time";
import { bulkActs } from "@billpost/domain/operators/bulk-pace";
import { type Static, Type } from "typebox";
import {
  beginBulkOperation,
  readBulkOperation,
  stopBulkOperation,
} from "../../operations/operators/bulk-operations.ts";
import { BulkBody, type DryRunSchema, presentBulk } from "../../schemas/operators/bulk-operations.ts";
import { idOf, lineOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { actWords } from "../act-words.ts";
import { bulkTargets, targetWords } from "../bulk-targets.ts";
import { checked, fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { addressWith, listed, pageSize, placeInList } from "../lists.ts";
import { sendPage } from "../page.ts";

const params = Type.Object({ id: idOf("The operation's id.") });
const listQuery = Type.Object(placeInList, { additionalProperties: false });
const itemQuery = Type.Object(
  {
    result: Type.Optional(Type.Enum(["changed", "skipped"])),
    after: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);
const StopForm = Type.Object({ reason: lineOf(500, "Why.") });

/** One act on many jobs: what it would do, how it goes, and stopping it. */
export const addBulkPages = (app: App): void => {
  const { db } = app.services;

  app.get("/bulk-operations", { ...reading, schema: { querystring: listQuery } }, async (request, reply) => {
    const rows = await listBulkOperations(db, { limit: pageSize + 1, beforeId: request.query.before });
    const shown = await Promise.all(rows.map(async (row) => presentBulk(row, await countItems(db, row.id))));
    return sendPage(
      request,
      reply,
      "bulk-operations",
      { title: "Bulk operations", nav: "bulk", live: true },
      listed(
        request.url,
        shown.map((row) => ({ ...row, title: actWords[row.action].title, ended: row.changed + row.skipped })),
      ),
    );
  });

  app.get("/bulk-operations/new", reading, async (request, reply) => {
    const query = request.url.split("?", 2)[1] ?? "";
    const targets = bulkTargets(query);
    const { action } = targets;
    const outcome = action === "settle" ? (targets.outcome ?? "was_sent") : undefined;
    const input = checked(BulkBody, {
      ...targets,
      ...(outcome ? { outcome } : {}),
      // What it would do at another time is what it would do in a minute.
      ...(action === "reschedule"
        ? { runAt: (await databaseTime(db, { plusMinutes: 60 })).toISOString() }
        : {}),
      reason: "dry run",
      dryRun: true,
    });
    const written = await beginBulkOperation(contextFor(request, sessionOf(request).clientId), input);
    const dry = JSON.parse(written.body) as Static<typeof DryRunSchema>;
    const changing = dry.outcomes.filter(({ result }) => result === "changed");
    return sendPage(
      request,
      reply,
      "bulk-new",
      { title: `${actWords[action].title} many`, nav: "jobs" },
      {
        dry,
        action,
        outcome,
        query: outcome ? addressWith(`?${query}`, { outcome }).slice(1) : query,
        words: actWords[action],
        about: targetWords(targets),
        willChange: changing.reduce((sum, { count }) => sum + count, 0),
        mails: changing.filter(({ willSend }) => willSend).reduce((sum, { count }) => sum + count, 0),
        danger: changing.some(({ mayMailTwice }) => mayMailTwice),
        canary: dry.total > 1 ? Math.min(5, dry.total - 1) : undefined,
        choices: bulkActs.map((act) => ({
          title: actWords[act].title,
          href: `/console/bulk-operations/new${addressWith(`?${query}`, { action: act, outcome: undefined })}`,
          chosen: act === action,
        })),
        outcomes: ["was_sent", "send_again"].map((name) => ({
          name,
          href: `/console/bulk-operations/new${addressWith(`?${query}`, { outcome: name })}`,
          chosen: name === outcome,
        })),
      },
    );
  });

  app.post("/bulk-operations", acting, async (request, reply) => {
    const form = formOf(request);
    const targets = bulkTargets(fieldOf(form, "query") ?? "");
    const runAt = fieldOf(form, "runAt");
    const canary = fieldOf(form, "canary");
    const percent = fieldOf(form, "stopAtPercent");
    const input = checked(BulkBody, {
      ...targets,
      ...(runAt === undefined ? {} : { runAt: runAt.length === 16 ? `${runAt}:00Z` : `${runAt}Z` }),
      ...(canary === undefined ? {} : { canary: Number(canary) }),
      ...(percent === undefined ? {} : { stopAtFailureRate: Number(percent) / 100 }),
      reason: fieldOf(form, "reason") ?? "",
    });
    const written = await beginBulkOperation(contextFor(request, sessionOf(request).clientId), input);
    const { id } = JSON.parse(written.body) as { id: number };
    return goOn(
      request,
      reply,
      `/console/bulk-operations/${id}`,
      "Begun. It goes on in the background, whoever watches.",
    );
  });

  app.get(
    "/bulk-operations/:id",
    { ...reading, schema: { params, querystring: itemQuery } },
    async (request, reply) => {
      const { id } = request.params;
      const { result, after } = request.query;
      const operation = await readBulkOperation(db, id);
      const items = await listItems(db, id, { limit: pageSize + 1, afterPosition: after, result });
      const last = items.at(pageSize - 1);
      return sendPage(
        request,
        reply,
        "bulk-operation",
        { title: `Bulk operation ${id}`, nav: "bulk", live: true },
        {
          operation,
          words: actWords[operation.action],
          over: operation.state !== "running",
          ended: operation.changed + operation.skipped,
          skippedBecause: Object.entries(operation.skippedBecause).map(([because, count]) => ({
            because,
            count,
          })),
          filter: Object.entries(operation.filter).map(([name, value]) => ({ name, value })),
          items: items.slice(0, pageSize),
          more:
            items.length > pageSize && last ? addressWith(request.url, { after: last.position }) : undefined,
          tabs: [undefined, "changed", "skipped"].map((name) => ({
            name: name ?? "all",
            href: addressWith(request.url, { result: name, after: undefined }),
            chosen: result === name,
          })),
        },
      );
    },
  );

  app.post("/bulk-operations/:id/stop", { ...acting, schema: { params } }, async (request, reply) => {
    const { id } = request.params;
    const { reason } = checked(StopForm, { reason: fieldOf(formOf(request), "reason") ?? "" });
    await stopBulkOperation(contextFor(request, sessionOf(request).clientId), id, { reason });
    return goOn(
      request,
      reply,
      `/console/bulk-operations/${id}`,
      "It acts on no further jobs. What it has done stays done.",
    );
  });
};
