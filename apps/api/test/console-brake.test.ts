import { expect, test } from "vitest";
import { createSignInBrake } from "../src/console/sign-in-brake.ts";

const fiveMinutes = 300_000;

test("an address waits from its tenth failure until the first of the ten is five minutes old; others never wait for it", () => {
  let now = 0;
  const brake = createSignInBrake(() => now);
  for (let failure = 1; failure <= 9; failure += 1) brake.countFailure("203.0.113.1");
  expect(brake.secondsToWait("203.0.113.1")).toBe(0);
  now = 60_000;
  brake.countFailure("203.0.113.1");
  expect(brake.secondsToWait("203.0.113.1")).toBe(240);
  expect(brake.secondsToWait("203.0.113.2")).toBe(0);
  now = fiveMinutes;
  expect(brake.secondsToWait("203.0.113.1")).toBe(0);
});

test("guesses from many addresses slow every attempt down, and only while there are many", async () => {
  let now = 0;
  const brake = createSignInBrake(() => now, 60);
  const took = async () => {
    const started = performance.now();
    await brake.pause();
    return performance.now() - started;
  };
  for (let failure = 1; failure <= 99; failure += 1) brake.countFailure(`198.51.100.${failure}`);
  // Nothing to wait for: it is over before any timer could be.
  const outcome = await Promise.race([brake.pause().then(() => "at once"), new Promise(setImmediate)]);
  expect(outcome).toBe("at once");
  brake.countFailure("198.51.100.100");
  expect(await took()).toBeGreaterThan(55);
  now = fiveMinutes;
  expect(await Promise.race([brake.pause().then(() => "at once"), new Promise(setImmediate)])).toBe(
    "at once",
  );
});
