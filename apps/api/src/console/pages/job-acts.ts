import { jobActs } from "@billpost/domain/operators/job-acts";
import { Type } from "typebox";
import { refusal } from "../../http/problems.ts";
import { actOnJob, previewAct } from "../../operations/operators/act-on-job.ts";
import { correctAddress } from "../../operations/operators/correct-address.ts";
import {
  ActBody,
  CorrectAddressBody,
  outcomeOf,
  RescheduleBody,
  SettleBody,
} from "../../schemas/operators/job-acts.ts";
import { idOf } from "../../schemas/values.ts";
import type { App } from "../../server.ts";
import { actWords } from "../act-words.ts";
import { checked, fieldOf, type Form, formOf, goOn } from "../forms.ts";
import { acting, contextFor, reading, sessionOf } from "../kit.ts";
import { sendDialog } from "../page.ts";

const params = Type.Object({ id: idOf("The job's id."), act: Type.Enum(jobActs) });
const querystring = Type.Object({ outcome: Type.Optional(outcomeOf) }, { additionalProperties: false });

/** What the form of every act says besides its own fields. */
const common = (form: Form) => ({
  ...optional("token", fieldOf(form, "token")),
  ...optional("reason", fieldOf(form, "reason")),
});

const optional = <Name extends string>(name: Name, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: string };

/** A date and time without a zone, as browsers send it, is meant in UTC: the form says so. */
const instantIn = (text: string | undefined): string =>
  text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)
    ? `${text.length === 16 ? `${text}:00` : text}Z`
    : (text ?? "");

/** Each act on one job: what it would do first, then the act, exactly that or nothing. */
export const addJobActPages = (app: App): void => {
  const { db } = app.services;

  app.get("/jobs/:id/acts/:act", { ...reading, schema: { params, querystring } }, async (request, reply) => {
    const { id, act } = request.params;
    const outcome = act === "settle" ? (request.query.outcome ?? "was_sent") : undefined;
    const preview = await previewAct({ db }, id, act, outcome);
    const words = actWords[act];
    return sendDialog(
      request,
      reply,
      "job-act",
      { title: `${words.title}: job ${id}`, nav: "jobs" },
      {
        id,
        act,
        outcome,
        preview,
        words: outcome === "send_again" ? { ...words, button: "Send it again" } : words,
        danger: preview.mayMailTwice,
      },
    );
  });

  app.post("/jobs/:id/acts/:act", { ...acting, schema: { params } }, async (request, reply) => {
    const { id, act } = request.params;
    const form = formOf(request);
    const context = contextFor(request, sessionOf(request).clientId);
    const said = common(form);
    const written = await (() => {
      if (act === "correct-address")
        return correctAddress(
          context,
          id,
          checked(CorrectAddressBody, {
            ...said,
            email: fieldOf(form, "email") ?? "",
            ...optional("name", fieldOf(form, "name")),
            updateCustomer: fieldOf(form, "updateCustomer") === "yes",
          }),
        );
      if (act === "reschedule")
        return actOnJob(
          context,
          id,
          act,
          checked(RescheduleBody, { ...said, runAt: instantIn(fieldOf(form, "runAt")) }),
        );
      if (act === "settle")
        return actOnJob(
          context,
          id,
          act,
          checked(SettleBody, { ...said, outcome: fieldOf(form, "outcome") }),
        );
      return actOnJob(context, id, act, checked(ActBody, said));
    })();
    const result = JSON.parse(written.body) as { summary?: string; newJobId?: number | null };
    if (written.status >= 400) throw refusal("internal_error", "The act did not answer.");
    return goOn(
      request,
      reply,
      `/console/jobs/${result.newJobId ?? id}`,
      `${actWords[act].done} ${result.summary ?? ""}`.trim(),
    );
  });
};
