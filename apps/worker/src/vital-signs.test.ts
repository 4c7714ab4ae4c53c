import { expect, test } from "vitest";
import { VitalSigns } from "./vital-signs.ts";

const beats = (beat: number, poolId = "pool-a") => [{ poolId, beat, host: "h", pid: 1 }];
const dead = (found: readonly { readonly poolId: string }[]) => found.map(({ poolId }) => poolId);

test("a worker whose beat moves is alive, however slowly the observer looks", () => {
  const signs = new VitalSigns(8_000);
  for (let round = 0; round < 10; round += 1)
    expect(signs.observe(beats(round), round * 60_000, round * 60_000 + 5)).toEqual([]);
});

test("a worker whose beat stands still for longer than allowed is dead, and not before", () => {
  const signs = new VitalSigns(8_000);
  expect(signs.observe(beats(7), 0, 5)).toEqual([]);
  expect(signs.observe(beats(7), 8_000, 8_001)).toEqual([]);
  expect(dead(signs.observe(beats(7), 8_006, 8_007))).toEqual(["pool-a"]);
});

test("an observer that was paused while it read finds nobody dead by the old answer", () => {
  const signs = new VitalSigns(8_000);
  signs.observe(beats(7), 0, 5);
  // Asked at 1,000, then paused: the answer of then is read a minute later.
  expect(signs.observe(beats(7), 1_000, 60_000)).toEqual([]);
  expect(signs.observe(beats(61), 60_001, 60_002)).toEqual([]);
});

test("a pool that is gone and comes back starts anew", () => {
  const signs = new VitalSigns(8_000);
  signs.observe(beats(7), 0, 1);
  signs.observe([], 5_000, 5_001);
  expect(signs.observe(beats(7), 9_000, 9_001)).toEqual([]);
});
