import assert from "node:assert/strict";
import fc from "fast-check";
import { type ChoiceSink, deriveSeed, parseSeed, SeededRandom } from "./random.ts";

fc.configureGlobal({ seed: 824 });

const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

function draw(random: SeededRandom, count: number, bound = 2 ** 32): number[] {
  return Array.from({ length: count }, () => random.below(bound));
}

Deno.test("SeededRandom draws what it always drew, so that old seeds keep their meaning", () => {
  const known: [bigint, number[], number[]][] = [
    [0n, [2443362649, 1943308214, 3220999741, 573542829], [582, 463, 767, 136, 112, 361]],
    [1n, [2073545916, 672453628, 3458402868, 1923041478], [494, 160, 824, 458, 617, 516]],
    [824n, [92061889, 4239153750, 708078360, 1175916033], [21, 168, 280, 556, 444, 853]],
    [2n ** 64n - 1n, [3921552951, 1426969411, 91148687, 886052774], [934, 340, 21, 211, 104, 380]],
  ];
  for (const [seed, words, belowThousand] of known) {
    assert.deepEqual(draw(new SeededRandom(seed), 4), words);
    assert.deepEqual(draw(new SeededRandom(seed), 6, 1000), belowThousand);
  }
  const root = new SeededRandom(824n);
  const network = [1069732111, 2835082475, 1870837455, 1874963658];
  assert.deepEqual(draw(root.child("network"), 4), network);
  const second = [167438922, 689933732, 2705763874, 4013089389];
  assert.deepEqual(draw(root.child("server").child("2"), 4), second);
  assert.equal(root.bits53(), 193071609043542);
  assert.equal(deriveSeed(824n, "network"), 821411365774338471n);
  assert.equal(deriveSeed(0n, ""), 5459289632680604155n);
});

Deno.test("SeededRandom.below() stays below its bound, for bounds of every size", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
      const random = new SeededRandom(seed);
      for (let i = 0; i < 20; i++) {
        const value = random.below(bound);
        assert.ok(Number.isInteger(value) && value >= 0 && value < bound, `${value}`);
      }
    }),
  );
});

/** The sum of squared deviations from an even distribution; about `counts.length` if it is one. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

Deno.test("SeededRandom.below() is even, also where the bound is just above a power of two", () => {
  for (const bound of [2, 3, 10, 17, 100, 129]) {
    const random = new SeededRandom(824n).child(`evenness ${bound}`);
    const counts = new Array<number>(bound).fill(0);
    for (let i = 0; i < 1000 * bound; i++) counts[random.below(bound)]!++;
    const limit = bound + 5 * Math.sqrt(2 * bound);
    assert.ok(chiSquared(counts) < limit, `bound ${bound}: ${chiSquared(counts)} >= ${limit}`);
  }
});

Deno.test("SeededRandom draws evenly from the first word on, over seeds that count up", () => {
  for (const nth of [0, 1, 2, 3]) {
    const counts = new Array<number>(64).fill(0);
    for (let seed = 0n; seed < 20_000n; seed++) {
      counts[draw(new SeededRandom(seed), nth + 1, 64)[nth]!]!++;
    }
    assert.ok(chiSquared(counts) < 64 + 5 * Math.sqrt(128), `draw ${nth}: ${chiSquared(counts)}`);
  }
});

Deno.test("SeededRandom sets every bit of a word in half of the cases", () => {
  const random = new SeededRandom(7n);
  const ones = new Array<number>(32).fill(0);
  for (let i = 0; i < 20_000; i++) {
    const word = random.below(2 ** 32);
    for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1;
  }
  for (const count of ones) assert.ok(Math.abs(count - 10_000) < 350, `${count}`);
});

Deno.test("SeededRandom.child() depends on the seed and the name, not on what was drawn", () => {
  const fresh = new SeededRandom(1n);
  const used = new SeededRandom(1n);
  draw(used, 1000);
  assert.deepEqual(draw(fresh.child("a"), 10), draw(used.child("a"), 10));
  assert.notDeepEqual(draw(fresh.child("a"), 10), draw(fresh.child("b"), 10));
  assert.notDeepEqual(draw(fresh.child("a"), 10), draw(new SeededRandom(2n).child("a"), 10));
  assert.notDeepEqual(draw(fresh.child("a"), 10), draw(fresh, 10));
});

Deno.test("SeededRandom.child() gives different streams for many names and seeds", () => {
  const firsts = new Set<string>();
  for (let seed = 0n; seed < 20n; seed++) {
    for (let i = 0; i < 500; i++) {
      firsts.add(`${draw(new SeededRandom(seed).child(`server/${i}`), 2)}`);
    }
  }
  assert.equal(firsts.size, 10_000);
});

Deno.test("SeededRandom: streams of neighbouring names do not move together", () => {
  const root = new SeededRandom(3n);
  const a = draw(root.child("a"), 20_000, 2);
  const b = draw(root.child("b"), 20_000, 2);
  const equal = a.filter((bit, i) => bit === b[i]).length;
  assert.ok(Math.abs(equal - 10_000) < 350, `${equal} of 20000 bits are equal`);
});

Deno.test("deriveSeed() gives the seed of a child stream", () => {
  fc.assert(fc.property(seeds, fc.string(), (seed, name) => {
    const derived = new SeededRandom(deriveSeed(seed, name));
    assert.deepEqual(draw(derived, 3), draw(new SeededRandom(seed).child(name), 3));
  }));
});

Deno.test("SeededRandom tells its sink of every draw, by the path of the stream", () => {
  const records: [string, number, number][] = [];
  const sink: ChoiceSink = { record: (...choice) => records.push(choice) };
  const root = new SeededRandom(5n, { sink });
  const election = root.child("server/2").child("election");
  const drawn = [election.below(10), election.between(5, 9) - 5, root.bits53()];
  assert.deepEqual(records, [
    ["server/2/election", 10, drawn[0]!],
    ["server/2/election", 5, drawn[1]!],
    ["", 2 ** 53, drawn[2]!],
  ]);
});

Deno.test("SeededRandom draws the same with a sink and without", () => {
  const sink: ChoiceSink = { record() {} };
  assert.deepEqual(
    draw(new SeededRandom(9n, { sink }).child("x"), 20, 7),
    draw(new SeededRandom(9n).child("x"), 20, 7),
  );
});

Deno.test("SeededRandom throws when the seed has more than 64 bits", () => {
  assert.throws(() => new SeededRandom(-1n), RangeError);
  assert.throws(() => new SeededRandom(2n ** 64n), RangeError);
});

Deno.test("parseSeed() reads decimal and hexadecimal numbers below 2^64", () => {
  assert.equal(parseSeed("0"), 0n);
  assert.equal(parseSeed("824"), 824n);
  assert.equal(parseSeed("0x1f3A"), 0x1f3an);
  assert.equal(parseSeed("18446744073709551615"), 2n ** 64n - 1n);
});

Deno.test("parseSeed() throws when the text is not a seed", () => {
  for (const text of ["", " 1", "-1", "1.5", "1e3", "0x", "0b1", "ten", "1_000"]) {
    assert.throws(() => parseSeed(text), SyntaxError, text);
  }
  assert.throws(() => parseSeed("18446744073709551616"), SyntaxError);
});
