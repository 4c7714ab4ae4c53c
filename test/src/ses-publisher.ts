import { createSign, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stringToSign, type SnsMessage } from "../../apps/api/src/webhooks/sns-message.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

export const topic = "arn:aws:sns:eu-west-1:123456789012:billpost-ses-events";
export const configurationSet = "billpost";
export const certificateUrl = `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${"0a1b2c3d".repeat(4)}.pem`;
/** SNS's own certificate and key, fresh for each process that asks. */
export const amazon = selfSignedCertificate();

/** What an API needs to hear SNS. */
export const sesEventSettings = { SES_EVENTS_TOPIC_ARN: topic, SES_CONFIGURATION_SET: configurationSet };

/** Signs a message as SNS does. */
export const sign = (message: Omit<SnsMessage, "Signature">, key = amazon.privateKey): SnsMessage => {
  const unsigned = { ...message, Signature: "" };
  const algorithm = message.SignatureVersion === "2" ? "RSA-SHA256" : "RSA-SHA1";
  return { ...unsigned, Signature: createSign(algorithm).update(stringToSign(unsigned)).sign(key, "base64") };
};

/** What SNS makes of an event, not yet signed. */
export const notification = (
  event: object | string,
  changes: Partial<SnsMessage> = {},
): Omit<SnsMessage, "Signature"> => ({
  Type: "Notification",
  MessageId: randomUUID(),
  TopicArn: topic,
  Message: typeof event === "string" ? event : JSON.stringify(event),
  Timestamp: "2026-03-01T12:00:00.000Z",
  SignatureVersion: "2",
  SigningCertURL: certificateUrl,
  ...changes,
});

interface EventParts extends Readonly<Record<string, unknown>> {
  readonly messageId?: string;
  readonly deliveryId?: number;
}

/** An event as SES publishes it. */
export const sesEvent = (eventType: string, { messageId, deliveryId, ...parts }: EventParts) => ({
  eventType,
  mail: {
    timestamp: "2026-03-01T11:59:58.000Z",
    messageId: messageId ?? randomUUID(),
    source: "invoices@shop.example",
    destination: ["john.doe@example.com"],
    tags: {
      "ses:configuration-set": [configurationSet],
      ...(deliveryId === undefined ? {} : { "billpost-delivery": [String(deliveryId)] }),
    },
  },
  ...parts,
});

/** Of an event: the mailbox is gone for good. */
export const hardBounce = (emailAddress: string) => ({
  bounce: {
    bounceType: "Permanent",
    bounceSubType: "General",
    bouncedRecipients: [
      { emailAddress, action: "failed", status: "5.1.1", diagnosticCode: `550 ${emailAddress}` },
    ],
    timestamp: "2026-03-01T12:00:01.000Z",
  },
});

/** Brings a message to an API, as SNS does; answers the status. */
export const publishTo = async (api: string, message: SnsMessage): Promise<number> => {
  const response = await fetch(`${api}/webhooks/ses`, {
    method: "POST",
    headers: { "content-type": "text/plain; charset=UTF-8" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(15_000),
  });
  await response.arrayBuffer();
  return response.status;
};

export interface FakeSns {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Where API processes that are started with `snsAt` find SNS's certificate. */
export const startFakeSns = async (): Promise<FakeSns> => {
  const path = new URL(certificateUrl).pathname;
  const server = createServer((request, response) => {
    response.writeHead(request.url === path ? 200 : 404);
    response.end(request.url === path ? amazon.certificate : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
