import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type DeliveryEvent,
  type DeliveryState,
  type DeliveryStatus,
  deliveryEvents,
  deliveryRules,
  deliveryStates,
  deliveryTransition,
  maxResends,
  settledStates,
} from "./delivery.ts";

const next = (state: DeliveryState, event: DeliveryEvent, resends = 0) =>
  deliveryTransition({ state, resends }, event)?.to;

/** Every legal step, without a doubt before; what is not named is refused. */
const legal: Readonly<Record<DeliveryState, Partial<Record<DeliveryEvent, DeliveryState>>>> = {
  pending: {
    begun: "rendering",
    documents_stored: "stored",
    attempt_failed: "pending",
    gave_up: "failed",
    crashed: "pending",
    handed_back: "pending",
    quarantined: "quarantined",
    retried: "pending",
    cancelled: "cancelled",
    handled: "handled",
  },
  rendering: {
    begun: "rendering",
    documents_stored: "stored",
    attempt_failed: "pending",
    gave_up: "failed",
    crashed: "pending",
    handed_back: "pending",
    quarantined: "quarantined",
    cancelled: "cancelled",
  },
  stored: {
    documents_stored: "stored",
    send_started: "sending",
    attempt_failed: "stored",
    gave_up: "failed",
    crashed: "stored",
    handed_back: "stored",
    suppressed: "suppressed",
    quarantined: "quarantined",
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    retried: "stored",
    cancelled: "cancelled",
    handled: "handled",
  },
  sending: {
    accepted: "sent",
    throttled: "throttled",
    reply_lost: "ambiguous",
    attempt_failed: "stored",
    gave_up: "failed",
    crashed: "ambiguous",
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    ses_reject: "failed",
  },
  sent: {
    accepted: "sent",
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    ses_reject: "failed",
  },
  delivered: {
    accepted: "delivered",
    ses_send: "delivered",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    ses_reject: "delivered",
  },
  bounced: {
    accepted: "bounced",
    ses_send: "bounced",
    ses_delivery: "bounced",
    ses_bounce: "bounced",
    ses_complaint: "bounced",
    ses_reject: "bounced",
    handled: "handled",
  },
  ambiguous: {
    resend_started: "sending",
    attempt_failed: "ambiguous",
    gave_up: "ambiguous",
    crashed: "ambiguous",
    handed_back: "ambiguous",
    suppressed: "ambiguous",
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    ses_reject: "failed",
    resent_by_hand: "stored",
    confirmed_sent: "sent",
    cancelled: "cancelled",
    handled: "handled",
  },
  throttled: {
    send_started: "sending",
    attempt_failed: "throttled",
    gave_up: "failed",
    crashed: "throttled",
    handed_back: "throttled",
    suppressed: "suppressed",
    quarantined: "quarantined",
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    retried: "throttled",
    cancelled: "cancelled",
    handled: "handled",
  },
  suppressed: {
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    retried: "pending",
    cancelled: "cancelled",
    handled: "handled",
  },
  quarantined: {
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    retried: "pending",
    cancelled: "cancelled",
    handled: "handled",
  },
  failed: {
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
    ses_reject: "failed",
    retried: "pending",
    cancelled: "cancelled",
    handled: "handled",
  },
  cancelled: {
    ses_send: "sent",
    ses_delivery: "delivered",
    ses_bounce: "bounced",
    ses_complaint: "delivered",
  },
  handled: {
    ses_send: "handled",
    ses_delivery: "handled",
    ses_bounce: "handled",
    ses_complaint: "handled",
    ses_reject: "handled",
  },
};

test("every event in every state does what is written down here, or is refused", () => {
  for (const state of deliveryStates)
    for (const event of deliveryEvents)
      expect([state, event, next(state, event)]).toEqual([state, event, legal[state][event]]);
});

test("every rule is used by some state", () => {
  for (const rule of deliveryRules) {
    const used = rule.from.some((state) =>
      [0, 1].some((resends) => {
        const first = deliveryRules.find(
          (other) =>
            other.event === rule.event &&
            other.from.includes(state) &&
            (other.when === undefined || (other.when === "in_doubt" ? resends > 0 : resends < maxResends)),
        );
        return first === rule;
      }),
    );
    expect([rule.event, used]).toEqual([rule.event, true]);
  }
});

test("what may have been sent is never called failed: giving up after a doubt leaves it in doubt", () => {
  for (const state of ["stored", "sending", "throttled", "ambiguous"] as const)
    expect(next(state, "gave_up", 1)).toBe("ambiguous");
});

/** What may happen next, without what changes nothing and what ends the story. */
const moves = (status: DeliveryStatus): DeliveryEvent[] =>
  deliveryEvents.filter((event) => {
    if (event === "cancelled" || event === "handled" || event.startsWith("ses_")) return false;
    const transition = deliveryTransition(status, event);
    return transition && (transition.to !== status.state || transition.resends !== status.resends);
  });

test("whatever happens, at most one message is sent by itself after a doubt", () => {
  let reached = 0;
  fc.assert(
    fc.property(fc.array(fc.nat(99), { maxLength: 40 }), (picks) => {
      let status: DeliveryStatus = { state: "stored", resends: 0 };
      let automatic = 0;
      for (const pick of picks) {
        const possible = moves(status);
        const event = possible[pick % possible.length];
        const transition = event && deliveryTransition(status, event);
        if (!transition) break;
        if (event === "resend_started") automatic += 1;
        status = { state: transition.to, resends: transition.resends };
      }
      reached += automatic;
      expect(automatic).toBeLessThanOrEqual(maxResends);
    }),
    { numRuns: 3_000 },
  );
  expect(reached).toBeGreaterThan(0);
});

test("an attempt to send begins only from stored documents, a wait, or the one resend", () => {
  const begins = deliveryStates.filter(
    (state) =>
      state !== "sending" &&
      [0, 1].some((resends) =>
        deliveryEvents.some((event) => deliveryTransition({ state, resends }, event)?.to === "sending"),
      ),
  );
  expect(begins).toEqual(["stored", "ambiguous", "throttled"]);
  expect(deliveryTransition({ state: "ambiguous", resends: maxResends }, "resend_started")).toBeUndefined();
});

test("no event of a worker moves a delivery that is settled", () => {
  const ofWorkers = deliveryEvents.slice(0, deliveryEvents.indexOf("ses_send"));
  for (const state of settledStates)
    for (const event of ofWorkers) expect([undefined, state]).toContain(next(state, event));
});

test("events from SES end in the same state in whatever order they come, however often", () => {
  const story = fc.constantFrom<readonly DeliveryEvent[]>(
    ["accepted", "ses_send", "ses_delivery"],
    ["accepted", "ses_send", "ses_bounce"],
    ["accepted", "ses_send", "ses_delivery", "ses_bounce"],
    ["accepted", "ses_send", "ses_delivery", "ses_complaint"],
  );
  const told = story.chain((events) =>
    fc.shuffledSubarray([...events, ...events], {
      minLength: events.length * 2,
      maxLength: events.length * 2,
    }),
  );
  fc.assert(
    fc.property(told, (events) => {
      let status: DeliveryStatus = { state: "sending", resends: 0 };
      for (const event of events) {
        const transition = deliveryTransition(status, event);
        expect(transition, `${event} in ${status.state}`).toBeDefined();
        if (transition) status = { state: transition.to, resends: transition.resends };
      }
      expect(status.state).toBe(events.includes("ses_bounce") ? "bounced" : "delivered");
    }),
  );
});
