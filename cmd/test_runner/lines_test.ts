import assert from "node:assert/strict";
import {
  iterationEndLines,
  iterationLine,
  notPassedLines,
  passedLine,
  startLine,
  titleLine,
  totalLines,
  worstVerdict,
} from "./lines.ts";

Deno.test("passedLine() has the columns of the course's test program", () => {
  assert.equal(
    passedLine({ seconds: 3.1, peers: 3, rpcs: 58, bytes: 16440, commits: 0 }),
    "  ... Passed --   3.1  3   58   16440    0\n",
  );
  assert.equal(
    passedLine({ seconds: 34.6, peers: 5, rpcs: 10521, bytes: 22104133, commits: 1011 }),
    "  ... Passed --  34.6  5 10521 22104133 1011\n",
  );
  assert.equal(
    passedLine({ seconds: 120.04, peers: 7, rpcs: 612, bytes: 123096, commits: 0 }),
    "  ... Passed --  120.0  7  612  123096    0\n",
  );
});

Deno.test("passedLine() has the columns of labs 3 and 4", () => {
  assert.equal(
    passedLine({ seconds: 15.2, peers: 5, rpcs: 4586, ops: 643 }),
    "  ... Passed --  15.2  5  4586  643\n",
  );
  assert.equal(
    passedLine({ seconds: 22.34, peers: 3, rpcs: 12404, ops: 0 }),
    "  ... Passed --  22.3  3 12404    0\n",
  );
  assert.equal(passedLine({ seconds: 4.5, peers: 9, rpcs: 1200 }), "  ... Passed\n");
});

Deno.test("the lines of a run, from the first to the last", () => {
  assert.equal(startLine(["2D"], 50, 37n), "Start running 2D tests 50 times, seed 37...\n");
  assert.equal(iterationLine(3), "starting iteration 3:\n");
  assert.equal(
    titleLine("Test (2A): initial election"),
    "Test (2A): initial election ...\n",
  );
  assert.equal(titleLine("Test: unreliable 1..."), "Test: unreliable 1...\n");
  assert.equal(iterationEndLines("pass", ["2D"], 182.3), "PASS\nok  \tdist824/2D\t182.300s\n\n");
  assert.equal(
    totalLines(50, 49, 5_049),
    "Running the test a total of 50 times, with 49 times passed.\nTotal time spent: 5.0 seconds.\n",
  );
});

Deno.test("notPassedLines() indents every line of every detail", () => {
  assert.equal(
    notPassedLines("fail", "TestSnapshotBasic2D", 12.345, ["hang: deadlock\nat 3 s", "seed 37"]),
    "--- FAIL: TestSnapshotBasic2D (12.35s)\n    hang: deadlock\n    at 3 s\n    seed 37\n",
  );
  assert.equal(notPassedLines("unknown", "TestX", 0, []), "--- UNKNOWN: TestX (0.00s)\n");
  assert.equal(notPassedLines("error", "TestX", 0, []), "--- ERROR: TestX (0.00s)\n");
});

Deno.test("iterationEndLines() never says PASS or ok for what did not pass", () => {
  assert.equal(
    iterationEndLines("fail", ["2A", "2B"], 1),
    "FAIL\nexit status 1\nFAIL\tdist824/2A,2B\t1.000s\n\n",
  );
  assert.equal(
    iterationEndLines("error", ["2A"], 1),
    "FAIL\nexit status 1\nFAIL\tdist824/2A\t1.000s\n\n",
  );
  assert.equal(iterationEndLines("unknown", ["3A"], 1), "UNKNOWN\n?   \tdist824/3A\t1.000s\n\n");
});

Deno.test("worstVerdict(): a failure outweighs an error, an error an unknown, an unknown a pass", () => {
  assert.equal(worstVerdict([]), "pass");
  assert.equal(worstVerdict(["pass", "pass"]), "pass");
  assert.equal(worstVerdict(["pass", "unknown"]), "unknown");
  assert.equal(worstVerdict(["unknown", "error", "pass"]), "error");
  assert.equal(worstVerdict(["error", "fail", "unknown"]), "fail");
});
