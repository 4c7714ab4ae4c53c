import type { JobAct } from "@billpost/domain/operators/job-acts";
import type { NextAct, Standing, Verdict } from "@billpost/domain/operators/verdict";
import { actWords } from "./act-words.ts";
import { lookOf } from "./looks.ts";

const tones: Readonly<Record<Standing, string>> = {
  act: "bad",
  stuck: "warn",
  moving: "busy",
  settled: "good",
};

interface Link {
  readonly href: string;
  readonly text: string;
  readonly dialog?: true;
}

const onJob =
  (act: JobAct) =>
  ({ act: { jobId } }: Verdict): Link | undefined =>
    jobId === null
      ? undefined
      : { href: `/console/jobs/${jobId}/acts/${act}`, text: actWords[act].title, dialog: true };

/** What a verdict's next safe act leads to here. */
const links: Partial<Readonly<Record<NextAct, (verdict: Verdict) => Link | undefined>>> = {
  retry: onJob("retry"),
  release: onJob("release"),
  settle: onJob("settle"),
  "correct-address": onJob("correct-address"),
  "complete-billing": ({ orderId }) =>
    orderId === null
      ? undefined
      : { href: `/console/orders/${orderId}#billing`, text: "Complete the billing details" },
  resend: ({ invoiceNumber }) =>
    invoiceNumber === null
      ? undefined
      : { href: `/console/invoices/${invoiceNumber}#resend`, text: "Send again" },
  issue: ({ orderId }) =>
    orderId === null ? undefined : { href: `/console/orders/${orderId}#issue`, text: "Issue it here" },
  "clear-suppression": (verdict) =>
    onJob("correct-address")(verdict) ?? { href: "/console/suppressed", text: "Suppressed addresses" },
  resume: () => ({ href: "/console/tasks", text: "Tasks and stages" }),
  "start-workers": () => ({ href: "/console/workers", text: "Workers" }),
  reconcile: () => ({ href: "/console/proof", text: "Proof" }),
};

/** The verdict as the page of an order, an invoice or a customer opens with it. */
const verdictView = (verdict: Verdict) => {
  const { code, standing, sentence, act, orderId, invoiceNumber } = verdict;
  return {
    tone: code === "ambiguous" ? "odd" : tones[standing],
    icon: standing === "settled" ? "check" : lookOf(code).icon,
    sentence,
    next: act.sentence,
    link: links[act.name]?.(verdict),
    suppressed: act.suppressionId !== null,
    jobId: act.jobId,
    orderId,
    invoiceNumber,
  };
};

/** The worst one in full, and what else there is to say. */
export const verdictsView = ([worst, ...others]: readonly [Verdict, ...Verdict[]]) => ({
  verdict: verdictView(worst),
  otherVerdicts: others.slice(0, 10).map(verdictView),
  // What else needs somebody is not to be overlooked.
  othersNeed: others.some(({ standing }) => standing === "act" || standing === "stuck"),
});
