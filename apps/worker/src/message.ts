import { isEmail } from "@billpost/domain/email";
import type { InvoiceEmail } from "@billpost/invoice-templates/templates";
import MailComposer from "nodemailer/lib/mail-composer";
import { MailFailed } from "./mail-failed.ts";

interface Attachment {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export interface MessageParts {
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: string | undefined;
  readonly to: { readonly name: string; readonly address: string };
  readonly email: InvoiceEmail;
  readonly attachments: readonly Attachment[];
  /** Names and values of letters, digits, dashes and underscores; SES returns them with its events. */
  readonly tags: Readonly<Record<string, string>> | undefined;
}

/**
 * Builds the MIME message: HTML and text of the same words, and the documents byte for byte. Throws MailFailed
 * for an address that is not exactly one: as a string, or with a line break in it, it could change where
 * the message goes.
 */
export const buildMessage = async (parts: MessageParts): Promise<Uint8Array> => {
  if (!isEmail(parts.to.address))
    throw new MailFailed("permanent", "invalid_address", "the customer's email address cannot be written to");
  const { from, replyTo, to, email, attachments, tags } = parts;
  const composer = new MailComposer({
    from: { name: oneLine(from.name), address: from.address },
    ...(replyTo ? { replyTo: { name: oneLine(from.name), address: replyTo } } : {}),
    to: { name: oneLine(to.name), address: to.address },
    subject: oneLine(email.subject),
    html: email.html,
    text: email.text,
    attachments: attachments.map(({ fileName, bytes }) => ({
      filename: fileName,
      content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      contentType: "application/pdf",
      contentTransferEncoding: "base64",
    })),
    headers: {
      // Holiday notes in answer to invoices help nobody.
      "Auto-Submitted": "auto-generated",
      ...(tags
        ? {
            "X-SES-MESSAGE-TAGS": Object.entries(tags)
              .map(([name, value]) => `${name}=${value}`)
              .join(", "),
          }
        : {}),
    },
    // Content comes from memory only, whatever a field may say.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
};

const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
