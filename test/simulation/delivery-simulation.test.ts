import { expect, test } from "vitest";
import { simulationSeed, simulationSteps } from "../src/config.ts";
import { simulateDeliveries } from "./delivery-simulation.ts";
import { allGuards, type Guards } from "./delivery-world.ts";

test("two workers, crashes, pauses and lost replies in any order break no promise of delivery", () => {
  const result = simulateDeliveries(simulationSeed, simulationSteps);
  console.log(`Simulation: seed ${result.seed}, ${result.steps} steps, ${result.deliveries} deliveries`);
  // It went everywhere it was meant to go.
  expect(result.crashes).toBeGreaterThan(100);
  expect(result.pauses).toBeGreaterThan(100);
  expect(result.twice).toBeGreaterThan(0);
  expect(Object.keys(result.ends)).toEqual(
    expect.arrayContaining(["sent", "delivered", "bounced", "ambiguous", "failed", "cancelled", "handled"]),
  );
});

test("the same seed tells the same story", () => {
  expect(simulateDeliveries(7, 5_000)).toEqual(simulateDeliveries(7, 5_000));
});

test.each(Object.keys(allGuards) as (keyof Guards)[])(
  "without the guard `%s` a promise is broken",
  (guard) => {
    expect(() => simulateDeliveries(1, 200_000, { ...allGuards, [guard]: false })).toThrow(/^seed 1: /);
  },
);
