import { developmentKey } from "@billpost/local/database-setup";
import { withClient } from "../invoices/waiting-orders.ts";

interface Standing {
  readonly id: number;
  readonly state: string;
  readonly counts: { readonly total: number; readonly done: number };
}

const call = async (url: string, body?: object): Promise<Standing> => {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${developmentKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Standing;
};

/** How often a batch is asked how it stands. */
const everyMs = 200;

/**
 * Asks for a batch and waits until it is in the state; answers its id. `watch` is told how much of it is done each
 * time it was asked. Throws when the batch comes to another end.
 */
export const runBatch = async (
  apiUrl: string,
  batch: object,
  {
    until,
    signal,
    watch,
  }: {
    readonly until: "planned" | "done";
    readonly signal: AbortSignal;
    readonly watch?: (share: number) => Promise<void>;
  },
): Promise<number> => {
  const { id } = await call(`${apiUrl}/api/batches`, {
    externalRef: crypto.randomUUID(),
    reason: "A measurement",
    samples: 0,
    autoStart: until === "done",
    ...batch,
  });
  for (;;) {
    signal.throwIfAborted();
    const { state, counts } = await call(`${apiUrl}/api/batches/${id}`);
    if (state === until) return id;
    if (["failed", "cancelled", "paused", "done"].includes(state)) throw new Error(`the batch is ${state}`);
    await watch?.(counts.total === 0 ? 0 : counts.done / counts.total);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};

/** Items done, a second, from the first that was begun to the last that ended, by the database's clock. */
export const itemsPerSecond = (databaseUrl: string, batchId: number, wanted: number): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ done: number; seconds: number }>(
      `select count(*)::int as done, extract(epoch from max(ended_at) - min(began_at))::float8 as seconds
       from batch_items where batch_id = $1 and state = 'done'`,
      [batchId],
    );
    const { done = 0, seconds = Number.NaN } = rows[0] ?? {};
    if (done !== wanted) throw new Error(`${done} of ${wanted} items were done`);
    return done / seconds;
  });

/** How long a batch was planned, in seconds, by the database's clock. */
export const secondsOfPlanning = (databaseUrl: string, batchId: number): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ seconds: number }>(
      "select extract(epoch from planned_at - created_at)::float8 as seconds from batches where id = $1",
      [batchId],
    );
    return rows[0]?.seconds ?? Number.NaN;
  });
