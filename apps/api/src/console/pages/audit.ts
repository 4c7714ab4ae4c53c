import { listAudit } from "@billpost/db/operators/audit-list";
import { Type } from "typebox";
import type { App } from "../../server.ts";
import { reading } from "../kit.ts";
import { listed, pageSize, placeInList, textIn } from "../lists.ts";
import { sendPage } from "../page.ts";

const querystring = Type.Object(
  {
    ...placeInList,
    actor: textIn(100),
    action: textIn(100),
    targetType: textIn(60),
    targetId: textIn(100),
    requestId: textIn(128),
  },
  { additionalProperties: false },
);

const pathOf = (type: string, id: string): string | undefined => {
  const name = encodeURIComponent(id);
  if (type === "order") return `/console/orders/${name}`;
  if (type === "invoice" || type === "credit_note") return `/console/invoices/${name}`;
  if (type === "customer") return `/console/customers/${name}`;
  if (type === "product") return `/console/products/${name}`;
  if (type === "job" || type === "work_item") return `/console/jobs/${name}`;
  return type === "reconciliation" ? `/console/proof/${name}` : undefined;
};

/** Who did what, when and why. */
export const addAuditPages = (app: App): void => {
  app.get("/audit", { ...reading, schema: { querystring } }, async (request, reply) => {
    const { before, ...query } = request.query;
    const filter = Object.fromEntries(Object.entries(query).filter(([, text]) => text));
    const acts = await listAudit(app.services.db, filter, { beforeId: before, limit: pageSize + 1 });
    return sendPage(
      request,
      reply,
      "audit",
      { title: "Audit", nav: "audit", live: true },
      {
        ...listed(
          request.url,
          acts.map((act) => ({
            ...act,
            href: pathOf(act.targetType, act.targetId),
            // What operators call it.
            targetType: act.targetType === "work_item" ? "job" : act.targetType,
          })),
        ),
        filter: query,
        filtered: Object.keys(filter).length > 0,
      },
    );
  });
};
