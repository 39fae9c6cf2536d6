import assert from "node:assert/strict";
import { HashChain } from "./hash_chain.ts";

function chain(...commands: readonly (readonly number[])[]): HashChain {
  const made = new HashChain();
  for (const command of commands) made.add(new Uint8Array(command));
  return made;
}

Deno.test("HashChain is the same for the same commands, and goes on where another stood", () => {
  const whole = chain([1], [2, 3], []);
  const part = new HashChain(chain([1], [2, 3]));
  part.add(new Uint8Array());
  assert.equal(part.text, whole.text);
  assert.equal(part.count, 3);
  assert.match(whole.text, /^[0-9a-f]{16}$/);
});

Deno.test("HashChain differs for another byte, order, boundary, count, and from the beginning", () => {
  const chains = [
    chain(),
    chain([]),
    chain([], []),
    chain([0]),
    chain([0, 0]),
    chain([0], [0]),
    chain([1], [2]),
    chain([2], [1]),
    chain([1, 2]),
    chain([1], [2], []),
    chain([], [1], [2]),
  ];
  assert.equal(new Set(chains.map(({ text }) => text)).size, chains.length);
});

Deno.test("HashChain has no collisions among 100,000 commands of 4 bytes, in either half", () => {
  const lows = new Set<number>();
  const texts = new Set<string>();
  for (let i = 0; i < 100_000; i++) {
    const made = new HashChain();
    made.add(new Uint8Array(Uint32Array.of(i).buffer));
    texts.add(made.text);
    lows.add(made.low);
  }
  assert.equal(texts.size, 100_000);
  assert(lows.size > 99_990, `${lows.size}`);
});
