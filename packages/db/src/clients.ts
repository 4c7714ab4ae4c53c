import type { Db, Trx } from "./connection.ts";

export interface Client {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
}

const columns = ["id", "name", "created_at as createdAt"] as const;

/** Makes a client; undefined when the name is taken. */
export const insertClient = (trx: Trx, name: string): Promise<Client | undefined> =>
  trx
    .insertInto("clients")
    .values({ name })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returning(columns)
    .executeTakeFirst();

export const findClient = (db: Db, id: number): Promise<Client | undefined> =>
  db.selectFrom("clients").select(columns).where("id", "=", id).executeTakeFirst();

export const findClientByName = (db: Db, name: string): Promise<Client | undefined> =>
  db.selectFrom("clients").select(columns).where("name", "=", name).executeTakeFirst();

/** Clients by id, from after `afterId`. */
export const listClients = (db: Db, { afterId = 0, limit }: { afterId?: number; limit: number }) =>
  db
    .selectFrom("clients")
    .select(columns)
    .where("id", ">", afterId)
    .orderBy("id")
    .limit(limit)
    .execute() satisfies Promise<Client[]>;
