import { SESClient, SESServiceException, SendRawEmailCommand } from "@aws-sdk/client-ses";
import type { AwsSettings } from "@billpost/runtime/shared-settings";
import { MailFailed, type MailFailure } from "./mail-failed.ts";

/** A message, built, and where it goes whatever its headers say. */
interface MailToSend {
  readonly raw: Uint8Array;
  readonly source: string;
  readonly destination: string;
}

export interface Mailer {
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: string | undefined;
  /** Whether SES publishes events, and so returns tags. */
  readonly tagged: boolean;
  /** Hands a message to SES, once. Answers SES' message id; throws MailFailed. */
  send(mail: MailToSend): Promise<string>;
  close(): void;
}

export interface MailerOptions {
  /** Absent: AWS itself. */
  readonly endpoint: string | undefined;
  readonly aws: AwsSettings;
  readonly fromName: string;
  readonly fromEmail: string;
  readonly replyTo: string | undefined;
  readonly configurationSet: string | undefined;
  /** For the whole call. */
  readonly timeoutMs: number;
}

/** SES by its first API, which takes raw messages. */
export const createMailer = (options: MailerOptions): Mailer => {
  const { aws, endpoint, timeoutMs, configurationSet } = options;
  const client = new SESClient({
    region: aws.region,
    ...(aws.credentials ? { credentials: aws.credentials } : {}),
    ...(endpoint ? { endpoint } : {}),
    // SES has no idempotency token: the SDK's own retries would send an accepted message again.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: Math.min(3_000, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
      // An idle connection that SES closed would look like a lost reply, so each message gets its own.
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
    },
  });
  return {
    from: { name: options.fromName, address: options.fromEmail },
    replyTo: options.replyTo,
    tagged: configurationSet !== undefined,
    async send({ raw, source, destination }) {
      const command = new SendRawEmailCommand({
        RawMessage: { Data: raw },
        Source: source,
        Destinations: [destination],
        ...(configurationSet ? { ConfigurationSetName: configurationSet } : {}),
      });
      let messageId: string | undefined;
      try {
        ({ MessageId: messageId } = await client.send(command, {
          abortSignal: AbortSignal.timeout(timeoutMs),
        }));
      } catch (error) {
        throw mailFailure(error);
      }
      // A 200 whose body names no message: taken, most likely.
      if (!messageId) throw new MailFailed("ambiguous", "no_message_id", "SES' reply named no message");
      return messageId;
    },
    close: () => client.destroy(),
  };
};

/** Told to wait: nothing was sent. */
const throttled = /^(Throttling|ThrottlingException|TooManyRequests\w*|RequestLimitExceeded|SlowDown)$/;
/** About this message: another try gets the same answer. */
const refused =
  /^(MessageRejected|MailFromDomainNotVerified\w*|InvalidParameterValue|ValidationError|InvalidRenderingParameter\w*)$/;
/** The connection was never there, so nothing was written to it. */
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** What an error of the SDK says about the message. Whatever is not certain is ambiguous. */
export const mailFailure = (error: unknown): MailFailed => {
  if (error instanceof SESServiceException) {
    const status = error.$metadata.httpStatusCode ?? 0;
    const words = `SES answered ${status} ${error.name}: ${error.message}`;
    return new MailFailed(kindOfAnswer(error.name, status), error.name, words, error);
  }
  const code = codeOf(error);
  const words = `no answer from SES: ${code}`;
  if (neverWritten(error, code)) return new MailFailed("retryable", code, words, error);
  return new MailFailed("ambiguous", code, words, error);
};

const kindOfAnswer = (name: string, status: number): MailFailure => {
  if (throttled.test(name)) return "throttled";
  // It may have been accepted by a server that then failed to say so.
  if (status < 400 || status >= 500) return "ambiguous";
  if (refused.test(name)) return "permanent";
  // Expired credentials, a missing right, a paused account: no message was taken, and a person will put it right.
  return "retryable";
};

const neverWritten = (error: unknown, code: string): boolean => {
  if (neverConnected.has(code)) return true;
  if (!(error instanceof Error)) return false;
  return (
    error.name === "CredentialsProviderError" ||
    error.message.includes("did not establish a connection") ||
    error.message.includes("before secure TLS connection was established")
  );
};

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string") return code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : error.name;
};
