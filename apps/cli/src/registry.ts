import type { Scope } from "@billpost/domain/scopes";
import { connect } from "./api.ts";
import { hasApiKey } from "./config.ts";
import { apiRegistry } from "./registry-api.ts";
import { databaseRegistry } from "./registry-database.ts";

export interface RegisteredClient {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
}

export interface RegisteredKey {
  readonly id: number;
  readonly clientId: number;
  readonly prefix: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

interface NewKey {
  readonly client: string;
  readonly scopes: readonly Scope[];
  readonly label?: string | undefined;
  /** A span in ms, or an instant. */
  readonly expires?: Date | number | undefined;
  /** For the audit. */
  readonly reason?: string | undefined;
}

/** Clients and their keys. */
export interface Registry {
  readonly clients: () => Promise<RegisteredClient[]>;
  readonly createClient: (name: string, reason?: string) => Promise<RegisteredClient>;
  /** Makes the client, too, when there is none of that name; says so by `madeClient`. */
  readonly createKey: (key: NewKey) => Promise<{
    readonly client: RegisteredClient;
    readonly madeClient: boolean;
    readonly key: RegisteredKey & { readonly key: string };
  }>;
  /** Newest first; of one client, by its name, or of all. */
  readonly keys: (client?: string) => Promise<(RegisteredKey & { readonly client: string })[]>;
  readonly revokeKey: (prefix: string, reason?: string) => Promise<RegisteredKey>;
}

/** Through the API where BILLPOST_KEY is set; else on the database, which is how the first key is made. */
export const openRegistry = (): Registry => (hasApiKey() ? apiRegistry(connect()) : databaseRegistry());
