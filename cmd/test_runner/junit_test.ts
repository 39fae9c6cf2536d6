import assert from "node:assert/strict";
import { escapeXml, junitXml } from "./junit.ts";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";

const tests = [sampleTest("2A", "TestOne2A"), sampleTest("2B", "TestTwo2B")];

Deno.test("junitXml() has a suite per lab and a case per test and iteration", () => {
  const xml = junitXml([
    sampleResult(sampleUnit(tests, 0)),
    sampleResult(sampleUnit(tests, 1), { verdict: "fail", reason: 'a < "b"\nand more' }),
    sampleResult(sampleUnit(tests, 2), { verdict: "unknown", reason: "budget" }),
    sampleResult(sampleUnit(tests, 3), { verdict: "error", reason: "broken" }),
  ]);
  assert.equal(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="dist824" tests="4" failures="1" errors="1" skipped="1" time="0.080">
  <testsuite name="dist824/2A" tests="2" failures="0" errors="0" skipped="1" time="0.040">
    <testcase classname="dist824.2A" name="TestOne2A [iteration 1, seed 37]" time="0.020"/>
    <testcase classname="dist824.2A" name="TestOne2A [iteration 2, seed 38]" time="0.020">
      <skipped message="unknown verdict: budget"/>
    </testcase>
  </testsuite>
  <testsuite name="dist824/2B" tests="2" failures="1" errors="1" skipped="0" time="0.040">
    <testcase classname="dist824.2B" name="TestTwo2B [iteration 1, seed 37]" time="0.020">
      <failure message="a &lt; &quot;b&quot;" type="fail">a &lt; &quot;b&quot;
and more
iteration 1, seed 37
to repeat it: ./dist824 test --lab 2B --test TestTwo2B --seed 37</failure>
    </testcase>
    <testcase classname="dist824.2B" name="TestTwo2B [iteration 2, seed 38]" time="0.020">
      <error message="broken" type="error">broken
iteration 2, seed 38
to repeat it: ./dist824 test --lab 2B --test TestTwo2B --seed 38</error>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

Deno.test("junitXml() of nothing is a document all the same", () => {
  assert.match(junitXml([]), /<testsuites name="dist824" tests="0" .*\/>\n$/);
});

Deno.test("escapeXml() leaves nothing that XML cannot contain", () => {
  assert.equal(
    escapeXml("<a href='x'>&\"\u0000\u001b\ud800\t\n"),
    "&lt;a href='x'&gt;&amp;&quot;\ufffd\ufffd\ufffd\t\n",
  );
});
