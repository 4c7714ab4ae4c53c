import { readApiAccess } from "./config.ts";

/** What the API answered that was not a success. */
export class ApiRefused extends Error {
  override readonly name = "ApiRefused";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API cannot be reached at its address. */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
}

/** Calls the API at BILLPOST_URL with BILLPOST_API_KEY; answers the JSON body. Throws ApiRefused, ApiUnreachable. */
export const callApi = async <T>(method: "GET" | "POST", path: string, body?: object): Promise<T> => {
  const { url, key } = readApiAccess();
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw new ApiUnreachable(`${url}: ${error instanceof Error ? causeOf(error) : String(error)}`);
  });
  const answer = (await response.json().catch(() => ({}))) as {
    readonly detail?: string;
    readonly code?: string;
  };
  if (response.ok) return answer as T;
  throw new ApiRefused(
    response.status,
    `${answer.detail ?? response.statusText} (${answer.code ?? response.status})`,
  );
};

/** `fetch failed` says nothing; its cause does. */
const causeOf = (error: Error): string =>
  error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
