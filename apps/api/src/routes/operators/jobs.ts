import { listJobs } from "@billpost/db/operators/jobs";
import { Type } from "typebox";
import { endpoint } from "../../http/endpoint.ts";
import { listOf, pageOf, pagingQuery, readCursor } from "../../http/paging.ts";
import { readJob } from "../../operations/operators/jobs.ts";
import { filterInQuery, jobFilterQuery } from "../../schemas/operators/job-filter.ts";
import { JobDetailSchema, JobSchema, presentJob, presentJobDetail } from "../../schemas/operators/jobs.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";

const tag = "Operations";

const ListJobs = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listJobs",
  summary: "List jobs, newest first",
  description:
    "A job is one unit of work of any task: issuing an invoice, a delivery, a new PDF, a check. It has one id for life. Every client's jobs are listed; every condition that is given must hold.",
  errors: ["invalid_cursor"],
  querystring: Type.Object(
    {
      ...pagingQuery,
      ...jobFilterQuery,
      order: Type.Optional(
        Type.Enum(["newest", "oldest"], { default: "newest", description: "Which first." }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: listOf(JobSchema, "A page of jobs.") },
});

const GetJob = endpoint({
  scope: "operator:read",
  tag,
  operationId: "getJob",
  summary: "Read everything known of a job",
  errors: ["job_not_found"],
  params: Type.Object({ jobId: idOf("The job's id.") }),
  response: { 200: JobDetailSchema },
});

export const addJobRoutes = (app: App): void => {
  const { db } = app.services;

  app.get("/api/jobs", ListJobs, async ({ query: { limit = 20, cursor, order = "newest", ...filter } }) => {
    const list = `jobs-${order}`;
    const page = {
      limit: limit + 1,
      beyondId: readCursor(cursor, list, 1)?.[0],
      oldestFirst: order === "oldest",
    };
    const jobs = await listJobs(db, filterInQuery(filter), page);
    return pageOf(jobs, limit, list, ({ id }) => [id], presentJob);
  });

  app.get("/api/jobs/:jobId", GetJob, async ({ params: { jobId } }) =>
    presentJobDetail(await readJob({ db }, jobId)),
  );
};
