import type { FastifyReply, FastifyRequest } from "fastify";

/** A cookie's value as the browser sent it. */
export const readCookie = (request: FastifyRequest, name: string): string | undefined => {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined;
  }
  return undefined;
};

/**
 * Sets a cookie that no script can read and no other site can make the browser send. Behind https it is sent over
 * https alone. The value must be made of harmless characters already.
 */
export const addCookie = (
  reply: FastifyReply,
  name: string,
  value: string,
  { maxAgeSeconds }: { readonly maxAgeSeconds: number },
): void => {
  const secure = reply.server.services.config.publicUrl.startsWith("https:") ? "; Secure" : "";
  void reply.header(
    "set-cookie",
    `${name}=${value}; Path=/console; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`,
  );
};
