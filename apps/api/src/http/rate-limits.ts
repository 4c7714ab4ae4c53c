import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { refusal } from "./problems.ts";

export interface RateLimits {
  /** Counts a request of a key; throws 429 when it is one too many. */
  countKey(request: FastifyRequest): Promise<void>;
  /** Counts a refused or anonymous request of an address; throws 429 when it is one too many. */
  countAddress(request: FastifyRequest): Promise<void>;
  /** Throws 429 when the address has used up its refusals, without counting. */
  checkAddress(request: FastifyRequest): Promise<void>;
}

/** Limits per process and minute; with several processes behind a load balancer each has its own. */
export const createRateLimits = async (app: FastifyInstance): Promise<RateLimits> => {
  const { perKeyPerMinute, perAddressPerMinute } = app.services.config.limits;
  await app.register(rateLimit, { global: false });
  const timeWindow = 60_000;
  const perKey = app.createRateLimit({
    max: perKeyPerMinute,
    timeWindow,
    keyGenerator: (request: FastifyRequest) => `key:${request.caller?.keyId}`,
  });
  const perAddress = app.createRateLimit({ max: perAddressPerMinute, timeWindow });

  const judge = async (
    limiter: typeof perKey,
    max: number,
    request: FastifyRequest,
    increment: boolean,
  ): Promise<void> => {
    if (max === 0) return;
    const limit = await limiter(request, { increment });
    if (limit.isAllowed) return;
    if (increment ? limit.isExceeded : limit.remaining === 0 && limit.ttl > 0)
      throw refusal("rate_limited", `More than ${limit.max} requests a minute.`, {
        retryAfterSeconds: Math.max(1, limit.ttlInSeconds),
      });
  };
  return {
    countKey: (request) => judge(perKey, perKeyPerMinute, request, true),
    countAddress: (request) => judge(perAddress, perAddressPerMinute, request, true),
    checkAddress: (request) => judge(perAddress, perAddressPerMinute, request, false),
  };
};
