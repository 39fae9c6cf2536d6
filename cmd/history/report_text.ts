/** What a check found, as text. */

import { type PartReport, quoted } from "../../core/check/mod.ts";
import type { OutputStream } from "../command.ts";
import { styled, type TextStyle } from "../style.ts";
import { grouped, tableText } from "../test_runner/table.ts";
import type { CheckedHistory } from "./check_lines.ts";

const KEYS_SHOWN_MAX = 20;
const BAD_KEYS_SHOWN_MAX = 5;
const ORDER_SHOWN_MAX = 12;

const STYLES: Readonly<Record<PartReport["verdict"], TextStyle>> = {
  ok: "green",
  illegal: "red",
  unknown: "yellow",
};

/** The verdict of each key, or of the bad ones where there are many; then why; then all in one line. */
export function reportText(checked: CheckedHistory, wallMs: number, stream: OutputStream): string {
  const { parts } = checked.report;
  const bad = parts.filter(({ verdict }) => verdict !== "ok");
  const shown = parts.length <= KEYS_SHOWN_MAX ? parts : bad.slice(0, KEYS_SHOWN_MAX);
  const illegal = bad.filter(({ verdict }) => verdict === "illegal");
  const reasons = illegal.slice(0, BAD_KEYS_SHOWN_MAX)
    .map((part) => `\n${reasonText(part, checked, stream)}`);
  if (illegal.length > BAD_KEYS_SHOWN_MAX) {
    reasons.push(`\nand ${illegal.length - BAD_KEYS_SHOWN_MAX} more keys like these\n`);
  }
  return `${keyTable(shown)}${reasons.join("")}${shown.length + reasons.length === 0 ? "" : "\n"}${
    summary(checked, wallMs, stream)
  }`;
}

function keyTable(parts: readonly PartReport[]): string {
  if (parts.length === 0) return "";
  const rows = parts.map(({ partition, verdict, operations, steps }) => [
    quoted(partition),
    verdict,
    grouped(operations.length),
    grouped(steps),
  ]);
  return tableText([["key", "verdict", "operations", "steps"], ...rows], [
    "left",
    "left",
    "right",
    "right",
  ]);
}

function reasonText(part: PartReport, checked: CheckedHistory, stream: OutputStream): string {
  const { order, misfits } = part;
  const left = Math.max(0, order.length - ORDER_SHOWN_MAX);
  const rows = order.slice(left).map((i, place) => {
    const { client, call, return: end, output } = checked.operations[i]!;
    return [
      `  ${left + place + 1}.`,
      `line ${checked.lines[i]}`,
      `client ${client}`,
      checked.describe(i),
      output === undefined ? `from ${call}` : `from ${call} to ${end}`,
    ];
  });
  const aligns = ["right", "left", "left", "left", "left"] as const;
  const title = order.length === 0
    ? "nothing of it can be ordered"
    : `the longest part of it that can be ordered has ${count(order.length, "operation")}` +
      (left > 0 ? `; its last ${ORDER_SHOWN_MAX}:` : ":");
  const cannot = misfits.map(({ operation, why }) =>
    `  line ${checked.lines[operation]}: ${why}\n`
  );
  const name = styled(stream, "bold", `Key ${quoted(part.partition)}`);
  return `${name}: ${title}\n${tableText(rows, aligns)}` +
    `${styled(stream, "red", "What cannot be added:")}\n${cannot.join("")}`;
}

function summary(checked: CheckedHistory, wallMs: number, stream: OutputStream): string {
  const { verdict, parts, steps } = checked.report;
  const number = (wanted: PartReport["verdict"]) =>
    parts.filter((part) => part.verdict === wanted).length;
  const [illegal, unknown] = [number("illegal"), number("unknown")];
  const keys = count(parts.length, "key");
  const said = {
    ok: `linearizable: ${keys}`,
    illegal: `not linearizable: ${illegal} of ${keys}` +
      (unknown > 0 ? `, and ${unknown} not decided` : ""),
    unknown: `not decided: ${unknown} of ${keys}; more --budget may help`,
  }[verdict];
  const cost = `${count(checked.operations.length, "operation")}, ${count(steps, "step")}, ${
    wallMs.toFixed(1)
  } ms`;
  return `${styled(stream, STYLES[verdict], verdict)}: ${said} (${cost})\n`;
}

function count(number: number, what: string): string {
  return `${grouped(number)} ${what}${number === 1 ? "" : "s"}`;
}
