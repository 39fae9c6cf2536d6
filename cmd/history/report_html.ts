/**
 * What a check found, as a page that needs nothing but a browser: for each key that is wrong, the operations as bars
 * in a row for each client, the longest order as numbered ticks, and what cannot be added in red. Time is drawn by the
 * order of events, so that busy and idle times are as wide as what happens in them. There is no script in it, and every
 * text of the history is escaped.
 */

import { type PartReport, printable, quoted } from "../../core/check/mod.ts";
import type { CheckedHistory } from "./check_lines.ts";

const KEYS_MAX = 10;
/** Operations drawn of one key: the last ones before the first that cannot be added, and some after. */
const BEFORE_MAX = 200;
const AFTER_MAX = 40;

const [MARGIN, TOP, STEP, ROW, BAR] = [90, 30, 26, 34, 22];

/** The whole page. */
export function reportHtml(checked: CheckedHistory): string {
  const { parts, verdict } = checked.report;
  const wrong = parts.filter((part) => part.verdict === "illegal");
  const sections = wrong.slice(0, KEYS_MAX).map((part) => section(part, checked));
  const more = wrong.length > KEYS_MAX ? `<p>and ${wrong.length - KEYS_MAX} more keys</p>` : "";
  const rows = parts.map((part) =>
    `<tr><td>${
      escaped(quoted(part.partition))
    }</td><td class="${part.verdict}">${part.verdict}</td>` +
    `<td>${part.operations.length}</td></tr>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>History: ${verdict}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>History: <span class="${verdict}">${verdict}</span></h1>
${sections.join("\n")}
${more}
<h2>Keys</h2>
<table><tr><th>key</th><th>verdict</th><th>operations</th></tr>
${rows.join("\n")}
</table>
</body>
</html>
`;
}

const STYLE = `
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; color: #222; background: #fff }
.scroll { overflow-x: auto; border: 1px solid #ccc }
text { font: 12px ui-monospace, monospace; fill: #222 }
.bar { fill: #cfe3f7; stroke: #5b8fc7 }
.unknown .bar { fill: #eee; stroke: #999; stroke-dasharray: 4 3 }
.later .bar { fill: #f6f6f6; stroke: #ccc }
.misfit .bar { fill: #f8c9c9; stroke: #c22; stroke-width: 2 }
.point { stroke: #1a5a1a; stroke-width: 2 }
.number { fill: #1a5a1a; text-anchor: middle; font-size: 10px }
.row { stroke: #eee }
.ok { color: #1a7a1a } .illegal { color: #c22 } span.unknown, td.unknown { color: #a60 }
table { border-collapse: collapse } td, th { padding: 2px 12px; text-align: left }
li { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
`;

function section(part: PartReport, checked: CheckedHistory): string {
  const misfits = part.misfits.map(({ why }) => `<li>${escaped(why)}</li>`);
  return `<h2>Key ${escaped(quoted(part.partition))}</h2>
<p>The longest part that can be ordered has ${part.order.length} of ${part.operations.length} operations: the numbers say
in which order they took effect, the ticks when that may have been. Dashed bars are operations of unknown outcome, pale
ones came later.</p>
<p class="illegal">What cannot be added:</p>
<ul>${misfits.join("")}</ul>
<div class="scroll">${drawing(part, checked)}</div>`;
}

/** An operation in the drawing; times are counted in events. */
interface Bar {
  readonly operation: number;
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

function drawing(part: PartReport, checked: CheckedHistory): string {
  const drawn = chosen(part, checked);
  const clients = [...new Set(drawn.map((i) => checked.operations[i]!.client))].sort((a, b) =>
    a - b
  );
  const ranks = eventRanks(drawn, checked);
  const last = ranks.size;
  const bars = drawn.map((operation) => {
    const { client, call, return: end } = checked.operations[operation]!;
    const row = clients.indexOf(client);
    return { operation, row, from: ranks.get(call)!, to: ranks.get(end) ?? last };
  });
  const width = MARGIN + (last + 1) * STEP;
  const height = TOP + clients.length * ROW;
  const labels = clients.map((client, row) =>
    `<text x="6" y="${TOP + row * ROW + 15}">client ${client}</text>` +
    `<line class="row" x1="0" x2="${width}" y1="${TOP + (row + 1) * ROW - 6}" y2="${
      TOP + (row + 1) * ROW - 6
    }"/>`
  );
  const placed = points(part, bars);
  const shapes = bars.map((bar) => shape(bar, part, checked, placed.get(bar.operation)));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${
    labels.join("")
  }${shapes.join("")}</svg>`;
}

/** The operations to draw: all, or those around the first that cannot be added, in the order of their calls. */
function chosen(part: PartReport, checked: CheckedHistory): number[] {
  const callOf = (i: number) => checked.operations[i]!.call;
  const all = [...part.operations].sort((a, b) => callOf(a) - callOf(b));
  const centre = all.indexOf(part.misfits[0]!.operation);
  return all.slice(Math.max(0, centre - BEFORE_MAX), centre + AFTER_MAX);
}

function eventRanks(drawn: readonly number[], checked: CheckedHistory): Map<number, number> {
  const times = drawn.flatMap((i) => {
    const { call, return: end, output } = checked.operations[i]!;
    return output === undefined ? [call] : [call, end];
  });
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  return new Map(sorted.map((time, rank) => [time, rank]));
}

/** Where each operation of the order may have taken effect: as early as the order and its call allow. */
function points(
  part: PartReport,
  bars: readonly Bar[],
): Map<number, { at: number; number: number }> {
  const barOf = new Map(bars.map((bar) => [bar.operation, bar]));
  const found = new Map<number, { at: number; number: number }>();
  let at = 0;
  part.order.forEach((operation, place) => {
    const bar = barOf.get(operation);
    if (bar === undefined) return;
    at = Math.max(at, bar.from);
    found.set(operation, { at, number: place + 1 });
  });
  return spread(found);
}

/** Points between the same two events stand side by side. */
function spread(
  points: Map<number, { at: number; number: number }>,
): Map<number, { at: number; number: number }> {
  const crowds = Map.groupBy(points, ([, { at }]) => at);
  const apart = new Map<number, { at: number; number: number }>();
  for (const [at, crowd] of crowds) {
    crowd.forEach(([operation, { number }], i) => {
      apart.set(operation, { at: at + (i + 1) / (crowd.length + 1), number });
    });
  }
  return apart;
}

function shape(
  { operation, row, from, to }: Bar,
  part: PartReport,
  checked: CheckedHistory,
  point: { readonly at: number; readonly number: number } | undefined,
): string {
  const { client, output, call, return: end } = checked.operations[operation]!;
  const isMisfit = part.misfits.some((misfit) => misfit.operation === operation);
  const kind = isMisfit ? "misfit" : output === undefined ? "unknown" : point ? "placed" : "later";
  const [x, y] = [MARGIN + from * STEP, TOP + row * ROW];
  const width = Math.max(STEP / 2, (to - from) * STEP);
  const text = checked.describe(operation);
  const label = clipped(text.replace(/^(\w+)\("(?:[^"\\]|\\.)*"(?:, )?/, "$1("), width / 7.4);
  const times = output === undefined ? `from ${call}, outcome unknown` : `from ${call} to ${end}`;
  const title = `client ${client}, line ${checked.lines[operation]}: ${text}, ${times}`;
  const tick = point === undefined ? "" : tickAt(MARGIN + point.at * STEP, y, point.number);
  return `<g class="${kind}"><title>${escaped(title)}</title>` +
    `<rect class="bar" x="${x}" y="${y}" width="${width}" height="${BAR}" rx="3"/>` +
    `<text x="${x + 4}" y="${y + 15}">${escaped(label)}</text>${tick}</g>`;
}

function tickAt(x: number, y: number, number: number): string {
  const at = x.toFixed(1);
  return `<line class="point" x1="${at}" x2="${at}" y1="${y}" y2="${y + BAR}"/>` +
    `<text class="number" x="${at}" y="${y - 2}">${number}</text>`;
}

function clipped(text: string, length: number): string {
  if (text.length <= length) return text;
  return length < 2 ? "" : `${text.slice(0, Math.floor(length) - 1)}…`;
}

/** Text for a page: nothing in it is markup, and nothing in it acts. */
function escaped(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
