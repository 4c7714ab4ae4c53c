import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type FaultyEndpoint,
  type Hold,
  isSkewed,
  readBody,
  startFaultyEndpoint,
} from "./faulty-endpoint.ts";

/**
 * How one call is answered. `normal`: as S3 does, conditional writes and checksums included. `unavailable`:
 * 503 SlowDown. `conflict`: 409 ConditionalRequestConflict. `reset_before`: the connection ends before the body
 * is read. `reset_after`: done, and the reply is lost. `truncate`: half of the body, then the end of the
 * connection. `trickle`: a byte a second. `hold`: no reply until released, and only then done.
 * `hold_done`: done, and no reply until released.
 */
export type S3Behaviour =
  | "normal"
  | "unavailable"
  | "conflict"
  | "reset_before"
  | "reset_after"
  | "truncate"
  | "trickle"
  | "hold"
  | "hold_done";

export interface FaultyS3 extends FaultyEndpoint {
  readonly bucket: string;
  /** By key. */
  readonly objects: Map<string, Buffer>;
  /** Keys that were created, in order; a key twice would be an object overwritten. */
  readonly created: readonly string[];
  readonly calls: Readonly<Record<"PUT" | "GET" | "HEAD", number>>;
  next(method: "PUT" | "GET" | "HEAD", ...behaviours: readonly S3Behaviour[]): void;
  usually(behaviour: S3Behaviour): void;
  /** Forgets what was told for calls to come. */
  calm(): void;
}

/** An S3 endpoint in memory that fails as told and counts what it stored. Speaks the real protocol. */
export const startFaultyS3 = async (bucket = "invoices"): Promise<FaultyS3> => {
  const objects = new Map<string, Buffer>();
  const created: string[] = [];
  const calls = { PUT: 0, GET: 0, HEAD: 0 };
  const queues: Record<string, S3Behaviour[]> = { PUT: [], GET: [], HEAD: [] };
  let otherwise: S3Behaviour = "normal";

  const put = (request: IncomingMessage, key: string, body: Buffer): [number, string] | undefined => {
    const checksum = request.headers["x-amz-checksum-sha256"];
    if (checksum !== undefined && checksum !== createHash("sha256").update(body).digest("base64"))
      return [400, "BadDigest"];
    if (request.headers["if-none-match"] === "*" && objects.has(key)) return [412, "PreconditionFailed"];
    objects.set(key, body);
    created.push(key);
    return undefined;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse, hold: Hold): Promise<void> => {
    const method = request.method as "PUT" | "GET" | "HEAD";
    const url = new URL(request.url ?? "/", "http://s3");
    const key = decodeURIComponent(url.pathname).slice(bucket.length + 2);
    calls[method] += 1;
    if (isSkewed(request)) {
      await readBody(request);
      return failed(response, 403, "RequestTimeTooSkewed");
    }
    const behaviour = queues[method]?.shift() ?? otherwise;
    if (behaviour === "reset_before") {
      request.socket.resetAndDestroy();
      return;
    }
    const body = await readBody(request);
    if (behaviour === "unavailable") return failed(response, 503, "SlowDown");
    if (behaviour === "conflict") return failed(response, 409, "ConditionalRequestConflict");
    if (behaviour === "hold") await hold(response);
    if (method === "PUT") {
      const refused = put(request, key, body);
      if (refused) return failed(response, ...refused);
      if (behaviour === "reset_after") {
        request.socket.resetAndDestroy();
        return;
      }
      if (behaviour === "hold_done") await hold(response);
      response.writeHead(200, {
        etag: `"${createHash("md5").update(body).digest("hex")}"`,
        "x-amz-checksum-sha256": createHash("sha256").update(body).digest("base64"),
      });
      response.end();
      return;
    }
    if (url.searchParams.get("list-type") === "2") return listed(response, objects, url.searchParams);
    const object = objects.get(key);
    if (!object) return failed(response, 404, "NoSuchKey");
    response.writeHead(200, { "content-length": object.length, "content-type": "application/pdf" });
    if (method === "HEAD") {
      response.end();
      return;
    }
    if (behaviour === "truncate") {
      response.write(object.subarray(0, object.length / 2), () => response.destroy());
      return;
    }
    if (behaviour === "trickle") {
      let sent = 0;
      const timer = setInterval(() => response.write(object.subarray(sent, ++sent)), 1_000);
      response.once("close", () => clearInterval(timer));
      return;
    }
    response.end(object);
  };

  const server = await startFaultyEndpoint(handle);
  return Object.assign(server, {
    bucket,
    objects,
    created,
    calls,
    next(method: "PUT" | "GET" | "HEAD", ...behaviours: readonly S3Behaviour[]) {
      queues[method]?.push(...behaviours);
    },
    usually(behaviour: S3Behaviour) {
      otherwise = behaviour;
    },
    calm() {
      for (const queue of Object.values(queues)) queue.length = 0;
    },
  });
};

/** Small pages, so that more than one is asked for. */
const pageSize = 100;

const listed = (response: ServerResponse, objects: Map<string, Buffer>, query: URLSearchParams): void => {
  const after = query.get("continuation-token") ?? "";
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get("prefix") ?? "") && key > after)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const page = keys.slice(0, pageSize);
  const last = keys.length > pageSize ? page.at(-1) : undefined;
  const contents = page.map(
    (key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length ?? 0}</Size></Contents>`,
  );
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(
    `<ListBucketResult><IsTruncated>${last !== undefined}</IsTruncated>${contents.join("")}${
      last === undefined ? "" : `<NextContinuationToken>${last}</NextContinuationToken>`
    }</ListBucketResult>`,
  );
};

const failed = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message><RequestId>r</RequestId></Error>`,
  );
};
