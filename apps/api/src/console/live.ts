import { findConsoleSessions } from "@billpost/db/console-sessions";
import { latestChange } from "@billpost/db/operators/latest-change";
import type { FastifyReply } from "fastify";
import { refusal } from "../http/problems.ts";
import type { App } from "../server.ts";
import { sessionOf } from "./kit.ts";

const lookEveryMs = 1_000;
/** Looks after which every page is told to look again, whatever is known to have changed. */
const tellAnywayEvery = 10;
const maxStreams = 200;

interface Stream {
  readonly reply: FastifyReply;
  readonly secret: string;
}

/**
 * Tells open pages that something changed, by server-sent events, so that they load themselves again. Two small
 * queries a second for all of them, and none while nobody looks.
 */
export const addLiveFeed = (app: App): void => {
  const { db } = app.services;
  const streams = new Set<Stream>();
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;
  let known = "";

  const send = (stream: Stream, event: string): void => {
    // Whoever does not read what is sent is let go, and comes back.
    if (stream.reply.raw.writableLength > 64 * 1024) stream.reply.raw.destroy();
    else stream.reply.raw.write(`event: ${event}\ndata: ${looks}\n\n`);
  };
  const end = (stream: Stream): void => {
    streams.delete(stream);
    stream.reply.raw.end();
  };

  const look = async (): Promise<void> => {
    looks += 1;
    // Whoever comes while the database is asked was not asked for, and is not to be told that they are signed out.
    const lookedAt = [...streams];
    const alive = await findConsoleSessions(db, [...new Set(lookedAt.map(({ secret }) => secret))]);
    for (const stream of lookedAt) {
      if (alive.has(stream.secret) || !streams.has(stream)) continue;
      send(stream, "signed-out");
      end(stream);
    }
    const latest = await latestChange(db);
    const changed = latest !== known;
    known = latest;
    const event = changed || looks % tellAnywayEvery === 0 ? "changed" : "still";
    for (const stream of streams) send(stream, event);
  };

  const lookAgainLater = (): void => {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => {
          app.log.warn(
            { err: error instanceof Error ? error.message : String(error) },
            "the live feed cannot look",
          );
        })
        .finally(() => {
          if (streams.size > 0) lookAgainLater();
          else timer = undefined;
        });
    }, lookEveryMs).unref();
  };

  app.get("/live", { config: { console: "read", stream: true } }, async (request, reply) => {
    if (streams.size >= maxStreams) throw refusal("overloaded", "Too many pages are open.");
    const { raw } = reply.hijack();
    const headers = Object.fromEntries(
      Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined),
    );
    raw.writeHead(200, {
      ...(headers as Record<string, string>),
      "content-type": "text/event-stream",
      // A proxy that collects what comes would hold it back.
      "x-accel-buffering": "no",
    });
    const stream = { reply, secret: sessionOf(request).secret };
    streams.add(stream);
    raw.once("close", () => streams.delete(stream));
    raw.write("retry: 2000\nevent: hello\ndata: 0\n\n");
    if (!timer) lookAgainLater();
  });

  app.addHook("preClose", async () => {
    clearTimeout(timer);
    for (const stream of streams) end(stream);
  });
};
