import assert from "node:assert/strict";
import { InOrder } from "./in_order.ts";

Deno.test("InOrder hands over in order, whatever the order of arrival", () => {
  const taken: string[] = [];
  const inOrder = new InOrder<string>((value, place) => taken.push(`${place}${value}`));
  inOrder.add(2, "c");
  inOrder.add(1, "b");
  assert.deepEqual(taken, []);
  assert.equal(inOrder.waiting, 2);
  inOrder.add(0, "a");
  assert.deepEqual(taken, ["0a", "1b", "2c"]);
  inOrder.add(3, "d");
  assert.deepEqual(taken, ["0a", "1b", "2c", "3d"]);
});

Deno.test("InOrder.flush() hands over what is left in order, gaps or not", () => {
  const taken: string[] = [];
  const inOrder = new InOrder<string>((value, place) => taken.push(`${place}${value}`));
  inOrder.add(4, "e");
  inOrder.add(0, "a");
  inOrder.add(2, "c");
  inOrder.flush();
  assert.deepEqual(taken, ["0a", "2c", "4e"]);
  assert.equal(inOrder.waiting, 0);
});

Deno.test("InOrder.add() throws on a place filled twice", () => {
  const inOrder = new InOrder<string>(() => {});
  inOrder.add(0, "a");
  inOrder.add(2, "c");
  assert.throws(() => inOrder.add(0, "a"), RangeError);
  assert.throws(() => inOrder.add(2, "c"), RangeError);
});
