import { Client } from "pg";

/** What became of the work that waited, by the database's clock. */
export interface Delivered {
  /** Invoices that SES took, a second, from the first claim to the last note of a message. */
  readonly perSecond: number;
  readonly count: number;
}

/** Runs `work` with a connection of its own. */
export const withClient = async <T>(
  databaseUrl: string,
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** The newest delivery, so that a later measurement counts only its own. */
export const lastDelivery = (databaseUrl: string): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>("select coalesce(max(id), 0) as id from deliveries");
    return Number(rows[0]?.id);
  });

/** Waits until `count` deliveries after `since` are sent. Throws when one ended otherwise, or on the signal. */
export const untilDelivered = (
  databaseUrl: string,
  { since, count, signal }: { readonly since: number; readonly count: number; readonly signal: AbortSignal },
): Promise<Delivered> =>
  withClient(databaseUrl, async (client) => {
    for (;;) {
      signal.throwIfAborted();
      const { rows } = await client.query<{ sent: number; failed: number; seconds: number }>(
        `select count(*) filter (where state = 'sent')::int as sent,
           count(*) filter (where state in ('failed', 'ambiguous', 'suppressed', 'quarantined'))::int as failed,
           extract(epoch from max(sent_at) - (select min(e.occurred_at) from work_item_events e
             join work_items w on w.id = e.work_item_id
             join deliveries d on d.id > $1 and d.order_id = w.order_id))::float8 as seconds
         from deliveries where id > $1 having count(*) filter (where state = 'sent') >= $2
           or count(*) filter (where state in ('failed', 'ambiguous', 'suppressed', 'quarantined')) > 0`,
        [since, count],
      );
      const [found] = rows;
      if (found && found.failed > 0) throw new Error(`${found.failed} deliveries were not sent`);
      if (found) return { count: found.sent, perSecond: found.sent / found.seconds };
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

/** How many deliveries after `since` are sent by now. */
export const sentSince = (databaseUrl: string, since: number): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ sent: number }>(
      "select count(*)::int as sent from deliveries where id > $1 and state = 'sent'",
      [since],
    );
    return rows[0]?.sent ?? 0;
  });
