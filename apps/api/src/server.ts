import { createObjectStore, type ObjectStore } from "@billpost/storage/object-store";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from "fastify";
import { addAuthentication } from "./auth/authenticate.ts";
import { addConsole } from "./console/console.ts";
import type { ConsoleSettings } from "./config.ts";
import type { Services } from "./context.ts";
import { addBodyCheck } from "./http/bodies.ts";
import { addHostCheck, answerClientError } from "./http/client-error.ts";
import { addDeadline } from "./http/deadline.ts";
import { replyWithProblem } from "./http/errors.ts";
import { readClaim } from "./http/idempotency.ts";
import { addNotFound } from "./http/not-found.ts";
import { addOpenApi } from "./http/openapi.ts";
import { addOverloadGuard } from "./http/overload.ts";
import { createRateLimits, type RateLimits } from "./http/rate-limits.ts";
import { addRequestLog, requestIdOf } from "./http/request-log.ts";
import { addShutdown } from "./http/shutdown.ts";
import { createValidatorCompiler } from "./http/validation.ts";
import { addBatchSteeringRoutes } from "./routes/batch-steering.ts";
import { addBatchRoutes } from "./routes/batches.ts";
import { addBillingDetailsRoutes } from "./routes/billing-details.ts";
import { addClientRoutes } from "./routes/clients.ts";
import { addOrderImportRoute } from "./routes/order-import.ts";
import { addOrderRoutes } from "./routes/orders.ts";
import { addCustomerRoutes } from "./routes/customers.ts";
import { addCreditNoteRoutes } from "./routes/credit-notes.ts";
import { addInvoiceBookRoutes } from "./routes/invoice-books.ts";
import { addInvoiceDocumentRoutes } from "./routes/invoice-documents.ts";
import { addInvoiceRoutes } from "./routes/invoices.ts";
import { addJobActRoutes } from "./routes/operators/job-acts.ts";
import { addWorkerRoutes } from "./routes/operators/workers.ts";
import { addBulkOperationRoutes } from "./routes/operators/bulk-operations.ts";
import { addTaskRoutes } from "./routes/operators/tasks.ts";
import { addOrderCorrectionRoutes } from "./routes/order-corrections.ts";
import { addProductRoutes } from "./routes/products.ts";
import { addReconciliationRoutes } from "./routes/reconciliations.ts";
import { addServiceRoutes } from "./routes/service.ts";
import { addSesWebhook } from "./routes/ses-webhook.ts";
import { addAuditRoutes } from "./routes/operators/audit.ts";
import { addHealthRoutes } from "./routes/operators/health.ts";
import { addJobRoutes } from "./routes/operators/jobs.ts";
import { addVerdictRoutes } from "./routes/operators/verdicts.ts";
import { addSearchRoutes } from "./routes/operators/search.ts";
import { addSuppressionRoutes } from "./routes/operators/suppressions.ts";

/** The server as routes see it: handlers get their types from the schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module "fastify" {
  interface FastifyInstance {
    /** `stopping` makes `/ready` fail, and connections end with the answer that is under way. */
    readonly lifecycle: { stopping: boolean };
    /** The PDFs. */
    readonly store: ObjectStore;
  }
}

/** 200 lines of the longest names fit several times. */
const bodyLimit = 256 * 1024;

/** What every server here has, whatever it serves. */
const createServer = async (services: Services): Promise<{ app: App; rateLimits: RateLimits }> => {
  const { limits, trustProxy } = services.config;
  const logger: FastifyBaseLogger = services.logger;
  const app: App = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: typeof trustProxy === "number" ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit,
    requestTimeout: limits.requestTimeoutMs,
    // Above the idle time-out of the usual load balancers (60 s), so that they are the ones to close.
    keepAliveTimeout: 72_000,
    http: {
      headersTimeout: Math.min(10_000, limits.requestTimeoutMs),
      connectionsCheckingInterval: 1_000,
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: 200 },
    // Requests that are under way when the server closes are answered, not refused.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      reply.header("x-request-id", request.id);
      replyWithProblem(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.decorate("services", services);
  app.decorate("lifecycle", { stopping: false });
  const store = createObjectStore({ ...services.config.s3, ...services.config.aws });
  app.decorate("store", store);
  app.addHook("onClose", async () => store.close());
  app.setValidatorCompiler(createValidatorCompiler());
  app.setErrorHandler(replyWithProblem);
  // Fastify reads text/plain too, and would call it malformed where JSON is wanted.
  app.removeContentTypeParser("text/plain");
  addShutdown(app);
  addRequestLog(app);
  addHostCheck(app);
  addBodyCheck(app);
  addOverloadGuard(app);
  addDeadline(app);
  const rateLimits = await createRateLimits(app);
  addNotFound(app, rateLimits);
  addAuthentication(app, rateLimits);
  app.addHook("preHandler", readClaim);
  return { app, rateLimits };
};

/**
 * The whole API, and the console unless it is off or has an address of its own; not yet listening. Closing it
 * leaves the pool open: that belongs to the caller.
 */
export const buildServer = async (services: Services): Promise<App> => {
  const { app, rateLimits } = await createServer(services);
  await addOpenApi(app);

  addServiceRoutes(app);
  addProductRoutes(app);
  addCustomerRoutes(app);
  addOrderCorrectionRoutes(app);
  addClientRoutes(app);
  addOrderRoutes(app);
  addOrderImportRoute(app);
  addBillingDetailsRoutes(app);
  addInvoiceRoutes(app);
  addCreditNoteRoutes(app);
  addInvoiceDocumentRoutes(app);
  addInvoiceBookRoutes(app);
  addBatchRoutes(app);
  addBatchSteeringRoutes(app);
  addReconciliationRoutes(app);
  addSuppressionRoutes(app);
  addJobRoutes(app);
  addHealthRoutes(app);
  addVerdictRoutes(app);
  addAuditRoutes(app);
  addSearchRoutes(app);
  addTaskRoutes(app);
  addBulkOperationRoutes(app);
  addWorkerRoutes(app);
  addJobActRoutes(app);
  addSesWebhook(app, rateLimits, services.fetchFromSns);
  const { console } = services.config;
  if (console && !console.listen) await addConsole(app, console, rateLimits);
  return app;
};

/** The console alone, for an address of its own. */
export const buildConsoleServer = async (services: Services, settings: ConsoleSettings): Promise<App> => {
  const { app, rateLimits } = await createServer(services);
  await addConsole(app, settings, rateLimits);
  return app;
};
