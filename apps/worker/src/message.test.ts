import { expect, test } from "vitest";
import { buildMessage, type MessageParts } from "./message.ts";

const parts: MessageParts = {
  from: { name: "Shop", address: "invoices@shop.example" },
  replyTo: "help@shop.example",
  to: { name: "Jürgen Groß", address: "juergen@customer.example" },
  email: { subject: "Rechnung INV-2026-000001 – Größe", html: "<p>Grüße</p>", text: "Grüße\n" },
  attachments: [
    { fileName: "INV-2026-000001.pdf", bytes: Buffer.from("%PDF-1.7 \u0000\u00ff\r\n.\r\n", "latin1") },
  ],
  tags: { "billpost-delivery": "7", "billpost-attempt": "9-2" },
};

const build = async (change: Partial<MessageParts> = {}) =>
  Buffer.from(await buildMessage({ ...parts, ...change })).toString("latin1");

/** The header lines, unfolded. */
const headersOf = (message: string) =>
  (message.split("\r\n\r\n")[0] ?? "").replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");

test("the message has both bodies, the document byte for byte, and the tags that SES returns", async () => {
  const message = await build();
  const headers = headersOf(message);
  expect(headers.map((line) => line.toLowerCase())).toContain(
    "x-ses-message-tags: billpost-delivery=7, billpost-attempt=9-2",
  );
  expect(headers).toContain("Auto-Submitted: auto-generated");
  expect(headers.some((line) => /^To: .*<juergen@customer\.example>$/.test(line))).toBe(true);
  expect(headers.some((line) => /^Reply-To: .*help@shop\.example/.test(line))).toBe(true);
  expect(message).toContain("Content-Type: text/plain");
  expect(message).toContain("Content-Type: text/html");
  const encoded =
    message.slice(message.indexOf("application/pdf")).split("\r\n\r\n")[1]?.split("\r\n--")[0] ?? "";
  expect(Buffer.from(encoded, "base64")).toEqual(Buffer.from(parts.attachments[0]?.bytes ?? []));
});

test("no name, subject or address can add a header or a recipient", async () => {
  const message = await build({
    to: { name: "Eve\r\nBcc: all@victims.example", address: "eve@customer.example" },
    email: { ...parts.email, subject: "Hello\r\nBcc: all@victims.example" },
  });
  expect(headersOf(message).filter((line) => /^bcc:/i.test(line))).toEqual([]);
  for (const address of [
    "eve@customer.example\r\nBcc: all@victims.example",
    "eve@customer.example, all@victims.example",
    "Eve <eve@customer.example>",
    '"a b"@customer.example',
    "",
  ])
    await expect(build({ to: { name: "Eve", address } })).rejects.toMatchObject({
      name: "MailFailed",
      kind: "permanent",
    });
});
