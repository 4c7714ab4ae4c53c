import { Readable } from "node:stream";
import type { IncomingMessage } from "node:http";
import { contextOf } from "../context.ts";
import { allowLongUpload } from "../http/client-error.ts";
import { endpoint } from "../http/endpoint.ts";
import { importOrders } from "../operations/import-orders.ts";
import { ImportedOrderSchema, ImportResultSchema } from "../schemas/order-import.ts";
import type { App } from "../server.ts";

const jsonLines = "application/x-ndjson";

const ImportOrders = endpoint({
  scope: "orders:write",
  tag: "Orders",
  operationId: "importOrders",
  summary: "Import orders of the past",
  description:
    "JSON Lines in, JSON Lines out, both streamed: one order a line, each all or nothing, in groups as they come, " +
    "with the outcome of each line and a summary at the end. A line that is wrong is refused and the rest goes on. " +
    "It can be sent again at any time: a line whose `externalRef` has an equal order answers `already_imported`. " +
    "Imported orders are invoiced elsewhere (`invoiceStatus` is `external`): nothing is issued, mailed or missed " +
    "until a batch of kind `issue` selects them. Read the answer while you send.",
  lines: true,
  body: ImportedOrderSchema,
  response: { 200: ImportResultSchema },
  content: { 200: { [jsonLines]: ImportResultSchema } },
});

/**
 * Answers wait here while the caller only sends: about 80,000 of them. After that nothing more is read until some
 * are taken, in bytes.
 */
const answersHeld = 8 * 1024 * 1024;
/** A caller that neither sends nor reads for so long is gone, in ms. */
const longestSilenceMs = 60_000;

export const addOrderImportRoute = (app: App): void => {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The stream itself; its length is not limited, only its lines are.
    scope.addContentTypeParser([jsonLines, "application/jsonl"], (_request, payload, done) =>
      done(null, payload),
    );
    scope.setValidatorCompiler(() => () => true);
    scope.post("/api/orders/import", ImportOrders, async (request, reply) => {
      const { raw, log } = request;
      allowLongUpload(raw.socket);
      raw.setTimeout(longestSilenceMs);
      const results = importOrders(contextOf(request), request.body as IncomingMessage, {
        stopping: () => app.lifecycle.stopping,
        onFailure: (error) => log.error({ err: error }, "lines of an import failed"),
      });
      return reply
        .header("connection", "close")
        .type(jsonLines)
        .send(Readable.from(results, { objectMode: false, highWaterMark: answersHeld }));
    });
  });
};
