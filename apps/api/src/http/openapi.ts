import { scopes } from "@billpost/domain/scopes";
import { version } from "@billpost/runtime/version";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { shareSchemas } from "./openapi-components.ts";

const introduction = `Take orders, decrement stock and have each order's invoice numbered, rendered, stored and emailed.

**Keys.** Send \`Authorization: Bearer bp_…\`. A key belongs to a client, which owns its orders, customers and
references; the catalogue is shared. What belongs to another client is 404.

**Money** is a JSON number in major units (\`19.99\`) beside a \`currency\`. More decimals than the currency has are refused.

**Safe retries.** Send an \`Idempotency-Key\` with a POST; the same key and body give the same reply, once.

**Errors** are \`application/problem+json\` (RFC 9457) with a stable \`code\`. **Lists** are paged: pass \`nextCursor\` as \`cursor\`.

**Times** are RFC 3339 in UTC.

| scope | allows |
| --- | --- |
${Object.entries(scopes)
  .map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  .join("\n")}`;

/** `/openapi.json`, generated from the routes' schemas, and a page for people at `/docs`. */
export const addOpenApi = async (app: FastifyInstance): Promise<void> => {
  const { publicUrl } = app.services.config;
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Billpost",
        version,
        description: introduction,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [
        { url: new URL(publicUrl).pathname, description: "Where this document came from" },
        { url: publicUrl, description: "The public address" },
      ],
      tags: [
        { name: "Orders" },
        { name: "Products" },
        { name: "Stock" },
        { name: "Customers" },
        { name: "Invoices" },
        { name: "Batches" },
        { name: "Clients and keys", description: "For those who run the installation." },
        { name: "Operations", description: "For those who run the installation." },
        { name: "Service" },
      ],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "An API key: `bp_<prefix>_<secret>`." },
        },
      },
      security: [{ key: [] }],
    },
    // The document is JSON; its type does not say so.
    transformObject: (documents) =>
      "openapiObject" in documents
        ? (shareSchemas(
            JSON.parse(JSON.stringify(documents.openapiObject)),
          ) as typeof documents.openapiObject)
        : documents.swaggerObject,
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json["$id"] === "string" ? json["$id"] : `schema-${index}`,
    },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    theme: { title: "Billpost API" },
    // Everything comes from here; plain HTTP on localhost must not be rewritten to HTTPS.
    staticCSP:
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'none'",
    uiConfig: { layout: "BaseLayout", persistAuthorization: true, tryItOutEnabled: true },
  });
  let text: string | undefined;
  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply.type("application/json; charset=utf-8").send(text);
  });
};
