import { scopeNames } from "@billpost/domain/scopes";
import { expect, test } from "vitest";
import { parseExpiry, parseId, parseScopes } from "./arguments.ts";

const now = Date.parse("2026-01-15T10:30:00Z");

test("a key can expire after a span or at the beginning of a day to come", () => {
  expect(parseExpiry("90d", now)).toBe(90 * 86_400_000);
  expect(parseExpiry("12h", now)).toBe(12 * 3_600_000);
  expect(parseExpiry("2w", now)).toBe(14 * 86_400_000);
  expect(parseExpiry("2026-02-01", now)).toEqual(new Date("2026-02-01T00:00:00Z"));
});

test.each(["", "90", "0d", "-1d", "1y", "soon", "2026-01-01", "2026-02-30", "2026-13-01", "1e3d"])(
  "the expiry %j is refused",
  (text) => {
    expect(() => parseExpiry(text, now)).toThrow(/Give a span/);
  },
);

test("scopes are read from a list with commas, or all at once", () => {
  expect(parseScopes("orders:write, orders:read")).toEqual(["orders:write", "orders:read"]);
  expect(parseScopes("all")).toEqual(scopeNames);
  expect(() => parseScopes("orders:write,admin")).toThrow(/Unknown: admin.*orders:read/s);
  expect(() => parseScopes(" , ")).toThrow(/The scopes are/);
});

test.each(["0", "-1", "1.5", "x", "99999999999999999"])("the id %j is refused", (text) => {
  expect(() => parseId(text)).toThrow(/numeric id/);
});
