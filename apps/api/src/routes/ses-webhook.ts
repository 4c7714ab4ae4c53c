import type { FastifyInstance } from "fastify";
import { refusal } from "../http/problems.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import { readSesEvent } from "../webhooks/ses-event.ts";
import {
  confirmationAddress,
  type FetchText,
  fetchText,
  parseSnsMessage,
  type SnsMessage,
  SnsVerifier,
} from "../webhooks/sns-message.ts";
import { receiveSesEvent } from "../operations/receive-ses-event.ts";

/** SNS sends at most 256 KiB of text, which JSON may escape. */
const bodyLimit = 1024 * 1024;

/**
 * Where SNS posts what SES says of our messages. It has no API key: SNS signs what it sends. Not on the OpenAPI
 * page, which is for clients.
 */
export const addSesWebhook = (
  app: FastifyInstance,
  limits: RateLimits,
  fetchFromSns: FetchText = fetchText,
): void => {
  const settings = app.services.config.sesEvents;
  const verifier = settings && new SnsVerifier(settings.topicArn, fetchFromSns);

  const confirm = async (message: SnsMessage) => {
    const address = confirmationAddress(message);
    if (!address)
      throw refusal("sns_message_refused", "The confirmation address is not one of SNS for this topic.");
    const answer = await fetchFromSns(address).catch(notReached);
    app.log.info({ confirmed: answer !== undefined }, "SES events: subscription to the topic confirmed");
    return { status: answer === undefined ? "not_confirmed" : "confirmed" };
  };

  app.register(async (scope) => {
    // SNS calls its JSON text/plain.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ["text/plain", "application/json"],
      { parseAs: "string", bodyLimit },
      (_request, body, done) => done(null, body),
    );
    scope.post(
      "/webhooks/ses",
      { schema: { hide: true }, config: { scope: null }, bodyLimit },
      async (request) => {
        if (!settings || !verifier)
          throw refusal(
            "ses_events_not_configured",
            "Set SES_EVENTS_TOPIC_ARN and SES_CONFIGURATION_SET to receive events from SES.",
          );
        await limits.checkAddress(request);
        const message = parseSnsMessage(request.body);
        if (!message || !(await verifier.isGenuine(message).catch(notReached))) {
          await limits.countAddress(request);
          throw refusal("sns_message_refused", "Not a message that SNS signed for the configured topic.");
        }
        if (message.Type === "SubscriptionConfirmation") return confirm(message);
        if (message.Type === "UnsubscribeConfirmation") {
          request.log.warn("SES events: the subscription to the topic was ended; no more events will come");
          return { status: "ignored" };
        }
        const event = readSesEvent(message.Message, settings.configurationSet);
        if (event === "unrelated") return { status: "ignored" };
        const { outcome, deliveryId } = await receiveSesEvent(app.services.db, {
          ...event,
          snsMessageId: message.MessageId,
        });
        const level = outcome === "unmatched" ? "warn" : "info";
        request.log[level]({ deliveryId, type: event.type, outcome }, "SES event");
        return { status: outcome };
      },
    );
  });
};

/** SNS delivers again what was answered 503. */
const notReached = (): never => {
  throw refusal("sns_not_reached", "SNS could not be asked; send it again.");
};
