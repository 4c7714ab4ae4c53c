import { Type, type Static } from "typebox";
import { Check } from "typebox/value";
import type { SesEvent } from "@billpost/db/ses-events";

const Recipients = Type.Array(
  Type.Object({
    emailAddress: Type.String({ maxLength: 320 }),
    status: Type.Optional(Type.String()),
  }),
);

/** What we read of an event that SES publishes; whatever else it holds is left alone. */
const Published = Type.Object({
  // By a configuration set; `notificationType` is what an identity's own feedback calls it.
  eventType: Type.Optional(Type.String()),
  notificationType: Type.Optional(Type.String()),
  mail: Type.Object({
    messageId: Type.String({ minLength: 1, maxLength: 200 }),
    timestamp: Type.String(),
    tags: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
  }),
  delivery: Type.Optional(
    Type.Object({ timestamp: Type.Optional(Type.String()), smtpResponse: Type.Optional(Type.String()) }),
  ),
  bounce: Type.Optional(
    Type.Object({
      bounceType: Type.String(),
      bounceSubType: Type.Optional(Type.String()),
      bouncedRecipients: Recipients,
      timestamp: Type.Optional(Type.String()),
    }),
  ),
  complaint: Type.Optional(
    Type.Object({
      complainedRecipients: Recipients,
      complaintFeedbackType: Type.Optional(Type.String()),
      complaintSubType: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      timestamp: Type.Optional(Type.String()),
    }),
  ),
  reject: Type.Optional(Type.Object({ reason: Type.Optional(Type.String()) })),
});
type Published = Static<typeof Published>;

/** The tag that SES itself puts on a message sent through a configuration set. */
const configurationSetTag = "ses:configuration-set";
/** The tag by which the worker names the delivery that a message is for. */
const deliveryTag = "billpost-delivery";
/** And the claim, as `<work item>-<fence>`. */
const attemptTag = "billpost-attempt";

const word = (text: string | null | undefined): string | undefined =>
  // A kind is a word or two; anything else could be a text that somebody wrote.
  text && /^[A-Za-z0-9 _.-]{1,60}$/.test(text) ? text : undefined;

const instant = (...candidates: (string | undefined)[]): Date | undefined =>
  candidates.map((text) => new Date(text ?? Number.NaN)).find((date) => !Number.isNaN(date.getTime()));

const addresses = (recipients: Static<typeof Recipients>): string[] =>
  recipients.map(({ emailAddress }) => /<([^<>]+)>\s*$/.exec(emailAddress)?.[1] ?? emailAddress);

/** Enhanced status codes (RFC 3463), such as 5.1.1. */
const statuses = (recipients: Static<typeof Recipients>): string[] =>
  recipients.flatMap(({ status }) => (status && /^\d\.\d{1,3}\.\d{1,3}$/.test(status) ? [status] : []));

/**
 * Reads what SES published. `unrelated`: not an event, of a kind that is not kept (opens, clicks, delays), or of
 * another configuration set than `configurationSet`. Names and addresses are left out of the detail.
 */
export const readSesEvent = (
  message: string,
  configurationSet: string,
): Omit<SesEvent, "snsMessageId"> | "unrelated" => {
  const event = parse(message);
  if (!event) return "unrelated";
  const { mail, bounce, complaint, delivery, reject } = event;
  const set = mail.tags?.[configurationSetTag]?.[0];
  if (set !== undefined && set !== configurationSet) return "unrelated";
  const common = {
    sesMessageId: mail.messageId,
    deliveryId: numberIn(/^[1-9]\d{0,15}$/.exec(mail.tags?.[deliveryTag]?.[0] ?? "")?.[0]),
    fence: numberIn(/^\d+-([1-9]\d{0,15})$/.exec(mail.tags?.[attemptTag]?.[0] ?? "")?.[1]),
    stoppedAddresses: [],
  };
  switch (event.eventType ?? event.notificationType ?? "") {
    case "Send":
      return { ...common, type: "send", detail: {}, occurredAt: instant(mail.timestamp) };
    case "Delivery":
      return {
        ...common,
        type: "delivery",
        detail: {},
        occurredAt: instant(delivery?.timestamp, mail.timestamp),
      };
    case "Reject":
      return {
        ...common,
        type: "reject",
        detail: { reason: word(reject?.reason) },
        occurredAt: instant(mail.timestamp),
      };
    case "Bounce": {
      if (!bounce) return "unrelated";
      const permanent = bounce.bounceType === "Permanent";
      return {
        ...common,
        type: "bounce",
        permanent,
        detail: {
          bounceType: word(bounce.bounceType),
          bounceSubType: word(bounce.bounceSubType),
          statuses: statuses(bounce.bouncedRecipients),
        },
        stoppedAddresses: permanent ? addresses(bounce.bouncedRecipients) : [],
        occurredAt: instant(bounce.timestamp, mail.timestamp),
      };
    }
    case "Complaint": {
      if (!complaint) return "unrelated";
      return {
        ...common,
        type: "complaint",
        detail: {
          feedbackType: word(complaint.complaintFeedbackType),
          subType: word(complaint.complaintSubType),
        },
        stoppedAddresses: addresses(complaint.complainedRecipients),
        occurredAt: instant(complaint.timestamp, mail.timestamp),
      };
    }
    default:
      return "unrelated";
  }
};

const numberIn = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

const parse = (message: string): Published | undefined => {
  try {
    const value: unknown = JSON.parse(message);
    return Check(Published, value) ? value : undefined;
  } catch {
    return undefined;
  }
};
