import { createDatabase, createPool } from "@billpost/db/connection";
import { createLogger } from "@billpost/runtime/logger";
import openapiTypes, { astToString, type OpenAPI3 } from "openapi-typescript";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { buildServer } from "../../apps/api/src/server.ts";

/** Where the types of packages/client lie. */
export const clientTypesFile = new URL("../../packages/client/src/api-types.ts", import.meta.url);

const banner = `// Made by \`pnpm client:generate\` from the API's own /openapi.json. Do not edit.\n`;

/** Nothing of it is reached: the document is made from the routes' schemas alone. */
const nowhere = {
  DATABASE_URL: "postgres://nobody@127.0.0.1:9/none",
  S3_BUCKET: "none",
  S3_ENDPOINT: "http://127.0.0.1:9",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  LOG_LEVEL: "silent",
};

/** The types of `/openapi.json` as TypeScript, from the server object: no network, no database. */
export const writeClientTypes = async (): Promise<string> => {
  const config = readApiConfig(nowhere);
  const pool = createPool({
    url: config.database.url,
    max: 1,
    applicationName: "billpost-client-types",
    onIdleError: () => {},
  });
  const app = await buildServer({
    db: createDatabase(pool),
    pool,
    config,
    logger: createLogger("api", config.logLevel, false),
  });
  try {
    await app.ready();
    const document = JSON.parse(JSON.stringify(app.swagger())) as Document;
    const facts = [problemCodes(document), idempotentPosts(document)];
    const types = astToString(
      await openapiTypes(withShortProblems(document), { alphabetize: true, defaultNonNullable: false }),
    );
    return [banner, ...facts, types].join("\n");
  } finally {
    await app.close();
    await pool.end();
  }
};

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
interface Document extends Omit<OpenAPI3, "paths"> {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Every code that some route can answer. */
const problemCodes = (document: Document): string => {
  const codes = new Set<string>();
  const gather = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { code } = value as { code?: { enum?: readonly string[] } };
    code?.enum?.forEach((one) => codes.add(one));
    Object.values(value).forEach(gather);
  };
  operationsOf(document).forEach(({ operation }) => {
    gather(
      Object.values(operation.responses).map(({ content }) => content?.["application/problem+json"] ?? null),
    );
  });
  return `/** Every code that a refusal can have. */\nexport type ProblemCode =\n${[...codes]
    .toSorted()
    .map((code) => `  | "${code}"`)
    .join("\n")};\n`;
};

/** The POSTs that take an Idempotency-Key. */
const idempotentPosts = (document: Document): string => {
  const found = operationsOf(document).filter(
    ({ method, operation }) =>
      method === "post" && operation.parameters?.some(({ name }) => name.toLowerCase() === "idempotency-key"),
  );
  const rows = found
    .map(({ path }) => `  "${path}",`)
    .toSorted()
    .join("\n");
  return `/** The POSTs that take an Idempotency-Key. */\nexport const idempotentPosts: ReadonlySet<string> = new Set([\n${rows}\n]);\n`;
};

/** What each status can carry is for people, and nine tenths of the text; the client throws one type for all. */
const withShortProblems = (document: Document): OpenAPI3 => {
  const problem = {
    description: "Refused.",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => [
          method,
          {
            ...operation,
            responses: {
              ...Object.fromEntries(
                Object.entries(operation.responses)
                  .filter(([status]) => Number(status) < 400)
                  .map(([status, response]) => [status, { ...response, headers: {} }]),
              ),
              default: problem,
            },
          },
        ]),
      ),
    ]),
  );
  return { ...document, paths };
};
