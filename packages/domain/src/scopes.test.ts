import { expect, test } from "vitest";
import { allows, isScope, scopeNames } from "./scopes.ts";

test("the right to write includes the right to read the same, and no other", () => {
  for (const needed of scopeNames)
    for (const granted of scopeNames) {
      const includes =
        granted === needed ||
        (needed.endsWith(":read") && granted === needed.replace(":read", ":write")) ||
        (needed === "operator:read" && granted === "operator");
      expect(allows([granted], needed)).toBe(includes);
    }
  expect(allows([], "orders:read")).toBe(false);
  expect(allows(["orders:admin", "*", ""], "orders:read")).toBe(false);
});

test("what every object has is no scope", () => {
  expect(["toString", "__proto__", "constructor", ""].some(isScope)).toBe(false);
});
