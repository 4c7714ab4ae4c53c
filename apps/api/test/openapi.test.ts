import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, expect, test } from "vitest";
import { startApi, type TestApi } from "./api.ts";

let api: TestApi;
// oxlint-disable-next-line typescript/no-explicit-any
let document: any;
beforeAll(async () => {
  api = await startApi();
  document = (await api.call("GET", "/openapi.json", { key: null })).body;
});

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { description: string; content?: Record<string, unknown> }>>;
}

const operations = (): { path: string; method: string; operation: Operation }[] =>
  Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test("the document is OpenAPI 3.1 by its own schema, and small enough to read", async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  expect(validator.version).toBe("3.1");
  expect(JSON.stringify(document).length).toBeLessThan(800_000);
});

test("every operation has a name of its own, a summary, and says which scope it needs", () => {
  const names = operations().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { operation } of operations()) {
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(operation.tags).toHaveLength(1);
    if (operation.security?.length !== 0) expect(operation.description).toMatch(/Needs the scope `[a-z:]+`/);
  }
});

test("every error of every operation is problem+json that lists its codes with their meaning", () => {
  for (const { path, method, operation } of operations()) {
    const errors = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    expect(errors.length, `${method} ${path}`).toBeGreaterThan(1);
    for (const [status, response] of errors) {
      expect(Object.keys(response.content ?? {}), `${method} ${path} ${status}`).toEqual([
        "application/problem+json",
      ]);
      expect(response.description).toMatch(/`[a-z_]+`: \S/);
    }
  }
});

test("the page for people loads nothing from elsewhere", async () => {
  const page = await fetch(`${api.url}/docs`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(page.headers.get("content-security-policy")).not.toContain("upgrade-insecure-requests");
  const html = await page.text();
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) {
    expect(asset).not.toMatch(/^(https?:)?\/\//);
    expect((await fetch(new URL(asset, `${api.url}/docs/`))).status, asset).toBe(200);
  }
});
