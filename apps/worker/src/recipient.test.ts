import { expect, test } from "vitest";
import { destinationFor } from "./recipient.ts";

const nobody = { allowlist: [], redirectTo: undefined };

test("without rules mail goes to the customer", () => {
  expect(destinationFor("Customer@Shop.example", nobody)).toBe("Customer@Shop.example");
});

test("with a list it goes to listed addresses and domains only, whatever the case", () => {
  const rules = { ...nobody, allowlist: ["@shop.example", "qa@partner.example"] };
  expect(destinationFor("Any@Shop.Example", rules)).toBe("Any@Shop.Example");
  expect(destinationFor("QA@partner.example", rules)).toBe("QA@partner.example");
  for (const other of [
    "other@partner.example",
    "a@evil-shop.example",
    "a@shop.example.org",
    "a@sub.shop.example",
  ])
    expect(destinationFor(other, rules)).toBeUndefined();
});

test("with a redirection everybody else's mail goes there", () => {
  const rules = { allowlist: ["@shop.example"], redirectTo: "qa@shop.example" };
  expect(destinationFor("customer@elsewhere.example", rules)).toBe("qa@shop.example");
  expect(destinationFor("me@shop.example", rules)).toBe("me@shop.example");
});
