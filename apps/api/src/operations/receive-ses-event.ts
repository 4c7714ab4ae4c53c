import type { Db } from "@billpost/db/connection";
import { recordSesEvent, type RecordedSesEvent, type SesEvent } from "@billpost/db/ses-events";

/** Keeps an event of SES and lets it act on its delivery and its address, all or nothing. */
export const receiveSesEvent = (db: Db, event: SesEvent): Promise<RecordedSesEvent> =>
  db.transaction().execute((trx) => recordSesEvent(trx, event));
