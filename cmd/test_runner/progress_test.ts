import assert from "node:assert/strict";
import { type Progress, ProgressBar, progressText, spanText } from "./progress.ts";

const fifth: Progress = { done: 10, total: 50, passed: 10, notPassed: 0, elapsedMs: 1000 };

Deno.test("progressText() has 20 marks at most and never shows 100 % too early", () => {
  assert.equal(
    progressText(fifth),
    "Test Progress: [####                ] 20.0%  10 passed, 0 failed, 4 s left",
  );
  assert.equal(
    progressText({ done: 0, total: 50, passed: 0, notPassed: 0, elapsedMs: 0 }),
    "Test Progress: [                    ] 0.0%  0 passed, 0 failed",
  );
  assert.equal(
    progressText({ done: 9999, total: 10_000, passed: 9998, notPassed: 1, elapsedMs: 1000 }),
    "Test Progress: [################### ] 99.9%  9998 passed, 1 failed, 1 s left",
  );
  assert.equal(
    progressText({ done: 50, total: 50, passed: 50, notPassed: 0, elapsedMs: 1000 }),
    "Test Progress: [####################] 100.0%  50 passed, 0 failed",
  );
});

Deno.test("progressText() leaves out what does not fit, whole", () => {
  const all = progressText(fifth);
  assert.equal(progressText(fifth, all.length), all);
  assert.equal(progressText(fifth, all.length - 1), all.replace(", 4 s left", ""));
  assert.equal(progressText(fifth, 50), "Test Progress: [####                ] 20.0%");
  assert.equal(progressText(fifth, 20), "Test Progress: [####");
});

Deno.test("spanText() names the two largest units", () => {
  assert.equal(spanText(3_200), "4 s");
  assert.equal(spanText(200_000), "3 min 20 s");
  assert.equal(spanText(7_500_000), "2 h 5 min");
});

Deno.test("ProgressBar is redrawn in place, not too often, and taken away before other text", () => {
  const written: string[] = [];
  let now = 0;
  const bar = new ProgressBar({
    write: (text) => written.push(text),
    columns: () => 40,
    now: () => now,
  });
  bar.clear();
  bar.draw(fifth);
  bar.draw(fifth);
  now = 150;
  bar.draw(fifth);
  bar.clear();
  bar.clear();
  bar.draw(fifth);
  const line = "\r\x1b[KTest Progress: [####                ] 2";
  assert.deepEqual(written, [line, line, "\r\x1b[K", line]);
});

Deno.test("ProgressBar without a terminal draws nothing", () => {
  const bar = new ProgressBar({ write: undefined, columns: () => 80, now: () => 0 });
  bar.draw(fifth);
  bar.clear();
});
