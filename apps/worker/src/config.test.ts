import { SettingsError } from "@billpost/runtime/settings";
import { expect, test } from "vitest";
import { readWorkerConfig } from "./config.ts";

const least = {
  DATABASE_URL: "postgres://app@db.example/billpost",
  S3_BUCKET: "invoices",
  FROM_EMAIL: "invoices@shop.example",
  BUSINESS_NAME: "Shop",
};

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readWorkerConfig(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

test("the least that must be said is four settings; the rest has defaults fit for production", () => {
  const config = readWorkerConfig(least);
  expect(config).toMatchObject({
    port: 3001,
    shutdownGraceMs: 25_000,
    invoicing: { profile: "basic", padding: 6, invoices: { prefix: "INV", startNumber: 1 } },
    retry: { ambiguous: "resend", settleMs: 20_000, baseMs: 1_000 },
    aws: { credentials: undefined },
  });
  expect(config.s3.endpoint).toBeUndefined();
});

test("where SES publishes events, a lost reply waits longer for its word", () => {
  expect(readWorkerConfig({ ...least, SES_CONFIGURATION_SET: "billpost" }).retry.settleMs).toBe(300_000);
});

test("every problem is reported at once", () => {
  expect(
    problemsOf({
      FROM_EMAIL: "Shop <invoices@shop.example>",
      EMAIL_REDIRECT_TO: "a@b",
      EMAIL_ALLOWLIST: "@shop.example, everybody",
      INVOICE_PREFIX: "CN",
      SELLER_COUNTRY: "fr",
      AMBIGUOUS_POLICY: "maybe",
      BUSINESS_TIME_ZONE: "Mars/Olympus",
      AWS_ACCESS_KEY_ID: "half",
    }).map((problem) => problem.split(/[ :]/)[0]),
  ).toEqual([
    "DATABASE_URL",
    "AWS_ACCESS_KEY_ID",
    "S3_BUCKET",
    "FROM_EMAIL",
    "EMAIL_REDIRECT_TO",
    "EMAIL_ALLOWLIST",
    "INVOICE_PREFIX",
    "SELLER_COUNTRY",
    "BUSINESS_NAME",
    "BUSINESS_TIME_ZONE",
    "AMBIGUOUS_POLICY",
  ]);
});
