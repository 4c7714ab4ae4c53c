import { randomUUID } from "node:crypto";
import { insertApiKey } from "@billpost/db/api-keys";
import { createDatabase, createPool, type Trx } from "@billpost/db/connection";
import { isSuppressed, listSuppressions } from "@billpost/db/suppressions";
import { createLogger } from "@billpost/runtime/logger";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readApiConfig } from "../apps/api/src/config.ts";
import { buildServer, type App } from "../apps/api/src/server.ts";
import type { SnsMessage } from "../apps/api/src/webhooks/sns-message.ts";
import { createTestDatabase, type TestDatabase } from "./src/database.ts";
import { aDelivery } from "./src/rows.ts";
import { selfSignedCertificate } from "./src/self-signed-certificate.ts";
import {
  amazon,
  certificateUrl,
  configurationSet,
  hardBounce,
  notification,
  sesEvent,
  sign,
  topic,
} from "./src/ses-publisher.ts";

const forger = selfSignedCertificate();

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let db: ReturnType<typeof createDatabase>;
let app: App;
let address: string;
/** What was asked of SNS. */
let fetched: string[] = [];

const serve = async (settings: Record<string, string>) => {
  const config = readApiConfig({
    DATABASE_URL: database.url,

    S3_BUCKET: "invoices",
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: "0",
    ...settings,
  });
  const server = await buildServer({
    db,
    pool,
    config,
    logger: createLogger("api", "silent", false),
    fetchFromSns: async (url) => {
      fetched.push(url.href);
      if (url.pathname === "/") return "<ConfirmSubscriptionResponse/>";
      if (url.href === certificateUrl) return amazon.certificate;
      return undefined;
    },
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  return server;
};

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, max: 5, applicationName: "test", onIdleError: () => {} });
  db = createDatabase(pool);
  app = await serve({ SES_EVENTS_TOPIC_ARN: topic, SES_CONFIGURATION_SET: configurationSet });
  address = app.listeningOrigin;
});

afterAll(async () => {
  await app.close();
  await pool.end();
  await database.drop();
});

beforeEach(() => {
  fetched = [];
});

const post = async (message: unknown, contentType = "text/plain; charset=UTF-8") => {
  const response = await fetch(`${address}/webhooks/ses`, {
    method: "POST",
    headers: { "content-type": contentType, "x-amz-sns-message-type": "Notification" },
    body: typeof message === "string" ? message : JSON.stringify(message),
  });
  const body = (await response.json()) as { status: unknown; code?: string };
  return { status: response.status, body };
};

