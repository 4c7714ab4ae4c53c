import { listFailures } from "@billpost/db/operators/failures";
import type { App } from "../../server.ts";
import { reading } from "../kit.ts";
import { sendPage } from "../page.ts";
import { sparkline } from "../sparkline.ts";

/** Failures that are alike, together: what most jobs wait for first. */
export const addFailurePages = (app: App): void => {
  const { db } = app.services;

  app.get("/failures", reading, async (request, reply) => {
    const groups = await listFailures(db);
    return sendPage(
      request,
      reply,
      "failures",
      { title: "Failures", nav: "failures", live: true },
      { groups: groups.map((group) => ({ ...group, picture: sparkline(group.trend) })) },
    );
  });
};
