import { listBounced } from "@billpost/db/operators/bounced";
import type { SpanFigures } from "@billpost/db/operators/stats";
import type { QueueHealth } from "@billpost/domain/operators/queue-health";
import { readStats } from "../../operations/operators/health.ts";
import type { App } from "../../server.ts";
import { reading } from "../kit.ts";
import { lookOf } from "../looks.ts";
import { sendPage } from "../page.ts";

const health: Readonly<Record<QueueHealth, { tone: string; icon: string; sentence: string; next?: string }>> =
  {
    idle: { tone: "good", icon: "check", sentence: "All work is done." },
    busy: { tone: "good", icon: "check", sentence: "Work is done as it comes." },
    paused: {
      tone: "warn",
      icon: "pause",
      sentence: "Something is paused; the rest is done as it comes.",
      next: "The banner above says what, why and until when.",
    },
    stuck: {
      tone: "bad",
      icon: "slow",
      sentence: "Work is due that nobody has begun for 15 seconds.",
      next: "With all workers busy it is a backlog: add workers. Otherwise look at the workers' log.",
    },
    no_workers: {
      tone: "bad",
      icon: "cross",
      sentence: "No worker shows a sign of life, and nothing is paused.",
      next: "Start one. What waits is safe and goes on by itself.",
    },
  };

const meanings: Readonly<Record<string, string>> = {
  blocked: "An invoice cannot be made: the order lacks something that it must say.",
  failed: "Given up; nothing was sent to the customer.",
  ambiguous: "SES's reply was lost: nobody knows whether the mail went out.",
  quarantined: "Ended its worker again and again; no worker takes it any more.",
  suppressed: "The address may not be written to.",
  bounced: "The mail came back, and nothing was sent after it.",
};

const pathOf = (state: string): string =>
  state === "bounced" ? "/console/bounced" : `/console/jobs?state=${state}`;

const spanView = (name: string, figures: SpanFigures) => ({ name, ...figures });

/** The home page, what needs somebody, and how the queue does. */
export const addAttentionPages = (app: App): void => {
  const { db } = app.services;

  app.get("/", reading, async (request, reply) => {
    const stats = await readStats({ db });
    return sendPage(
      request,
      reply,
      "attention",
      { title: "Needs attention", nav: "attention", live: true },
      {
        attention: stats.attention.map((entry) => ({
          ...entry,
          look: lookOf(entry.state),
          meaning: meanings[entry.state],
          href: pathOf(entry.state),
        })),
        total: stats.attention.reduce((sum, { count }) => sum + count, 0),
        health: health[stats.health],
        queue: stats.queue,
        oldestWaitMs: stats.queue.oldestWaitSeconds * 1000,
        workers: stats.workers,
        lastHour: stats.lastHour,
      },
    );
  });

  app.get("/bounced", reading, async (request, reply) => {
    const rows = await listBounced(db, 200);
    return sendPage(request, reply, "bounced", { title: "Bounced", nav: "attention", live: true }, { rows });
  });

  app.get("/health", reading, async (request, reply) => {
    const stats = await readStats({ db });
    return sendPage(
      request,
      reply,
      "health",
      { title: "Queue health", nav: "health", live: true },
      {
        health: health[stats.health],
        asOf: stats.asOf,
        workers: stats.workers,
        queue: stats.queue,
        oldestWaitMs: stats.queue.oldestWaitSeconds * 1000,
        spans: [spanView("Last hour", stats.lastHour), spanView("Last day", stats.lastDay)],
        tasks: stats.tasks,
      },
    );
  });
};
