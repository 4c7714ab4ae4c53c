import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The name of the error that S3 would answer, or undefined: the request's headers are signed by the key pair. */
export type SignatureProblem =
  | "AuthorizationHeaderMalformed"
  | "InvalidAccessKeyId"
  | "SignatureDoesNotMatch"
  | undefined;

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Checks a request's AWS Signature Version 4, of a request whose path and query need no encoding and no sorting. The body is
 * covered by its hash in `x-amz-content-sha256`, which the caller compares.
 */
export const signatureProblem = (
  { method, url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
  { accessKeyId, secretAccessKey }: KeyPair,
): SignatureProblem => {
  const parts = header.exec(headers.authorization ?? "");
  if (!parts) return "AuthorizationHeaderMalformed";
  const [, keyId = "", date = "", region = "", service = "", names = "", signature = ""] = parts;
  if (keyId !== accessKeyId) return "InvalidAccessKeyId";
  const signed = names.split(";").map(
    (name) =>
      `${name}:${String(headers[name] ?? "")
        .replace(/ +/g, " ")
        .trim()}\n`,
  );
  const [path, query = ""] = url.split("?");
  const request = [method, path, query, signed.join(""), names, headers["x-amz-content-sha256"]].join("\n");
  const text = [
    "AWS4-HMAC-SHA256",
    headers["x-amz-date"],
    `${date}/${region}/${service}/aws4_request`,
    createHash("sha256").update(request).digest("hex"),
  ].join("\n");
  const expected = hmac(signingKey(secretAccessKey, date, region, service), text);
  return timingSafeEqual(expected, Buffer.from(signature, "hex")) ? undefined : "SignatureDoesNotMatch";
};

const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** The same all day for a client; of the last one only, so that it is made once and nothing grows. */
let last: { readonly name: string; readonly key: Buffer } | undefined;

const signingKey = (secret: string, date: string, region: string, service: string): Buffer => {
  const name = [secret, date, region, service].join("\n");
  if (last?.name !== name) {
    const key = [date, region, service, "aws4_request"].reduce<Buffer | string>(hmac, `AWS4${secret}`);
    last = { name, key: Buffer.from(key) };
  }
  return last.key;
};
