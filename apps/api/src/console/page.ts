import { listPauses } from "@billpost/db/operators/pauses";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readCookie } from "./cookies.ts";
import { takeNote } from "./notes.ts";

const themeCookie = "billpost_theme";

export interface PageOptions {
  readonly title: string;
  /** Which entry of the navigation this page belongs to. */
  readonly nav?: string;
  /** Kept up to date while it is looked at. */
  readonly live?: boolean;
}

/** What the frame around every page shows. */
const frameOf = (request: FastifyRequest, reply: FastifyReply) => {
  const theme = readCookie(request, themeCookie);
  const partial = request.headers["hx-request"] !== undefined;
  return {
    session: request.session,
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    note: partial ? undefined : takeNote(request, reply),
    path: request.url,
    search: "",
    nav: "",
    live: false,
  };
};

/** What is paused, for the banner on every page. A page that tells of a database that is away asks for nothing. */
const pausedNow = async (request: FastifyRequest) => {
  if (!request.session) return [];
  const pauses = await listPauses(request.server.services.db);
  return pauses.map(({ task, stage, reason, createdAt, endsAt }) => ({
    what: stage === null ? task : `${stage} of ${task}`,
    reason,
    since: createdAt,
    until: endsAt,
  }));
};

/** Answers with a page of the console. */
export const sendPage = async (
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  options: PageOptions,
  data: object,
): Promise<FastifyReply> => {
  const paused = await pausedNow(request);
  const html = request.server.console.views.page(view, {
    ...frameOf(request, reply),
    paused,
    ...options,
    ...data,
  });
  return reply.type("text/html; charset=utf-8").send(html);
};

/** Answers with a page that tells of an error; it asks the database for nothing, which may be what is away. */
export const sendErrorPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  data: object & { readonly title: string },
): FastifyReply => {
  const html = request.server.console.views.page("problem-page", { ...frameOf(request, reply), ...data });
  return reply.type("text/html; charset=utf-8").send(html);
};

/** Answers with the inside of a dialog; whoever opens its address by itself gets it as a page. */
export const sendDialog = async (
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  options: PageOptions,
  data: object,
): Promise<FastifyReply> => {
  const { views } = request.server.console;
  const inDialog = request.headers["hx-request-type"] === "partial";
  const all = { ...frameOf(request, reply), ...options, ...data };
  const html = inDialog
    ? views.dialog(view, all)
    : views.dialogPage(view, { ...all, paused: await pausedNow(request) });
  return reply.type("text/html; charset=utf-8").send(html);
};
