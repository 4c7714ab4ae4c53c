import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { operations } from "@billpost/client/api-types";
import type { Command } from "commander";
import { type ActOptions, acting, agreed, wrongUsage } from "../acting.ts";
import { connect } from "../api.ts";
import { parseId } from "../arguments.ts";
import { exitCodeOf, followBatch, showBatch, untilPlanned } from "../batch-progress.ts";
import { given } from "../listing.ts";
import { printJson } from "../output.ts";

type NewBatch = operations["createBatch"]["requestBody"]["content"]["application/json"];
type Filter = NonNullable<NewBatch["selection"]["filter"]>;

interface PlanOptions extends ActOptions {
  readonly file?: string;
  readonly kind?: NewBatch["kind"];
  readonly ref?: string;
  readonly invoices?: string[];
  readonly orders?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly customer?: number;
  readonly product?: number;
  readonly template?: string;
  readonly delivery?: Filter["deliveryState"];
  readonly everything?: boolean;
  readonly only?: NewBatch["only"];
  readonly recipient?: NewBatch["recipient"];
  readonly locale?: string;
  readonly mail?: boolean;
  readonly canary?: number;
  readonly stopAtFailureRate?: number;
  readonly start?: boolean;
  readonly wait?: boolean;
}

const list = (value: string): string[] =>
  value
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

const examples = `
Corrections (reissue) and new billing details are given by --file: the body of POST /api/batches as JSON, which the
other options add to. - reads standard input.

Examples:
  billpost batches plan --kind resend --only bounced --from 2026-01-01 --to 2026-01-31 \\
    --ref bounced-2026-01 --reason "addresses were corrected"
  billpost batches plan --file wrong-rate.json --start --wait --yes`;

/** `batches plan`. */
export const addBatchPlan = (batches: Command): void => {
  acting(
    batches
      .command("plan")
      .description("plan a batch and show what it would do; nothing is sent or issued until it is started")
      .option("--file <file>", "the batch as JSON")
      .option("--kind <kind>", "resend, rerender, reissue or issue")
      .option("--ref <text>", "your own reference; the same one answers the same batch again")
      .option("--invoices <numbers>", "these invoices, with commas between", list)
      .option("--orders <ids>", "these orders, with commas between", list)
      .option("--from <day>", "issued on or after, such as 2026-01-01")
      .option("--to <day>", "issued on or before")
      .option("--customer <id>", "of this customer", parseId)
      .option("--product <id>", "with this product", parseId)
      .option("--template <hash>", "whose latest PDF was made by this template")
      .option("--delivery <state>", "whose latest email is in this state, such as bounced")
      .option("--everything", "all invoices")
      .option("--only <which>", "for resend: all, undelivered or bounced")
      .option("--recipient <whose>", "order: the address that the order has; customer: the one of now")
      .option("--locale <tag>", "for rerender: in this language")
      .option("--mail", "for rerender: mail the new PDFs")
      .option("--canary <n>", "so many first; the rest when none of them failed", parseId)
      .option("--stop-at-failure-rate <share>", "pause when this share failed, such as 0.1", Number)
      .option("--start", "start it as soon as it is planned")
      .option("--wait", "with --start: watch it to its end"),
  )
    .addHelpText("after", examples)
    .action(plan);
};

const plan = async (options: PlanOptions): Promise<void> => {
  const body = await bodyOf(options);
  if (options.dryRun) {
    printJson(body);
    await agreed(`plan this ${body.kind}`, options);
    return;
  }
  if (options.start && !(await agreed(`plan this ${body.kind} and start it at once`, options))) return;
  const billpost = connect();
  const { id } = await billpost.post("/api/batches", { body });
  const planned = await untilPlanned(billpost, id);
  if (options.start && options.wait) return followBatch(billpost, id, options);
  if (planned.state === "failed") process.exitCode = exitCodeOf(planned);
  if (options.json) printJson(planned);
  else showBatch(planned);
};

const bodyOf = async (options: PlanOptions): Promise<NewBatch> => {
  const read = options.file === undefined ? {} : await readBatch(options.file);
  const filter = given({
    from: options.from,
    to: options.to,
    customerId: options.customer,
    productId: options.product,
    templateHash: options.template,
    deliveryState: options.delivery,
  });
  const selection = given({
    invoiceNumbers: options.invoices,
    orderIds: options.orders,
    filter: options.everything || Object.keys(filter).length > 0 ? filter : undefined,
  });
  const body: Partial<NewBatch> = {
    ...read,
    ...(Object.keys(selection).length > 0 ? { selection } : {}),
    ...given({
      kind: options.kind,
      externalRef: options.ref,
      reason: options.reason,
      only: options.only,
      recipient: options.recipient,
      locale: options.locale,
      mail: options.mail,
      canary: options.canary,
      stopAtFailureRate: options.stopAtFailureRate,
      autoStart: options.start,
    }),
  };
  const { kind, reason, selection: chosen } = body;
  if (kind === undefined || reason === undefined || chosen === undefined)
    return wrongUsage(
      "A batch needs --kind, --reason and what it is about: --invoices, --orders, --from, --to and others, or --everything.",
    );
  return { ...body, kind, reason, selection: chosen };
};

const readBatch = async (file: string): Promise<Partial<NewBatch>> => {
  const content = file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  try {
    return JSON.parse(content) as Partial<NewBatch>;
  } catch (error) {
    return wrongUsage(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
};
