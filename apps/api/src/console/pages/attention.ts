import type { App } from "../../server.ts";
import { reading } from "../kit.ts";

/** The home page: what needs somebody. */
export const addAttentionPage = (app: App): void => {
  app.get("/", reading, async (_request, reply) => reply.redirect("/console/orders", 303));
};
