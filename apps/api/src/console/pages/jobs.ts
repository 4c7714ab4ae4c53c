import { readJobs } from "@billpost/db/operators/job-state";
import { listJobs } from "@billpost/db/operators/jobs";
import { taskNames } from "@billpost/db/operators/task-stages";
import { decideAct, jobActs } from "@billpost/domain/operators/job-acts";
import { Type } from "typebox";
import { readJob } from "../../operations/operators/jobs.ts";
import {
  errorClasses,
  filterInQuery,
  jobFilterQuery,
  jobStates,
} from "../../schemas/operators/job-filter.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { actWords, usualAct } from "../act-words.ts";
import { withUsualAct } from "../job-rows.ts";
import { reading } from "../kit.ts";
import { addressWith, listed, optionsOf, pageSize, placeInList } from "../lists.ts";
import { machinePicture } from "../machine-picture.ts";
import { sendPage } from "../page.ts";
import { whyOf } from "../why.ts";

const listQuery = Type.Object({ ...placeInList, ...jobFilterQuery }, { additionalProperties: false });
const params = Type.Object({ id: idOf("The job's id.") });

/** What operators mean most often, as states. */
const presets = [
  { name: "Needs somebody", state: "blocked,failed,ambiguous,quarantined,suppressed" },
  { name: "Under way", state: "waiting,scheduled,running,retrying,throttled" },
  { name: "Done", state: "done,handled,cancelled" },
  { name: "All", state: undefined },
] as const;

/** What an address holds beyond the fields of the filter's form, as words that can be taken away. */
const chipsOf = (url: string, query: Readonly<Record<string, string | number | undefined>>) =>
  (
    [
      ["orderId", "order"],
      ["invoiceNumber", "invoice"],
      ["customerId", "customer"],
      ["email", "email"],
      ["batchId", "batch"],
      ["fingerprint", "fingerprint"],
      ["externalRef", "reference"],
      ["sesMessageId", "message"],
      ["requestId", "request"],
      ["createdFrom", "from"],
      ["createdTo", "before"],
    ] as const
  ).flatMap(([name, word]) =>
    query[name] === undefined
      ? []
      : [
          {
            name,
            word,
            value: String(query[name]),
            without: addressWith(url, { [name]: undefined, before: undefined }),
          },
        ],
  );

/** Where all jobs of the list are acted on. Everything is never meant by accident: a filter is needed. */
const bulkAddress = (query: Readonly<Record<string, string | number | undefined>>): string | undefined => {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  if (given.length === 0) return undefined;
  return `/console/bulk-operations/new?${new URLSearchParams([["action", "retry"], ...given]).toString()}`;
};

const withoutNo = (detail: Readonly<Record<string, unknown>> | null) => {
  const said = Object.entries(detail ?? {}).filter(([, value]) => value !== false);
  return said.length === 0 ? undefined : Object.fromEntries(said);
};

/** Work of every kind: what is to be done, what was done, and what could not be. */
export const addJobPages = (app: App): void => {
  const { db } = app.services;

  app.get("/jobs", { ...reading, schema: { querystring: listQuery } }, async (request, reply) => {
    const { before, ...query } = request.query;
    const filter = filterInQuery(query);
    const jobs = await listJobs(db, filter, { limit: pageSize + 1, beyondId: before });
    return sendPage(
      request,
      reply,
      "jobs",
      { title: "Jobs", nav: "jobs", live: true },
      {
        ...listed(request.url, jobs.map(withUsualAct)),
        presets: presets.map((preset) => ({
          ...preset,
          href: addressWith(request.url, { state: preset.state, before: undefined }),
          chosen: query.state === preset.state,
        })),
        stateOptions: optionsOf(jobStates, query.state),
        taskOptions: optionsOf(taskNames, query.task),
        classOptions: optionsOf(errorClasses, query.errorClass),
        // Several states are a preset, which the form keeps as it is.
        states: query.state?.includes(",") ? query.state : undefined,
        q: query.q,
        attemptsFrom: query.attemptsFrom,
        olderThanSeconds: query.olderThanSeconds,
        bulkAll: bulkAddress(query),
        chips: chipsOf(request.url, query),
        filtered: Object.values(query).some((value) => value !== undefined),
        search: query.q ?? "",
      },
    );
  });

  app.get("/jobs/:id", { ...reading, schema: { params } }, async (request, reply) => {
    const { job, timeline, machine } = await readJob({ db }, request.params.id);
    const [atHand] = await readJobs(db, [job.id]);
    const possible = atHand ? jobActs.filter((act) => decideAct(atHand.facts, act).preview.allowed) : [];
    const usual = usualAct(job.state);
    const failure = timeline.findLast(({ event }) => event === "failed" || event === "crashed");
    return sendPage(
      request,
      reply,
      "job",
      { title: `Job ${job.id}`, nav: "jobs", live: true },
      {
        job,
        // A stage that says no to a question says nothing.
        timeline: timeline.map((entry) => ({ ...entry, detail: withoutNo(entry.detail) })),
        failure,
        bare: Object.keys(job.payload).length === 0,
        // Issuing is asked for in the order's own transaction, other work after it.
        askedLater: job.createdAt.getTime() - (job.orderPlacedAt?.getTime() ?? Number.NaN) || undefined,
        why: whyOf(job),
        acts: possible
          .toSorted((a, b) => Number(b === usual) - Number(a === usual))
          .map((act) => ({ ...actWords[act], act, usual: act === usual })),
        picture: machine && machinePicture(machine),
      },
    );
  });
};
