import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Room } from "./room.ts";

test("who is alone has nobody beside him, whoever comes when, and everybody gets in", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ alone: fc.boolean(), at: fc.nat(5), stays: fc.nat(4) }), { maxLength: 20 }),
      async (guests) => {
        const room = new Room();
        const inside = new Set<{ readonly alone: boolean }>();
        let visits = 0;
        await Promise.all(
          guests.map(async (guest) => {
            await delay(guest.at);
            const leave = await room.enter(guest.alone);
            inside.add(guest);
            const crowded = inside.size > 1 && [...inside].some(({ alone }) => alone);
            expect(crowded).toBe(false);
            await delay(guest.stays);
            inside.delete(guest);
            visits += 1;
            leave();
          }),
        );
        expect(visits).toBe(guests.length);
      },
    ),
    { numRuns: 100 },
  );
});
