import assert from "node:assert/strict";
import fc from "fast-check";
import { DiskFile } from "./disk_file.ts";

fc.configureGlobal({ seed: 824 });

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}

/** What each cut leaves, for a file made by `write`. */
function allCuts(write: (file: DiskFile) => void): string[] {
  const make = () => {
    const file = new DiskFile();
    write(file);
    return file;
  };
  return Array.from({ length: make().unsafe + 1 }, (_, cut) => {
    const file = make();
    file.crash(cut);
    return file.read().join(" ");
  });
}

Deno.test("DiskFile.crash() tears an append at any byte", () => {
  const cuts = allCuts((file) => {
    file.append(bytes(1, 2));
    file.makeAllSafe();
    file.append(bytes(3, 4));
    file.append(bytes(5));
  });
  assert.deepEqual(cuts, ["1 2", "1 2 3", "1 2 3 4", "1 2 3 4 5"]);
});

Deno.test("DiskFile.crash() keeps the old content or the whole new one", () => {
  const cuts = allCuts((file) => {
    file.append(bytes(1));
    file.makeAllSafe();
    file.append(bytes(2));
    file.replace(bytes(7, 8, 9));
    file.append(bytes(10, 11));
  });
  assert.deepEqual(cuts, ["1", "1 2", "7 8 9", "7 8 9 10", "7 8 9 10 11"]);
});

Deno.test("DiskFile.makeSafe() saves what was written before the mark, not behind it", () => {
  const cuts = allCuts((file) => {
    file.append(bytes(1));
    const mark = file.mark();
    file.append(bytes(2));
    file.makeSafe(mark);
  });
  assert.deepEqual(cuts, ["1", "1 2"]);
});

Deno.test("DiskFile.makeSafe() of an old content does not undo its replacement", () => {
  const file = new DiskFile();
  file.append(bytes(1, 2));
  const mark = file.mark();
  file.replace(bytes(3));
  file.makeAllSafe();
  file.makeSafe(mark);
  assert.deepEqual(file.read(), bytes(3));
  assert.equal(file.unsafe, 0);
});

Deno.test("DiskFile: what a crash keeps is safe from the next one", () => {
  const file = new DiskFile();
  file.append(bytes(1, 2, 3));
  file.crash(2);
  assert.equal(file.unsafe, 0);
  file.append(bytes(9));
  file.crash(0);
  assert.deepEqual(file.read(), bytes(1, 2));
});

type Write =
  | { readonly kind: "append" | "replace"; readonly bytes: Uint8Array }
  | { readonly kind: "mark" | "makeSafe" };

const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("append" as const, "replace" as const),
    bytes: fc.uint8Array({ maxLength: 4 }),
  }),
  fc.constantFrom({ kind: "mark" as const }, { kind: "makeSafe" as const }),
);

Deno.test("DiskFile.crash() leaves a content that the file once had, not older than the last safe one", () => {
  fc.assert(fc.property(fc.array(write, { maxLength: 30 }), fc.nat(), (writes, seed) => {
    const file = new DiskFile();
    // All contents in order, byte by byte; the mark and the safe point are places in that list.
    const history: number[][] = [[]];
    let mark = file.mark();
    let markAt = 0;
    let safeAt = 0;
    for (const step of writes) {
      if (step.kind === "append") {
        file.append(step.bytes);
        for (const byte of step.bytes) history.push([...history.at(-1)!, byte]);
      } else if (step.kind === "replace") {
        file.replace(step.bytes);
        history.push([...step.bytes]);
      } else if (step.kind === "mark") {
        mark = file.mark();
        markAt = history.length - 1;
      } else {
        file.makeSafe(mark);
        safeAt = Math.max(safeAt, markAt);
      }
    }
    assert.deepEqual([...file.read()], history.at(-1));
    assert.equal(file.unsafe, history.length - 1 - safeAt);
    const cut = seed % (file.unsafe + 1);
    file.crash(cut);
    assert.deepEqual([...file.read()], history[safeAt + cut]);
  }));
});
