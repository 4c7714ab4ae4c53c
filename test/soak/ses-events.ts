import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { TakenMail } from "../src/faulty-ses.ts";
import { hardBounce, notification, publishTo, sesEvent, sign } from "../src/ses-publisher.ts";
import type { Random } from "../simulation/random.ts";

/** An event that SES told of a mail, and whether an API answered that it has it. */
export interface ToldEvent {
  readonly kind: "Send" | "Delivery" | "Bounce" | "Complaint";
  readonly deliveryId: number;
  readonly snsMessageId: string;
  readonly address: string;
  acknowledged: boolean;
}

export interface SesEvents {
  readonly told: readonly ToldEvent[];
  /** Tells of a mail that SES took: of some nothing, of most late, twice, or in another order. */
  tell(mail: TakenMail): void;
  /** Settles when nothing is on its way any more. */
  settle(): Promise<void>;
}

/** Whose mail comes back: their mailboxes are gone, or they complain. */
export const bouncer = (index: number): string => `bounce-${index}@example.com`;

/** SES and SNS as they are: events are signed, come at least once, in any order, and some are lost for good. */
export const startSesEvents = (apis: readonly string[], random: Random): SesEvents => {
  const told: ToldEvent[] = [];
  const underWay = new Set<Promise<void>>();

  const publish = async (event: ToldEvent, body: object): Promise<void> => {
    const message = sign(notification(body, { MessageId: event.snsMessageId }));
    // SNS tries again for far longer than this; no fault here lasts as long.
    for (let tries = 0; tries < 60; tries += 1) {
      await delay(random.below(tries === 0 ? 8_000 : 1_500));
      const status = await publishTo(random.pick(apis), message).catch(() => 0);
      if (status < 200 || status >= 300) continue;
      event.acknowledged = true;
      return;
    }
  };

  const tell = (mail: TakenMail): void => {
    const deliveryId = Number(mail.tags["billpost-delivery"]);
    const address = mail.destinations[0] ?? "";
    if (random.oneIn(8)) return;
    const comesBack = address.startsWith("bounce-");
    const kinds = [
      "Send",
      comesBack ? random.pick(["Bounce", "Bounce", "Complaint"] as const) : "Delivery",
    ] as const;
    for (const kind of kinds) {
      if (random.oneIn(10)) continue;
      const event = { kind, deliveryId, snsMessageId: randomUUID(), address, acknowledged: false };
      told.push(event);
      const body = sesEvent(kind, { messageId: mail.messageId, deliveryId, ...partsOf(kind, address) });
      Object.assign(body.mail.tags, { "billpost-attempt": [mail.tags["billpost-attempt"]] });
      for (let copies = 1 + (random.oneIn(4) ? 1 + random.below(2) : 0); copies > 0; copies -= 1) {
        const done = publish(event, body).finally(() => underWay.delete(done));
        underWay.add(done);
      }
    }
  };
  return {
    told,
    tell,
    async settle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};

const partsOf = (kind: ToldEvent["kind"], address: string): object => {
  const timestamp = "2026-03-01T12:00:01.000Z";
  switch (kind) {
    case "Send":
      return { send: {} };
    case "Delivery":
      return { delivery: { timestamp } };
    case "Bounce":
      return hardBounce(address);
    case "Complaint":
      return { complaint: { complainedRecipients: [{ emailAddress: address }], timestamp } };
    default:
      return kind satisfies never;
  }
};
