import { createHash } from "node:crypto";
import type { StackAddresses } from "./supervisor-lock.ts";

/** The fields of the REST API's answers that the demo reads. */
export interface DemoProduct {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
  readonly stock: number | null;
  readonly archived: boolean;
}

export interface DemoOrder {
  readonly orderId: string;
  readonly customerEmail: string;
  readonly total: number;
  readonly currency: string;
}

export interface TimelineEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface InboxEmail {
  readonly subject: string;
  readonly destination: { readonly to: readonly string[] };
  readonly attachments: readonly { readonly filename?: string; readonly content: string }[];
}

/** Reaches a running stack as anybody can: by its REST API, a link to its bucket, and its inbox. */
export class DemoClient {
  readonly #addresses: StackAddresses;
  readonly #apiKey: string;

  constructor(addresses: StackAddresses, apiKey: string) {
    this.#addresses = addresses;
    this.#apiKey = apiKey;
  }

  async products(): Promise<readonly DemoProduct[]> {
    const { data } = await this.#api<{ data: DemoProduct[] }>("/api/products?limit=100&archived=false");
    return data;
  }

  placeOrder(items: readonly { productId: number; quantity: number }[]): Promise<DemoOrder> {
    return this.#api("/api/orders", { customerId: 1, items });
  }

  async timeline(orderId: string): Promise<readonly TimelineEvent[]> {
    const { data } = await this.#api<{ data: TimelineEvent[] }>(`/api/orders/${orderId}/timeline?limit=100`);
    return data;
  }

  async inbox(): Promise<readonly InboxEmail[]> {
    const { emails } = await answer<{ emails: InboxEmail[] }>(await fetch(`${this.#addresses.ses}/store`));
    return emails;
  }

  /** The stored PDF, read from the bucket by a link that needs no key of ours. */
  async storedPdf(number: string): Promise<{ object: string; bytes: Buffer }> {
    const { url } = await this.#api<{ url: string }>(`/api/invoices/${number}/pdf?link=true`);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`S3 answered ${response.status} for the PDF of ${number}`);
    return {
      object: decodeURIComponent(new URL(url).pathname).replace(/^\//, ""),
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  }

  async #api<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.#addresses.api}${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return answer(response);
  }
}

async function answer<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

export const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
