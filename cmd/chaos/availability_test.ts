import assert from "node:assert/strict";
import { Availability } from "./availability.ts";

const NEVER = new AbortController().signal;

Deno.test("Availability tells the longest time without a success, of the section that was worst off", () => {
  let now = 0;
  const availability = new Availability(["a", "b"], () => now);
  const success = (section: string, at: number) => {
    now = at;
    availability.success(section, at - 1);
  };
  const watch = availability.watch();
  success("a", 10);
  success("b", 30);
  success("a", 50);
  success("b", 60);
  now = 75;
  assert.equal(watch.end(), 40);
  const next = availability.watch();
  success("a", 80);
  now = 100;
  assert.equal(next.end(), 25);
});

Deno.test("Availability.back() takes only what was begun afterwards, in every section", async () => {
  let now = 100;
  const availability = new Availability(["a", "b"], () => now);
  let isBack = false;
  const back = availability.back(10_000, NEVER).then((yes) => isBack = yes);
  now = 110;
  availability.success("a", 99);
  availability.success("b", 105);
  await Promise.resolve();
  assert.equal(isBack, false);
  availability.success("a", 101);
  await back;
  assert.equal(isBack, true);
});

Deno.test("Availability.back() gives up in time, and when it is told to", async () => {
  const availability = new Availability(["a"], () => 0);
  assert.equal(await availability.back(5, NEVER), false);
  assert.equal(await availability.back(60_000, AbortSignal.abort()), false);
});
