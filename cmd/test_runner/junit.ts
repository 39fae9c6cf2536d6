/** The results of a run as JUnit XML, which every continuous integration reads. */

import { failureDetails } from "./failure.ts";
import type { UnitResult } from "./run_unit.ts";

/** Writes a document: a suite for each lab, a case for each test of each iteration, in their order. */
export function junitXml(results: readonly UnitResult[]): string {
  const byLab = new Map<string, UnitResult[]>();
  for (const result of results) {
    const { lab } = result.unit.test;
    const before = byLab.get(lab);
    if (before === undefined) byLab.set(lab, [result]);
    else before.push(result);
  }
  const suites = [...byLab].map(([lab, ofLab]) =>
    element("  ", "testsuite", { name: `dist824/${lab}`, ...counts(ofLab) }, ofLab.map(testCase))
  );
  const root = element("", "testsuites", { name: "dist824", ...counts(results) }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

function testCase(result: UnitResult): string {
  const { unit, outcome } = result;
  const attributes = {
    classname: `dist824.${unit.test.lab}`,
    name: `${unit.test.name} [iteration ${unit.iteration}, seed ${unit.iterationSeed}]`,
    time: secondsText(outcome.wallMs),
  };
  return element("    ", "testcase", attributes, verdictElements(result));
}

function verdictElements(result: UnitResult): string[] {
  const { verdict, reason } = result.outcome;
  if (verdict === "pass") return [];
  const message = (reason ?? "").split("\n")[0]!;
  if (verdict === "unknown") {
    return [element("      ", "skipped", { message: `unknown verdict: ${message}` }, [])];
  }
  const name = verdict === "fail" ? "failure" : "error";
  const open = `      <${name}${attributesText({ message, type: verdict })}>`;
  return [`${open}${escapeXml(failureDetails(result).join("\n"))}</${name}>\n`];
}

/** The wall seconds are those of the tests themselves, added up over all processes. */
function counts(results: readonly UnitResult[]): Record<string, string> {
  const count = (verdict: string) =>
    String(results.filter(({ outcome }) => outcome.verdict === verdict).length);
  return {
    tests: String(results.length),
    failures: count("fail"),
    errors: count("error"),
    skipped: count("unknown"),
    time: secondsText(results.reduce((sum, { outcome }) => sum + outcome.wallMs, 0)),
  };
}

function secondsText(wallMs: number): string {
  return (wallMs / 1000).toFixed(3);
}

function element(
  indent: string,
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly string[],
): string {
  const open = `${indent}<${name}${attributesText(attributes)}`;
  return content.length === 0
    ? `${open}/>\n`
    : `${open}>\n${content.join("")}${indent}</${name}>\n`;
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join(
    "",
  );
}

/** Escapes text for XML 1.0; characters that it cannot contain at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}
