import { search } from "@billpost/db/operators/search";
import { Type } from "typebox";
import { endpoint } from "../../http/endpoint.ts";
import { listOf } from "../../http/paging.ts";
import { lineOf, nullableString } from "../../schemas/values.ts";
import type { App } from "../../server.ts";

const SearchHitSchema = Type.Object(
  {
    type: Type.Enum(["order", "invoice", "customer", "job"]),
    key: Type.String({ description: "As the API names it.", examples: ["ORD-2026-000001"] }),
    label: Type.String({ description: "The buyer's name, or a job's task." }),
    state: nullableString("An order's invoice status, an invoice's kind, a job's state.", "issued"),
    clientId: Type.Unsafe<number | null>({ type: ["integer", "null"], description: "Whose it is." }),
    matched: Type.Enum(["job", "order", "invoice", "email", "external_ref", "ses_message", "request"], {
      description: "What the text was taken for.",
    }),
  },
  { title: "SearchHit", description: "Something that the text is the name of." },
);

const Search = endpoint({
  scope: "operator:read",
  tag: "Operations",
  operationId: "search",
  summary: "Find whatever a text is the name of",
  description:
    "The number of an order or invoice, a customer's email address, an external reference, an SES message id, a request id, a job's id; of every client, in any case.",
  querystring: Type.Object(
    { q: lineOf(320, "What was typed.", "ORD-2026-000001") },
    { additionalProperties: false },
  ),
  response: { 200: listOf(SearchHitSchema, "Everything found, in one page; 20 of each kind at most.") },
});

export const addSearchRoutes = (app: App): void => {
  app.get("/api/search", Search, async ({ query: { q } }) => ({
    data: await search(app.services.db, q),
    nextCursor: null,
  }));
};
