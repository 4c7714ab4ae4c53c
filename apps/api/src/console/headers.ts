import type { FastifyReply, FastifyRequest } from "fastify";

/** Scripts, styles and fonts of our own only; no inline script or style; nobody may frame a page. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A PDF is shown in a frame of our own page, and may load nothing. Chrome shows none in a sandbox. */
export const pdfPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; frame-ancestors 'self'";

/**
 * A hook: the headers of every reply of the console. The referrer goes to our own pages alone; without any, a
 * browser would call the origin of our own forms "null", and it could not be checked.
 */
export const setSecurityHeaders = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  reply.headers({
    "cache-control": "no-store",
    "content-security-policy": pagePolicy,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
};
