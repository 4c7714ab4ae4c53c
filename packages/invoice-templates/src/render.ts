import { loadTemplates } from "./templates.ts";

/** The bundled templates; `loadTemplates` is for operators who put their own in place. */
export const { renderInvoiceHtml, renderInvoiceEmail, templateHash } = loadTemplates();
