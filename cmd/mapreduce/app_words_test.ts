import assert from "node:assert/strict";
import { UsageError } from "../errors.ts";
import { appArguments, splitAppWords } from "./app_words.ts";

Deno.test("splitAppWords() gives an application the words that it wants", () => {
  assert.deepEqual(splitAppWords(["wc", "a", "b"], {}), {
    source: { kind: "named", name: "wc", args: [] },
    rest: ["a", "b"],
  });
  assert.deepEqual(splitAppWords(["grep", "x", "a"], {}), {
    source: { kind: "named", name: "grep", args: ["x"] },
    rest: ["a"],
  });
  assert.deepEqual(splitAppWords(["./app.ts", "a"], {}).rest, ["a"]);
});

Deno.test("splitAppWords() leaves all words to the input when commands do the work", () => {
  assert.deepEqual(splitAppWords(["wc", "a"], { reducer: "uniq -c" }), {
    source: { kind: "streaming", mapper: undefined, reducer: "uniq -c" },
    rest: ["wc", "a"],
  });
});

Deno.test("splitAppWords() says what is missing or unknown", () => {
  assert.throws(() => splitAppWords([], {}), UsageError);
  assert.throws(() => splitAppWords(["grep"], {}), /grep wants PATTERN/);
  assert.throws(
    () => splitAppWords(["indexr"], {}),
    (error) => error instanceof UsageError && error.didYouMean === "indexer",
  );
});

Deno.test("appArguments() writes what splitAppWords() reads", () => {
  assert.deepEqual(appArguments({ kind: "named", name: "grep", args: ["-x"] }), [
    "--",
    "grep",
    "-x",
  ]);
  assert.deepEqual(appArguments({ kind: "streaming", mapper: "-m", reducer: undefined }), [
    "--mapper=-m",
  ]);
});
