import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";

export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: KeyObject;
}

/** A fresh RSA key in an X.509 certificate signed by itself: no key lies in the repository. */
export function selfSignedCertificate(commonName = "sns.amazonaws.com"): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const name = sequence(
    set(sequence(objectId(0x55, 0x04, 0x03), element(0x0c, Buffer.from(commonName)))), // CN
  );
  const sha256WithRsa = sequence(
    objectId(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b),
    element(0x05, Buffer.alloc(0)),
  );
  const validity = sequence(
    element(0x17, Buffer.from("200101000000Z")),
    element(0x17, Buffer.from("490101000000Z")),
  );
  const toSign = sequence(
    element(0x02, Buffer.from([1])), // serial number
    sha256WithRsa,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = createSign("RSA-SHA256").update(toSign).sign(privateKey);
  const der = sequence(toSign, sha256WithRsa, element(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    privateKey,
  };
}

/** ASN.1 DER: tag, length, content. */
function element(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => element(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]): Buffer => element(0x31, Buffer.concat(parts));
const objectId = (...bytes: number[]): Buffer => element(0x06, Buffer.from(bytes));