const deliveryRow = (id: number) =>
  db
    .selectFrom("deliveries")
    .select(["state", "ses_message_id"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();

const everything = async () => ({
  events: await db.selectFrom("ses_events").selectAll().execute(),
  addresses: await db.selectFrom("suppressed_addresses").selectAll().execute(),
  deliveries: await db.selectFrom("deliveries").selectAll().orderBy("id").execute(),
});

const aClient = async (trx: Trx) =>
  (await trx.insertInto("clients").values({ name: randomUUID() }).returning("id").executeTakeFirstOrThrow())
    .id;

test("a sent message that is delivered, both signature versions", async () => {
  for (const SignatureVersion of ["1", "2"] as const) {
    const { deliveryId, messageId } = await aDelivery(db, { state: "sent" });
    const event = sesEvent("Delivery", { messageId, delivery: { timestamp: "2026-03-01T12:00:01.000Z" } });
    const answer = await post(sign(notification(event, { SignatureVersion })));
    expect(answer).toEqual({ status: 200, body: { status: "recorded" } });
    expect(await deliveryRow(deliveryId)).toEqual({ state: "delivered", ses_message_id: messageId });
  }
});

test("a send event settles an ambiguous delivery by its tag, and its work is over", async () => {
  const { deliveryId, workItemId } = await aDelivery(db, { state: "ambiguous" });
  const messageId = randomUUID();
  await post(sign(notification(sesEvent("Send", { messageId, deliveryId, send: {} }))));
  expect(await deliveryRow(deliveryId)).toEqual({ state: "sent", ses_message_id: messageId });
  const work = await db
    .selectFrom("work_items")
    .select("state")
    .where("id", "=", workItemId)
    .executeTakeFirst();
  expect(work?.state).toBe("done");
});

test("a hard bounce stops mail to the address until it is cleared; a soft one does not", async () => {
  const email = "gone@example.com";
  const soft = await aDelivery(db, { state: "sent" });
  await post(
    sign(
      notification(
        sesEvent("Bounce", {
          messageId: soft.messageId,
          bounce: {
            bounceType: "Transient",
            bounceSubType: "General",
            bouncedRecipients: [{ emailAddress: email }],
          },
        }),
      ),
    ),
  );
  expect(await isSuppressed(db, email)).toBe(false);
  expect((await deliveryRow(soft.deliveryId)).state).toBe("sent");

  const { deliveryId, messageId } = await aDelivery(db, { state: "sent" });
  await post(sign(notification(sesEvent("Bounce", { messageId, ...hardBounce(`Gone <${email}>`) }))));
  expect((await deliveryRow(deliveryId)).state).toBe("bounced");
  expect(await isSuppressed(db, "GONE@example.com")).toBe(true);
  expect(await isSuppressed(db, "other@example.com")).toBe(false);
  const { detail } = await db
    .selectFrom("ses_events")
    .select("detail")
    .where("delivery_id", "=", deliveryId)
    .executeTakeFirstOrThrow();
  expect(detail).toEqual({ bounceType: "Permanent", bounceSubType: "General", statuses: ["5.1.1"] });

  const [found] = await listSuppressions(db, { limit: 1 });
  expect(found).toMatchObject({ address: email, reason: "hard_bounce", deliveryId });
  const { key } = await db
    .transaction()
    .execute(async (trx) => insertApiKey(trx, { clientId: await aClient(trx), scopes: ["operator"] }));
  const operate = (method: string, path: string, body?: object) =>
    fetch(`${address}/api/suppressions${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const because = { reason: "the mailbox is no longer full" };
  expect(await (await operate("GET", "?limit=1")).json()).toMatchObject({ data: [{ address: email }] });
  expect(await (await operate("GET", "?email=GONE@example.com")).json()).toMatchObject({
    data: [{ address: email }],
  });
  expect(await (await operate("GET", "?email=else@example.com")).json()).toMatchObject({ data: [] });
  expect((await operate("DELETE", `/${found?.id}`, {})).status).toBe(400);
  expect(await isSuppressed(db, email)).toBe(true);
  expect((await operate("DELETE", `/${found?.id}`, because)).status).toBe(200);
  expect(await isSuppressed(db, email)).toBe(false);
  expect((await operate("DELETE", `/${found?.id}`, because)).status).toBe(404);
  const audit = db.selectFrom("audit_events").select(["action", "target_id", "reason"]).execute();
  expect(await audit).toEqual([{ action: "suppression.cleared", target_id: String(found?.id), ...because }]);
});

test("a complaint stops mail to the address and counts as delivered", async () => {
  const { deliveryId, messageId } = await aDelivery(db, { state: "sent" });
  const complaint = {
    complainedRecipients: [{ emailAddress: "angry@example.com" }],
    complaintFeedbackType: "abuse",
    timestamp: "2026-03-01T12:10:00.000Z",
  };
  await post(sign(notification(sesEvent("Complaint", { messageId, complaint }))));
  expect((await deliveryRow(deliveryId)).state).toBe("delivered");
  expect(await isSuppressed(db, "angry@example.com")).toBe(true);
});

test("a rejected message is a failed delivery", async () => {
  const { deliveryId, messageId } = await aDelivery(db, { state: "sent" });
  await post(sign(notification(sesEvent("Reject", { messageId, reject: { reason: "Bad content" } }))));
  expect((await deliveryRow(deliveryId)).state).toBe("failed");
});

test("a rejection of an earlier attempt says nothing of the message that is on its way", async () => {
  const { deliveryId, workItemId } = await aDelivery(db, { state: "sending" });
  await db.updateTable("deliveries").set({ fence: 3 }).where("id", "=", deliveryId).execute();
  const rejection = (fence: number) => {
    const event = sesEvent("Reject", { deliveryId, reject: { reason: "Bad content" } });
    Object.assign(event.mail.tags, { "billpost-attempt": [`${workItemId}-${fence}`] });
    return sign(notification(event));
  };
  await post(rejection(2));
  expect((await deliveryRow(deliveryId)).state).toBe("sending");
  await post(rejection(3));
  expect((await deliveryRow(deliveryId)).state).toBe("failed");
});

test("events out of order and repeated end where they would in order", async () => {
  const { deliveryId, messageId } = await aDelivery(db, { state: "sending" });
  const bounce = sign(
    notification(sesEvent("Bounce", { messageId, deliveryId, ...hardBounce("late@example.com") })),
  );
  const later = ["Delivery", "Send"].map((type) =>
    sign(notification(sesEvent(type, { messageId, deliveryId }))),
  );
  expect((await post(bounce)).body.status).toBe("recorded");
  for (const message of [...later, ...later, bounce]) await post(message);
  expect((await post(bounce)).body.status).toBe("repeated");
  expect((await deliveryRow(deliveryId)).state).toBe("bounced");
  const events = await db
    .selectFrom("ses_events")
    .select("id")
    .where("delivery_id", "=", deliveryId)
    .execute();
  expect(events).toHaveLength(3);
});

test("the same event from many connections at once is kept once", async () => {
  const { deliveryId, messageId } = await aDelivery(db, { state: "sent" });
  const message = sign(notification(sesEvent("Bounce", { messageId, ...hardBounce("often@example.com") })));
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(message)));
  expect(answers.filter(({ body }) => body.status === "recorded")).toHaveLength(1);
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect((await deliveryRow(deliveryId)).state).toBe("bounced");
});

test("an event about no delivery of ours is kept and changes no delivery", async () => {
  const before = await everything();
  const answer = await post(sign(notification(sesEvent("Delivery", { deliveryId: 999_999 }))));
  expect(answer.body.status).toBe("unmatched");
  const after = await everything();
  expect(after.deliveries).toEqual(before.deliveries);
  expect(after.events).toHaveLength(before.events.length + 1);
});

test("a forged message is refused and changes nothing", async () => {
  const { deliveryId } = await aDelivery(db, { state: "ambiguous" });
  const event = sesEvent("Bounce", { deliveryId, ...hardBounce("victim@example.com") });
  const genuine = sign(notification(event));
  const at = (SigningCertURL: string) => sign(notification(event, { SigningCertURL }));
  const forgeries: Record<string, unknown> = {
    "signed with another key": sign(notification(event), forger.privateKey),
    "text changed after signing": { ...genuine, Message: genuine.Message.replace("Permanent", "Transient") },
    "message id changed after signing": { ...genuine, MessageId: randomUUID() },
    "no signature": { ...genuine, Signature: "" },
    "another topic": sign(notification(event, { TopicArn: topic.replace("billpost", "other") })),
    "another account": sign(notification(event, { TopicArn: topic.replace("123456789012", "210987654321") })),
    "unknown signature version": { ...genuine, SignatureVersion: "3" },
    "certificate elsewhere": at("https://evil.example/SimpleNotificationService-0a1b2c3d0a1b2c3d.pem"),
    "certificate in a bucket": at(
      "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0a1b2c3d0a1b2c3d.pem",
    ),
    "certificate of S3": at(
      "https://s3.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c3d0a1b2c3d.pem",
    ),
    "certificate of another region": at(certificateUrl.replace("eu-west-1", "us-east-1")),
    "certificate by http": at(certificateUrl.replace("https", "http")),
    "certificate on another port": at(certificateUrl.replace(".com/", ".com:8443/")),
    "certificate behind a login": at(certificateUrl.replace("https://", "https://sns@")),
    "certificate at another path": at("https://sns.eu-west-1.amazonaws.com/?Action=x&y=.pem"),
    "certificate that is not there": at(certificateUrl.replace("0a1b", "ffff")),
    "not JSON": "{",
    "no message": "null",
    "an array": "[]",
  };
  const before = await everything();
  for (const [kind, message] of Object.entries(forgeries)) {
    const answer = await post(message);
    expect({ kind, ...answer }).toMatchObject({ kind, status: 403, body: { code: "sns_message_refused" } });
  }
  expect(await everything()).toEqual(before);
  expect(await isSuppressed(db, "victim@example.com")).toBe(false);
  // Of all those addresses only ones of SNS itself, in the topic's region, were asked.
  expect(fetched.filter((url) => !url.startsWith("https://sns.eu-west-1.amazonaws.com/SimpleN"))).toEqual([]);
});

const confirmation = (changes: Partial<SnsMessage> = {}): Omit<SnsMessage, "Signature"> => ({
  ...notification("You have chosen to subscribe to the topic."),
  Type: "SubscriptionConfirmation",
  Token: "2336412f37",
  SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=2336412f37`,
  ...changes,
});

const asked = () => fetched.filter((url) => url.includes("ConfirmSubscription"));

test("only the configured topic's subscription is confirmed, and only at SNS itself", async () => {
  expect((await post(sign(confirmation({ TopicArn: topic.replace("billpost", "other") })))).status).toBe(403);
  expect((await post(sign(confirmation(), forger.privateKey))).status).toBe(403);
  for (const SubscribeURL of [
    `https://evil.example/?Action=ConfirmSubscription&TopicArn=${topic}`,
    `http://169.254.169.254/?Action=ConfirmSubscription&TopicArn=${topic}`,
    `https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=${topic}`,
    `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}-other`,
  ])
    expect((await post(sign(confirmation({ SubscribeURL })))).status).toBe(403);
  expect(asked()).toEqual([]);
  expect(await post(sign(confirmation()))).toEqual({ status: 200, body: { status: "confirmed" } });
  expect(asked()).toHaveLength(1);
});

test("what SES says when it is set up, events of other kinds and of other configuration sets are passed over", async () => {
  const before = await everything();
  const { deliveryId } = { deliveryId: before.deliveries[0]?.id ?? 0 };
  const foreign = sesEvent("Delivery", { deliveryId });
  foreign.mail.tags["ses:configuration-set"] = ["somebody-else"];
  for (const event of ["Successfully validated SNS topic.", sesEvent("Open", { deliveryId }), foreign])
    expect((await post(sign(notification(event)))).body.status).toBe("ignored");
  expect(await everything()).toEqual(before);
});

test("a certificate that cannot be fetched is answered 503, so that SNS sends again", async () => {
  const other = await serve({ SES_EVENTS_TOPIC_ARN: topic, SES_CONFIGURATION_SET: configurationSet });
  const failing = await buildServer({
    ...other.services,
    fetchFromSns: () => Promise.reject(new Error("no route")),
  });
  await failing.listen({ host: "127.0.0.1", port: 0 });
  const answer = await fetch(`${failing.listeningOrigin}/webhooks/ses`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: JSON.stringify(sign(notification(sesEvent("Send", {})))),
  });
  expect(answer.status).toBe(503);
  await Promise.all([failing.close(), other.close()]);
});

test("without the configuration the answer says so, and half a configuration does not start", async () => {
  const bare = await serve({});
  const answer = await fetch(`${bare.listeningOrigin}/webhooks/ses`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "{}",
  });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: "ses_events_not_configured" });
  await bare.close();
  expect(() =>
    readApiConfig({
      DATABASE_URL: database.url,

      S3_BUCKET: "invoices",
      SES_EVENTS_TOPIC_ARN: topic,
    }),
  ).toThrow(/needs SES_CONFIGURATION_SET/);
  expect(() =>
    readApiConfig({
      DATABASE_URL: database.url,

      SES_EVENTS_TOPIC_ARN: "billpost",
      SES_CONFIGURATION_SET: "a",
    }),
  ).toThrow(/must be the ARN/);
});
