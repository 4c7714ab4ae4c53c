import { proveSeries } from "@billpost/db/series-proof";
import { findReconciliation, listFindings, listReconciliations } from "@billpost/db/reconciliations";
import { databaseTime } from "@billpost/db/operators/database-time";
import { Type } from "typebox";
import { refusal } from "../../http/problems.ts";
import { startReconciliation } from "../../routes/reconciliations.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { findingLinks } from "../finding-links.ts";
import { fieldOf, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { addressWith } from "../lists.ts";
import { sendPage } from "../page.ts";

const params = Type.Object({ id: idOf("The reconciliation's id.") });
const querystring = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 1 })) },
  { additionalProperties: false },
);
const findingsAtOnce = 100;

/** Whether anything fell between the tables, the queue and the bucket, and whether the series have gaps. */
export const addProofPages = (app: App): void => {
  const { db } = app.services;

  app.get("/proof", reading, async (request, reply) => {
    const found = await listReconciliations(db, { limit: 20 });
    const last = found.find(({ state }) => state === "done");
    const left = last && last.left > 0 ? await listFindings(db, last.id, { limit: 200 }) : [];
    return sendPage(
      request,
      reply,
      "proof",
      { title: "Proof", nav: "proof", live: true },
      {
        reconciliations: found,
        last,
        findings: left.filter(({ repaired }) => !repaired).map(findingLinks),
      },
    );
  });

  app.get("/proof/series", reading, async (request, reply) => {
    const began = performance.now();
    const series = await proveSeries(db, { content: false });
    return sendPage(
      request,
      reply,
      "proof-series",
      { title: "Series", nav: "proof" },
      {
        series,
        at: series[0]?.provedAt ?? (await databaseTime(db)),
        tookMs: performance.now() - began,
        allGapless: series.every(({ gapless }) => gapless),
      },
    );
  });

  app.get("/proof/:id", { ...reading, schema: { params, querystring } }, async (request, reply) => {
    const { id } = request.params;
    const reconciliation = await findReconciliation(db, id);
    if (!reconciliation) throw refusal("reconciliation_not_found", "There is no such reconciliation.");
    const findings = await listFindings(db, id, {
      limit: findingsAtOnce + 1,
      afterPosition: request.query.after,
    });
    const last = findings.at(findingsAtOnce - 1);
    return sendPage(
      request,
      reply,
      "proof-one",
      { title: `Reconciliation ${id}`, nav: "proof", live: true },
      {
        reconciliation,
        checked: Object.entries(reconciliation.checked ?? {}).map(([what, count]) => ({ what, count })),
        findings: findings.slice(0, findingsAtOnce).map(findingLinks),
        more:
          findings.length > findingsAtOnce && last
            ? addressWith(request.url, { after: last.position })
            : undefined,
      },
    );
  });

  app.post("/proof", acting, async (request, reply) => {
    const deep = fieldOf(formOf(request), "deep") === "yes";
    await startReconciliation(contextFor(request, sessionOf(request).clientId), { deep });
    return goOn(request, reply, "/console/proof", "A worker looks now. What is safe to repair is repaired.");
  });
};
