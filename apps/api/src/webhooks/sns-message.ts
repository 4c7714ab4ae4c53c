import { createVerify, type KeyObject, X509Certificate } from "node:crypto";
import { Type, type Static } from "typebox";
import { Check } from "typebox/value";

/** What SNS posts. Further members are allowed: SNS adds some now and then, and none of them is signed. */
const Envelope = Type.Object({
  Type: Type.Union([
    Type.Literal("Notification"),
    Type.Literal("SubscriptionConfirmation"),
    Type.Literal("UnsubscribeConfirmation"),
  ]),
  MessageId: Type.String({ minLength: 1, maxLength: 200 }),
  TopicArn: Type.String({ maxLength: 300 }),
  Message: Type.String(),
  Subject: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  Timestamp: Type.String({ maxLength: 40 }),
  SignatureVersion: Type.Union([Type.Literal("1"), Type.Literal("2")]),
  Signature: Type.String({ maxLength: 4_000 }),
  SigningCertURL: Type.String({ maxLength: 500 }),
  Token: Type.Optional(Type.String({ maxLength: 4_000 })),
  SubscribeURL: Type.Optional(Type.String({ maxLength: 4_000 })),
});
export type SnsMessage = Static<typeof Envelope>;

/** The message in a request's body; undefined when it is none. */
export const parseSnsMessage = (body: unknown): SnsMessage | undefined => {
  try {
    const value: unknown = typeof body === "string" ? JSON.parse(body) : body;
    return Check(Envelope, value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Fetches what AWS serves at a checked address; undefined when it says that there is no such thing. */
export type FetchText = (url: URL) => Promise<string | undefined>;

/** Over HTTPS alone, without redirects, for 5 s at most. */
export const fetchText: FetchText = async (url) => {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(5_000) });
  if (response.status >= 400 && response.status < 500) return undefined;
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
  return response.text();
};

/** `arn:aws:sns:<region>:<account>:<name>`, also of the partitions aws-cn and aws-us-gov. */
const topicArn = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;

/** Whether a text can be the ARN of an SNS topic. */
export const isTopicArn = (text: string): boolean => topicArn.test(text);

/** An HTTPS address of SNS in the topic's own region; undefined for every other. */
const snsAddress = (text: string, topic: string): URL | undefined => {
  const region = topicArn.exec(topic)?.[1];
  if (!region || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const hosts = [`sns.${region}.amazonaws.com`, `sns.${region}.amazonaws.com.cn`];
  const plain = url.protocol === "https:" && url.port === "" && url.username === "" && url.password === "";
  return plain && hosts.includes(url.hostname) ? url : undefined;
};

/** The address that confirms this subscription; undefined unless it is SNS's own and of this very topic. */
export const confirmationAddress = (message: SnsMessage): URL | undefined => {
  const url = snsAddress(message.SubscribeURL ?? "", message.TopicArn);
  const confirms =
    url?.searchParams.get("Action") === "ConfirmSubscription" &&
    url.searchParams.get("TopicArn") === message.TopicArn;
  return confirms ? url : undefined;
};

const signedMembers = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: [
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
  ],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const satisfies Record<SnsMessage["Type"], readonly (keyof SnsMessage)[]>;

/** What SNS signs: its members in the order of their names, a line each for name and value; absent ones left out. */
export const stringToSign = (message: SnsMessage): string =>
  signedMembers[message.Type]
    .filter((name) => typeof message[name] === "string")
    .map((name) => `${name}\n${message[name]}\n`)
    .join("");

/** More certificates than SNS ever uses at a time. */
const maxCertificates = 8;

/**
 * Tells SNS's own messages about one topic from forged ones: the topic is compared first, so that nobody else
 * can make us fetch anything; the certificate must lie at SNS itself; then the signature is checked.
 */
export class SnsVerifier {
  readonly #topic: string;
  readonly #fetch: FetchText;
  readonly #keys = new Map<string, Promise<KeyObject | undefined>>();

  constructor(topic: string, fetch: FetchText = fetchText) {
    this.#topic = topic;
    this.#fetch = fetch;
  }

  /** Rejects when the certificate cannot be fetched: nothing is known of the message then. */
  async isGenuine(message: SnsMessage): Promise<boolean> {
    if (message.TopicArn !== this.#topic) return false;
    const address = snsAddress(message.SigningCertURL, this.#topic);
    const isCertificate =
      address && /^\/SimpleNotificationService-[0-9a-f]{16,64}\.pem$/.test(address.pathname);
    if (!isCertificate || address.search !== "") return false;
    const key = await this.#key(address);
    if (!key) return false;
    const algorithm = message.SignatureVersion === "2" ? "RSA-SHA256" : "RSA-SHA1";
    return createVerify(algorithm)
      .update(stringToSign(message), "utf8")
      .verify(key, message.Signature, "base64");
  }

  #key(address: URL): Promise<KeyObject | undefined> {
    const known = this.#keys.get(address.href);
    if (known) return known;
    const key = this.#fetch(address).then(publicKeyOf);
    if (this.#keys.size >= maxCertificates) this.#keys.delete(this.#keys.keys().next().value ?? "");
    this.#keys.set(address.href, key);
    const forget = () => this.#keys.delete(address.href);
    key.then((found) => found ?? forget(), forget);
    return key;
  }
}

const publicKeyOf = (pem: string | undefined): KeyObject | undefined => {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem).publicKey;
  } catch {
    return undefined;
  }
};
