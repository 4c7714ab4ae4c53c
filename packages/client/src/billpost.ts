import { randomUUID } from "node:crypto";
import createClient, { type FetchOptions, type FetchResponse } from "openapi-fetch";
import { idempotentPosts, type paths } from "./api-types.ts";
import { createRetryingFetch, type Retry } from "./retrying-fetch.ts";

export interface BillpostOptions {
  /** Of the API, such as `https://billing.example.com`. */
  readonly url: string;
  /** An API key, `bp_…`. */
  readonly key: string;
  /** How often a call that may be repeated is tried again; default 5. */
  readonly retries?: number;
  /** For one attempt, in ms; default 30,000. */
  readonly timeoutMs?: number;
  /** The longest wait between two attempts, in ms; default 60,000. */
  readonly maxWaitMs?: number;
  /** Told of each repetition, for a log. */
  readonly onRetry?: (retry: Retry) => void;
  /** Names your program in the API's log. */
  readonly userAgent?: string;
  /** Instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

type Method = "get" | "post" | "patch" | "delete";
type PathsOf<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends { readonly [Name in M]: object } ? Path : never;
}[keyof paths];
type OperationOf<Path extends keyof paths, M extends Method> = paths[Path][M & keyof paths[Path]];

/** What a call takes: path, query and header parameters, and a body, as the operation wants them. */
type CallInit<Operation> = Pick<FetchOptions<Operation>, "params" | "body" | "headers" | "signal">;
/** The paths that can be called with nothing more: no parameter and no body is required. */
type BarePathsOf<M extends Method> = {
  [Path in PathsOf<M>]: OperationOf<Path, M> extends { parameters: infer Parameters }
    ? Partial<Parameters> extends Parameters
      ? OperationOf<Path, M> extends { requestBody: object }
        ? never
        : Path
      : never
    : never;
}[PathsOf<M>];

/** What a call answers: the body of its success. */
type Answer<Operation> =
  Operation extends Record<"responses", unknown>
    ? NonNullable<FetchResponse<Operation, object, `${string}/${string}`>["data"]>
    : never;

interface Call<M extends Method> {
  <Path extends BarePathsOf<M>>(
    path: Path,
    init?: CallInit<OperationOf<Path, M>>,
  ): Promise<Answer<OperationOf<Path, M>>>;
  <Path extends PathsOf<M>>(
    path: Path,
    init: CallInit<OperationOf<Path, M>>,
  ): Promise<Answer<OperationOf<Path, M>>>;
}

/** What stands on the pages of a list; never: the path is no list. */
export type ItemOf<Path extends PathsOf<"get">> =
  Answer<OperationOf<Path, "get">> extends { data: readonly (infer Item)[]; nextCursor: string | null }
    ? Item
    : never;
/** What a call answers, by its method and path. */
export type AnswerOf<M extends Method, Path extends PathsOf<M>> = Answer<OperationOf<Path, M>>;
type ListPath = { [Path in PathsOf<"get">]: ItemOf<Path> extends never ? never : Path }[PathsOf<"get">];

/** The API, typed by its own description: `await billpost.get("/api/orders/{orderId}", { params: { path } })`. */
export interface Billpost {
  readonly url: string;
  readonly get: Call<"get">;
  /** Carries an Idempotency-Key where the route takes one: yours (`params.header`), or a new one for each call. */
  readonly post: Call<"post">;
  readonly patch: Call<"patch">;
  readonly delete: Call<"delete">;
  /** Every entry of a list, page after page, as they are asked for: `for await (const order of billpost.each(…))`. */
  readonly each: <Path extends ListPath>(
    path: Path,
    init?: CallInit<OperationOf<Path, "get">>,
  ) => AsyncGenerator<ItemOf<Path>>;
  /** Posts JSON Lines and answers the lines that come back, as text. */
  readonly sendLines: (path: "/api/orders/import", lines: string) => Promise<string>;
  /** The body of a GET as it comes, for exports and PDFs. */
  readonly stream: <Path extends PathsOf<"get">>(
    path: Path,
    init: CallInit<OperationOf<Path, "get">>,
  ) => Promise<ReadableStream<Uint8Array>>;
}

type AnyCall = (
  path: string,
  init?: object,
) => Promise<{ readonly data?: unknown; readonly response: Response }>;

const answering = (call: unknown) => async (path: string, init?: object) =>
  (await (call as AnyCall)(path, init)).data;

/** The largest page that the API gives out. */
const pageSize = 100;

/**
 * A client of the API at `url`. Every method answers the body of a success, or throws `BillpostProblem` (refused) or
 * `BillpostUnreachable` (no answer), after repeating what may be repeated.
 */
export const createBillpost = (options: BillpostOptions): Billpost => {
  const url = options.url.replace(/\/+$/, "");
  const api = createClient<paths>({
    baseUrl: url,
    headers: {
      authorization: `Bearer ${options.key}`,
      "user-agent": options.userAgent ?? "billpost-client",
    },
    fetch: createRetryingFetch({
      retries: options.retries ?? 5,
      timeoutMs: options.timeoutMs ?? 30_000,
      maxWaitMs: options.maxWaitMs ?? 60_000,
      fetch: options.fetch ?? ((request) => fetch(request)),
      onRetry: options.onRetry,
    }),
  });
  api.use({
    onRequest: ({ request, schemaPath }) => {
      // Once for the call, before its first attempt: all attempts carry the same one.
      if (request.method === "POST" && idempotentPosts.has(schemaPath))
        if (!request.headers.has("idempotency-key")) request.headers.set("idempotency-key", randomUUID());
      return request;
    },
  });

  const get = answering(api.GET);
  async function* each(path: string, init: { readonly params?: { readonly query?: object } } = {}) {
    let cursor: string | null | undefined;
    do {
      const query = { limit: pageSize, ...init.params?.query, ...(cursor ? { cursor } : {}) };
      const page = (await get(path, { ...init, params: { ...init.params, query } })) as {
        readonly data: readonly unknown[];
        readonly nextCursor: string | null;
      };
      yield* page.data;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
  return {
    url,
    get,
    post: answering(api.POST),
    patch: answering(api.PATCH),
    delete: answering(api.DELETE),
    each,
    sendLines: (path: string, lines: string) =>
      answering(api.POST)(path, {
        body: lines,
        bodySerializer: (text: string) => text,
        headers: { "content-type": "application/x-ndjson" },
        parseAs: "text",
      }),
    stream: (path: string, init: object = {}) => get(path, { ...init, parseAs: "stream" }),
  } as unknown as Billpost;
};
