import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { ask } from "./ask.ts";

const answering = (typed: string) => {
  const keyboard = new PassThrough();
  keyboard.write(typed);
  return ask("Start it", keyboard, new PassThrough());
};

test("only a yes is a yes; Ctrl-D is a no, and Ctrl-C says that it was interrupted", async () => {
  for (const yes of ["y\r", "Yes\r"]) expect(await answering(yes)).toBe("yes");
  for (const no of ["n\r", "\r", "yesterday\r", "\u0004"]) expect(await answering(no)).toBe("no");
  expect(await answering("\u0003")).toBe("interrupted");
});
