import { readAttention } from "@billpost/db/operators/attention";
import { listFailures } from "@billpost/db/operators/failures";
import { endpoint } from "../../http/endpoint.ts";
import { listOf } from "../../http/paging.ts";
import { readStats } from "../../operations/operators/health.ts";
import {
  AttentionSchema,
  FailureGroupSchema,
  presentAttention,
  presentFailureGroup,
  presentStats,
  StatsSchema,
} from "../../schemas/operators/health.ts";
import type { App } from "../../server.ts";

const common = { scope: "operator:read", tag: "Operations" } as const;

const GetStats = endpoint({
  ...common,
  operationId: "getStats",
  summary: "Read how the queue does",
  description:
    "What waits and since when, throughput, success and the time from an order to its email, of the last hour and the last day.",
  response: { 200: StatsSchema },
});

const GetAttention = endpoint({
  ...common,
  operationId: "getAttention",
  summary: "Count what waits for a person",
  response: { 200: AttentionSchema },
});

const ListFailures = endpoint({
  ...common,
  operationId: "listFailures",
  summary: "List failures, grouped by what they have in common",
  description: "What fails now or failed in the last 24 hours; the kind that most jobs wait for comes first.",
  response: { 200: listOf(FailureGroupSchema, "Every kind, in one page; 200 at most.") },
});

/** What an operator looks at first. */
export const addHealthRoutes = (app: App): void => {
  const { db } = app.services;
  app.get("/api/stats", GetStats, async () => presentStats(await readStats({ db })));
  app.get("/api/attention", GetAttention, async () => presentAttention(await readAttention(db)));
  app.get("/api/failures", ListFailures, async () => ({
    data: (await listFailures(db)).map(presentFailureGroup),
    nextCursor: null,
  }));
};
