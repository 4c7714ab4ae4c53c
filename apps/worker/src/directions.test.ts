import { expect, test } from "vitest";
import { createDirections } from "./directions.ts";

test("a worker that is quiet or stopping takes no more work, also not what its own job leaves to it", () => {
  let stops = 0;
  const directions = createDirections(() => {
    stops += 1;
  });
  expect(directions.takesWork()).toBe(true);
  directions.hear({ wanted: "quiet", pauses: [] });
  expect(directions.takesWork()).toBe(false);
  directions.hear({ wanted: "active", pauses: [] });
  expect(directions.takesWork()).toBe(true);
  directions.hear({ wanted: "stopping", pauses: [] });
  // It does not come back, whatever is heard.
  directions.hear({ wanted: "active", pauses: [] });
  expect(directions.takesWork()).toBe(false);
  expect(stops).toBe(1);
});
