import type { Db } from "@billpost/db/connection";
import { applyDeliveryEvent } from "@billpost/db/deliveries";
import { sql } from "kysely";
import type { FaultySes } from "./faulty-ses.ts";
import type { WorkerProcess } from "./worker-process.ts";

/** Worker processes of which some are killed, each with another started in its place. */
export const startFleet = async (start: () => Promise<WorkerProcess>) => {
  let alive: WorkerProcess[] = await Promise.all([start(), start(), start()]);
  let replacements: Promise<unknown>[] = [];
  return {
    killOne: async () => {
      const victim = alive.shift();
      victim?.kill("SIGKILL");
      await victim?.exited;
      replacements.push(start().then((worker) => alive.push(worker)));
    },
    killAll: async () => {
      await Promise.all(replacements);
      replacements = [];
      for (const worker of alive) worker.kill("SIGKILL");
      await Promise.all(alive.map(({ exited }) => exited));
      alive = [];
    },
    startAll: async () => {
      alive = await Promise.all([start(), start(), start()]);
    },
  };
};

/**
 * What was in flight when its worker was killed is in doubt. As SES would, this says that it was sent, where it was;
 * and as an operator would, it settles the rest. Answers how many there were.
 */
export const settleDoubts = async (db: Db, ses: FaultySes): Promise<number> => {
  const { rows } = await sql<{ id: number; number: string; work: number }>`
    select d.id, i.number, w.id as work from deliveries d join delivery_documents dd on dd.delivery_id = d.id
      join invoices i on i.id = dd.invoice_id join work_items w on w.delivery_id = d.id
    where d.state = 'ambiguous' and dd.position = 1`.execute(db);
  const sent = new Set(ses.taken.flatMap(({ attachments }) => [...attachments.keys()]));
  for (const { id, number, work } of rows)
    await db.transaction().execute(async (trx) => {
      await applyDeliveryEvent(trx, id, sent.has(`${number}.pdf`) ? "ses_delivery" : "handled");
      await sql`update work_items set state = 'handled', finished_at = now() where id = ${work}`.execute(trx);
    });
  return rows.length;
};
