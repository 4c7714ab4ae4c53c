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
export const frameOf = (request: FastifyRequest, reply: FastifyReply) => {
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

/** Answers with a page of the console. */
export const sendPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  options: PageOptions,
  data: object,
): FastifyReply => {
  const html = request.server.console.views.page(view, { ...frameOf(request, reply), ...options, ...data });
  return reply.type("text/html; charset=utf-8").send(html);
};
