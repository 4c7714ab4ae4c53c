import type { ConsoleSettings } from "../config.ts";
import { refusal } from "../http/problems.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import type { App } from "../server.ts";
import { addAssets } from "./assets.ts";
import { replyWithPage } from "./error-page.ts";
import { addForms } from "./forms.ts";
import { setSecurityHeaders } from "./headers.ts";
import { addLiveFeed } from "./live.ts";
import { addAttentionPages } from "./pages/attention.ts";
import { addBulkPages } from "./pages/bulk.ts";
import { addBatchPages } from "./pages/batches.ts";
import { addWorkerPages } from "./pages/workers.ts";
import { addAuditPages } from "./pages/audit.ts";
import { addFailurePages } from "./pages/failures.ts";
import { addSuppressedPages } from "./pages/suppressed.ts";
import { addCustomerPages } from "./pages/customers.ts";
import { addInvoicePages } from "./pages/invoices.ts";
import { addJobActPages } from "./pages/job-acts.ts";
import { addJobPages } from "./pages/jobs.ts";
import { addSearchPage } from "./pages/search.ts";
import { addTaskPages } from "./pages/tasks.ts";
import { addOrderPages } from "./pages/orders.ts";
import { addClientPages } from "./pages/clients.ts";
import { addProductPages } from "./pages/products.ts";
import { addProofPages } from "./pages/proof.ts";
import { addSignIn } from "./pages/sign-in.ts";
import { version } from "@billpost/runtime/version";
import { addSessions } from "./session.ts";
import { loadViews } from "./views.ts";

/**
 * The operators' console: server-rendered pages over the same operations as the REST API. Everything in here
 * needs a session but the sign-in page and the assets; whatever changes something needs the scope `operator` and the
 * session's token, too.
 */
export const addConsole = async (app: App, settings: ConsoleSettings, limits: RateLimits): Promise<void> => {
  const views = loadViews(version);
  await app.register(
    async (scope) => {
      const inside = scope as unknown as App;
      inside.decorate("console", { settings, views, limits });
      inside.addHook("onRequest", setSecurityHeaders);
      inside.setErrorHandler(replyWithPage);
      addForms(inside);
      addSessions(inside);
      addAssets(inside);
      addSignIn(inside);
      addLiveFeed(inside);
      addAttentionPages(inside);
      addFailurePages(inside);
      addSuppressedPages(inside);
      addAuditPages(inside);
      addWorkerPages(inside);
      addBatchPages(inside);
      addBulkPages(inside);
      addJobPages(inside);
      addJobActPages(inside);
      addSearchPage(inside);
      addTaskPages(inside);
      addOrderPages(inside);
      addInvoicePages(inside);
      addCustomerPages(inside);
      addProductPages(inside);
      addProofPages(inside);
      addClientPages(inside);
      inside.setNotFoundHandler(async (request) => {
        await limits.countAddress(request);
        throw refusal("route_not_found", "The console has no page of this address.");
      });
    },
    { prefix: "/console" },
  );
};
