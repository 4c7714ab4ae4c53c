import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.ts";

const of = (message: string, stage = "store", errorClass = "retryable") =>
  fingerprintOf({ stage, errorClass, message });

test("failures that differ in numbers, ids and paths are of one kind; those of another class, stage or message are not", () => {
  expect(of("S3 answered 500 after 31 ms")).toBe(
    "store:retryable:s3-answered-N-after-N-ms".replace("s3", "sN"),
  );
  expect(of("S3 answered 503 after 1,204.5 ms")).toBe(of("S3 answered 500 after 31 ms"));
  expect(of("no object invoices/2026/INV-2026-000017/r1-ab12cd34.pdf")).toBe(
    of("no object invoices/2026/INV-2026-000018/r2-ff12cd3499.pdf"),
  );
  expect(of("delivery 0f8fad5b-d9cb-469f-a165-70867728950e is gone")).toBe(
    of("delivery 7c9e6679-7425-40de-944b-e07fc1f90ae7 is gone"),
  );
  expect(of("S3 answered 500 after 31 ms")).not.toBe(of("S3 answered 500 after 31 ms", "send"));
  expect(of("S3 answered 500 after 31 ms")).not.toBe(of("S3 answered 500 after 31 ms", "store", "permanent"));
  expect(of("S3 refused")).not.toBe(of("S3 answered"));
});

test("a fingerprint can stand in an address as it is, whatever the message says", () => {
  for (const message of [
    "",
    "…",
    "Ünïcode “quotes” & <b>tags</b>",
    "a\nb\u0000c",
    "x".repeat(10_000),
    "1".repeat(5_000),
  ]) {
    const fingerprint = of(message);
    expect(fingerprint.length).toBeLessThanOrEqual(100);
    expect(fingerprint).toMatch(/^store:retryable:[\p{L}\p{N}-]+$/u);
  }
});
