import { deliveryRules, type DeliveryEvent, type DeliveryState, deliveryStates } from "../delivery.ts";

interface DeliveryStep {
  readonly from: DeliveryState;
  readonly event: DeliveryEvent;
  readonly to: DeliveryState;
}

/** The delivery state machine as a picture needs it, with where a delivery stands in it. */
export interface DeliveryMachine {
  readonly states: readonly DeliveryState[];
  /** Every change of state that there is; what changes nothing is left out. */
  readonly transitions: readonly DeliveryStep[];
  readonly current: DeliveryState;
}

const transitions: readonly DeliveryStep[] = deliveryRules.flatMap(({ from, event, to }) =>
  to === "same" ? [] : from.filter((state) => state !== to).map((state) => ({ from: state, event, to })),
);

export const deliveryMachine = (current: DeliveryState): DeliveryMachine => ({
  states: deliveryStates,
  transitions,
  current,
});
