import assert from "node:assert/strict";
import { SeededRandom } from "../base/random.ts";
import { ABSENCE, ABSENT, EMPTY, GARBAGE, KvStates } from "./kv_states.ts";

/** The state of a text, reached by appending it to nothing. */
function stateOf(states: KvStates, text: string): number {
  return states.after(EMPTY, states.piece(text));
}

Deno.test("KvStates tell prefixes of what is seen apart, and nothing else", () => {
  const states = new KvStates(["ab", "abc", "b", "ab"]);
  assert.equal(states.places, 4);
  const [a, ab, abc] = ["a", "ab", "abc"].map((text) => stateOf(states, text));
  assert.equal(new Set([a, ab, abc, EMPTY, ABSENT, GARBAGE]).size, 6);
  assert.equal(states.after(a!, states.piece("b")), ab);
  assert.equal(states.after(ab!, states.piece("c")), abc);
  assert.equal(states.after(a!, states.piece("bc")), abc);
  for (const [from, piece] of [[a, "c"], [abc, "d"], [EMPTY, "x"], [GARBAGE, "a"]] as const) {
    assert.equal(states.after(from!, states.piece(piece)), GARBAGE);
  }
  assert.equal(states.after(ABSENT, states.piece("ab")), ab);
  assert.equal(states.tail(abc!, 2), "bc");
  assert.equal(states.prefix(abc!, 1), a);
  assert.equal(states.prefix(abc!, 0), EMPTY);
});

Deno.test("KvStates.fits() takes an absent key for an empty one, but not the other way round", () => {
  const states = new KvStates(["", "a"]);
  const empty = states.placeOf("");
  assert.ok(states.fits(EMPTY, empty) && states.fits(ABSENT, empty));
  assert.ok(states.fits(ABSENT, ABSENCE) && !states.fits(EMPTY, ABSENCE));
  assert.ok(!states.fits(GARBAGE, empty) && !states.fits(GARBAGE, ABSENCE));
  assert.ok(states.fits(stateOf(states, "a"), states.placeOf("a")));
});

Deno.test("KvStates agree with strings, on random texts", () => {
  const random = new SeededRandom(3n);
  const text = (lengthMax: number) =>
    Array.from({ length: random.below(lengthMax + 1) }, () => "ab"[random.below(2)]).join("");
  for (let round = 0; round < 500; round++) {
    const seen = Array.from({ length: random.below(6) }, () => text(6));
    const states = new KvStates(seen);
    const known = new Map<number, string>();
    for (let i = 0; i < 20; i++) {
      const pieces = [text(3), text(3), text(3)];
      let state = EMPTY;
      for (const piece of pieces) state = states.after(state, states.piece(piece));
      const whole = pieces.join("");
      const isSeen = whole === "" || seen.some((each) => each.startsWith(whole));
      assert.equal(state === GARBAGE, !isSeen, `${whole} of ${seen}`);
      if (!isSeen) continue;
      assert.equal(known.get(state) ?? whole, whole);
      known.set(state, whole);
      assert.equal(states.tail(state, states.lengthOf(state)), whole);
      assert.equal(state, stateOf(states, whole));
      const length = random.below(whole.length + 1);
      assert.equal(states.prefix(state, length), stateOf(states, whole.slice(0, length)));
      const count = new Set(seen.filter((each) => each.startsWith(whole))).size;
      assert.equal(states.end(state) - states.first(state), count);
    }
  }
});
