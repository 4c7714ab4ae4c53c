import { SESServiceException } from "@aws-sdk/client-ses";
import { expect, test } from "vitest";
import { classify, HandedBack, loggedError } from "./classify.ts";
import { mailFailure } from "./mailer.ts";

const answer = (name: string, status: number) =>
  new SESServiceException({
    name,
    message: "to somebody@customer.example",
    $fault: status < 500 ? "client" : "server",
    $metadata: { httpStatusCode: status },
  });
const broken = (code: string, message = code) => Object.assign(new Error(message), { code });

test("what SES answers decides whether the message is sent again", () => {
  const kinds = {
    Throttling: [400, "throttled"],
    TooManyRequestsException: [429, "throttled"],
    MessageRejected: [400, "permanent"],
    MailFromDomainNotVerifiedException: [400, "permanent"],
    InvalidParameterValue: [400, "permanent"],
    // Nothing was taken, and a person will put it right.
    AccountSendingPausedException: [400, "retryable"],
    ExpiredToken: [403, "retryable"],
    AccessDenied: [403, "retryable"],
    // It may have been taken by a server that then failed to say so.
    InternalFailure: [500, "ambiguous"],
    ServiceUnavailable: [503, "ambiguous"],
  } as const;
  for (const [name, [status, kind]] of Object.entries(kinds))
    expect([name, mailFailure(answer(name, status)).kind]).toEqual([name, kind]);
});

test("a connection that was never there sent nothing; one that broke may have", () => {
  for (const code of ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"])
    expect([code, mailFailure(broken(code)).kind]).toEqual([code, "retryable"]);
  const handshake = broken(
    "ECONNRESET",
    "Client network socket disconnected before secure TLS connection was established",
  );
  expect(mailFailure(handshake).kind).toBe("retryable");
  for (const error of [
    broken("ECONNRESET"),
    broken("EPIPE"),
    broken("ETIMEDOUT"),
    new SyntaxError("not XML"),
    "?",
  ])
    expect(mailFailure(error).kind).toBe("ambiguous");
});

test("what is kept and logged of an error holds no address and no row of the database", () => {
  const error = new Error("no mailbox for jane.doe+x@customer.example!", {
    cause: Object.assign(new Error("duplicate key"), {
      detail: "Key (email)=(jane@customer.example) exists",
    }),
  });
  expect(classify(error).message).toBe("no mailbox for [address]");
  expect(JSON.stringify([classify(error), loggedError(error)])).not.toContain("customer.example");
  expect(classify(new HandedBack()).errorClass).toBe("handed_back");
});
