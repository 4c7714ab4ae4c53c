import type { DeliveryFacts, Situation, Verdict } from "./verdict.ts";
import {
  at,
  listInWords,
  quoted,
  type Subject,
  verdict,
  waitingVerdict,
  workVerdict,
} from "./verdict-work.ts";

const neverWentOut: readonly string[] = ["failed", "quarantined", "suppressed", "cancelled"];

/**
 * What became of the email with one or more documents, by the state of its delivery. `sentBefore`: an earlier one
 * with the same was sent, so that the customer has it.
 */
export const deliveryVerdict = (
  orderId: string,
  numbers: readonly string[],
  delivery: DeliveryFacts,
  situation: Situation,
  sentBefore = false,
): Verdict => {
  const { state, work, suppression } = delivery;
  const names = listInWords(numbers);
  const plural = numbers.length > 1;
  const subject: Subject = {
    orderId,
    invoiceNumber: numbers[0] ?? null,
    deliveryId: delivery.id,
    lead: `${names} ${plural ? "are" : "is"} issued but not yet sent`,
    harmless: "Nothing was sent, so a retry cannot mail twice.",
  };
  const about = (lead: string): Subject => ({
    ...subject,
    lead: `${names} ${plural ? lead.replace(/^was /, "were ").replace(/^is /, "are ") : lead}`,
  });
  const jobId = work ? { jobId: work.id } : {};
  if (sentBefore && neverWentOut.includes(state))
    return verdict(about("was sent before"), state as "failed", "act", `sending it again ended as ${state}`, {
      name: "none",
      sentence:
        "Nothing, unless the customer asks for a second email: its job says what a retry would do, and can be marked as handled.",
      ...jobId,
    });
  switch (state) {
    case "pending":
    case "rendering":
    case "stored":
    case "throttled":
      return workVerdict(work, goingOn(subject, delivery, names, plural), situation);
    case "sending":
      return work?.state === "running"
        ? workVerdict(work, about("is being sent"), situation)
        : verdict(
            about("may or may not have been sent"),
            "ambiguous",
            "stuck",
            "its worker ended while it was sending",
            {
              name: "reconcile",
              sentence:
                "Start a reconciliation: it takes over what a dead worker left, and sends nothing by itself. Then it can be settled.",
              ...jobId,
            },
          );
    case "ambiguous":
      return inDoubt(about("may or may not have been sent"), delivery, situation);
    case "failed":
    case "quarantined":
      return notSent(subject, delivery, situation);
    case "suppressed":
      return suppression
        ? verdict(
            about("was not sent"),
            "suppressed",
            "act",
            `its address gets no mail since ${at(suppression.since)}, after a ${suppression.reason.replaceAll("_", " ")}`,
            {
              name: "clear-suppression",
              sentence:
                "Correct the address and resend; or, when the address is right, clear it and retry. Nothing was sent, so it cannot arrive twice.",
              suppressionId: suppression.id,
              ...jobId,
            },
          )
        : verdict(
            about("was not sent"),
            "suppressed",
            "act",
            "the settings of this installation allow no mail to its address, or did not when it was tried",
            {
              name: "retry",
              sentence:
                "Look at EMAIL_ALLOWLIST; when the address is allowed now, retry. Nothing was sent, so it cannot arrive twice.",
              ...jobId,
            },
          );
    case "bounced":
      return verdict(
        about("was sent and came back"),
        "bounced",
        "act",
        "the recipient's server refused it for good",
        {
          name: "correct-address",
          sentence: "Ask the customer for the right address, then correct it and resend. It never arrived.",
          ...(suppression ? { suppressionId: suppression.id } : {}),
          ...jobId,
        },
      );
    case "cancelled":
      return verdict(about("was not sent"), "cancelled", "act", "an operator cancelled its delivery", {
        name: "resend",
        sentence: "Read in the audit why; send it again when that was a mistake. Nothing of it was sent.",
        ...jobId,
      });
    case "handled":
      return verdict(
        about("was brought to the customer by other means"),
        "handled",
        "settled",
        "an operator marked it as handled",
        {
          name: "none",
          sentence: "Nothing: the audit says what was done.",
          ...jobId,
        },
      );
    case "sent":
      return verdict(
        about("was sent"),
        "sent",
        "settled",
        `SES took it${delivery.sentAt ? ` at ${at(delivery.sentAt)}` : ""} and has not told whether it arrived`,
        {
          name: "none",
          sentence:
            "Nothing: ask the customer to look among unwanted mail before it is sent again, since sending again is a second email.",
          ...jobId,
        },
      );
    case "delivered":
    default:
      return delivery.complained
        ? verdict(
            about("was delivered"),
            "complained",
            "settled",
            "and the recipient called it unwanted, so its address gets no further mail",
            {
              name: "none",
              sentence: "Nothing: ask the customer before the address is cleared.",
              ...(suppression ? { suppressionId: suppression.id } : {}),
              ...jobId,
            },
          )
        : verdict(about("was delivered"), "delivered", "settled", "the recipient's server took it", {
            name: "none",
            sentence: "Nothing: a further email would be a second one.",
            ...jobId,
          });
  }
};

/** How far it has come, for the sentence and for the pauses that concern it. */
const goingOn = (subject: Subject, { state }: DeliveryFacts, names: string, plural: boolean): Subject =>
  state === "stored" || state === "throttled"
    ? {
        ...subject,
        lead: `${names} ${plural ? "are" : "is"} issued and the PDF is stored, but not yet sent`,
        stagesLeft: ["fetch", "send"],
      }
    : { ...subject, lead: `${names} ${plural ? "are" : "is"} issued and the PDF not yet made` };

/** What the delivery's own state says, whatever its job's is. */
const notSent = (subject: Subject, delivery: DeliveryFacts, situation: Situation): Verdict => {
  const { state, work, errorMessage } = delivery;
  if (work?.state === state) return workVerdict(work, subject, situation);
  return verdict(
    subject,
    state === "failed" ? "failed" : "quarantined",
    "act",
    `its delivery is ${state}, ${quoted(errorMessage ?? work?.errorMessage ?? null)}`,
    state === "failed"
      ? {
          name: "retry",
          sentence: `Put right what it says, then retry. ${subject.harmless}`,
          ...(work ? { jobId: work.id } : {}),
        }
      : {
          name: "release",
          sentence: `Find out what ends the worker, then release it. ${subject.harmless}`,
          ...(work ? { jobId: work.id } : {}),
        },
  );
};

/** Only an event of SES or a person can tell. */
const inDoubt = (subject: Subject, { work, resends }: DeliveryFacts, situation: Situation): Verdict => {
  const cause =
    resends > 0
      ? "the reply of SES was lost, also of the one resend that there is"
      : "the reply of SES was lost";
  if (work && !work.finished && work.state !== "failed") {
    const waiting = waitingVerdict(work, { ...subject, harmless: "" }, situation);
    if (waiting.standing === "stuck") return waiting;
    return verdict(
      subject,
      "ambiguous",
      "moving",
      `${cause}; until ${at(work.runAt)} an event of SES may tell, then it is sent once more`,
      {
        name: "wait",
        sentence:
          "Wait: a retry now may send it twice. Settle it when you know that it arrived, or that it did not.",
        jobId: work.id,
      },
    );
  }
  return verdict(subject, "ambiguous", "act", `${cause}, and no event of SES has told`, {
    name: "settle",
    sentence:
      "Ask the customer or look into SES, then settle it: “was sent” sends nothing; “send again” may arrive twice.",
    ...(work ? { jobId: work.id } : {}),
  });
};
