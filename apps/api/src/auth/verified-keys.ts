import { findApiKey, type FoundApiKey, hashKey, prefixOf, touchApiKey } from "@billpost/db/api-keys";
import type { Db } from "@billpost/db/connection";

/** A revocation elsewhere is honoured within this time; one by this process at once. */
const keepMs = 3_000;
const maxKept = 10_000;
const touchEveryMs = 60_000;

/** What is known of a key. */
export interface KnownKey extends FoundApiKey {
  /** When the database answered, on this process' monotonic clock. */
  readonly knownAt: number;
}

/** By the database's clock, whatever this process' own clock says: what was left at the reading has passed since. */
export const isExpired = ({ expiresInMs, knownAt }: KnownKey): boolean =>
  expiresInMs !== null && performance.now() - knownAt >= expiresInMs;

/**
 * Looks keys up and keeps what was found for some seconds, so that a busy key costs no query per request.
 * Keys that are not found are never kept. Entries are kept under the key's hash, not the key. All
 * its times are of the monotonic clock, so that a clock that is set keeps no key for longer.
 */
export class VerifiedKeys {
  readonly #db: Db;
  readonly #onError: (error: unknown) => void;
  readonly #kept = new Map<
    string,
    { readonly found: Promise<KnownKey | undefined>; readonly until: number }
  >();
  readonly #touched = new Map<number, number>();
  readonly #touching = new Set<Promise<void>>();

  constructor(db: Db, onError: (error: unknown) => void) {
    this.#db = db;
    this.#onError = onError;
  }

  /** What a key is kept under. */
  nameOf(key: string): string {
    return hashKey(key).toString("base64");
  }

  /** Whether a look-up under this name needs no query. */
  isKept(name: string): boolean {
    return (this.#kept.get(name)?.until ?? 0) > performance.now();
  }

  /** The row of a key whose secret is right; revoked and expired ones too. */
  find(key: string, name = this.nameOf(key)): Promise<KnownKey | undefined> {
    if (prefixOf(key) === undefined) return Promise.resolve(undefined);
    const kept = this.#kept.get(name);
    if (kept && kept.until > performance.now()) return kept.found;
    const found = findApiKey(this.#db, key).then((row) => row && { ...row, knownAt: performance.now() });
    this.#kept.delete(name);
    this.#kept.set(name, { found, until: performance.now() + keepMs });
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value ?? "");
    const forgetUnless = (row?: KnownKey) => {
      if (!row && this.#kept.get(name)?.found === found) this.#kept.delete(name);
    };
    found.then(forgetUnless, () => forgetUnless());
    return found;
  }

  /** Forgets everything kept, so that a change made by this process is seen at once. */
  forget(): void {
    this.#kept.clear();
  }

  /** Notes the use of a key at most once a minute, without making the request wait. */
  touch(id: number): void {
    const now = performance.now();
    if (now - (this.#touched.get(id) ?? Number.NEGATIVE_INFINITY) < touchEveryMs) return;
    this.#touched.set(id, now);
    const touching = touchApiKey(this.#db, id)
      .catch(this.#onError)
      .finally(() => this.#touching.delete(touching));
    this.#touching.add(touching);
  }

  /** Waits for what `touch` began; called before the pool ends. */
  async settle(): Promise<void> {
    await Promise.all(this.#touching);
  }
}
