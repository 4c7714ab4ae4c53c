import { missingMigrations } from "@billpost/db/migrator";
import { version } from "@billpost/runtime/version";
import { Type } from "typebox";
import { endpoint } from "../http/endpoint.ts";
import { refusal } from "../http/problems.ts";
import type { App } from "../server.ts";

const Health = endpoint({
  scope: null,
  tag: "Service",
  operationId: "health",
  summary: "Whether the process is alive",
  description: "Never depends on the database.",
  response: {
    200: Type.Object({ status: Type.Literal("ok"), version: Type.String() }, { description: "It is." }),
  },
});

const Ready = endpoint({
  scope: null,
  tag: "Service",
  operationId: "ready",
  summary: "Whether requests may be sent here",
  description:
    "The database is reachable and at least as new as this version, and the process is not stopping.",
  errors: ["not_ready"],
  response: { 200: Type.Object({ status: Type.Literal("ready") }, { description: "They may." }) },
});

export const addServiceRoutes = (app: App): void => {
  const { pool } = app.services;

  app.get("/health", Health, async () => ({ status: "ok" as const, version }));

  app.get("/ready", Ready, async () => {
    if (app.lifecycle.stopping) throw refusal("not_ready", "The process is stopping.");
    const missing = await missingMigrations(pool).catch(() => undefined);
    if (!missing) throw refusal("not_ready", "The database cannot be reached.");
    if (missing.length > 0) throw refusal("not_ready", `The database lacks ${missing.join(", ")}.`);
    return { status: "ready" as const };
  });
};
