/** The status page (the paper's §4.7): the same facts for browsers, and as JSON for programs. */

import type {
  AttemptStatus,
  JobStatus,
  PhaseStatus,
  TaskStatus,
  WorkerStatus,
} from "../../mapreduce/coordinator_status.ts";
import type { TaskKind } from "../../mapreduce/messages.ts";
import { type HttpReply, textReply } from "../../host/http_server.ts";

/** How often a browser reads the page again, in seconds. */
const REFRESH_SECONDS = 2;
/** No more tasks of a kind are shown; the rest is told as a number. */
const TASKS_SHOWN = 500;

/** Where the facts come from. */
export interface StatusSource {
  status(): JobStatus;
  tasks(kind: TaskKind): readonly TaskStatus[];
}

/** Answers a request for a path; `undefined` if there is nothing there. */
export function statusReply(path: string, source: StatusSource): HttpReply | undefined {
  switch (path.split("?", 1)[0]) {
    case "/":
      return { status: 200, contentType: "text/html; charset=utf-8", body: statusPage(source) };
    case "/status":
      return {
        status: 200,
        contentType: "application/json",
        body: `${JSON.stringify(statusDocument(source), undefined, 2)}\n`,
      };
    case "/healthz":
      return textReply(200, "ok");
    case "/readyz": {
      const { phase, failure } = source.status();
      return phase === "failed" ? textReply(503, `failed: ${failure}`) : textReply(200, phase);
    }
    default:
      return undefined;
  }
}

/** The facts as plain data. */
export function statusDocument(source: StatusSource): object {
  const { allDismissed: _, ...job } = source.status();
  return { ...job, tasks: [...source.tasks("map"), ...source.tasks("reduce")] };
}

/** The page for browsers. It needs no script. */
export function statusPage(source: StatusSource): string {
  const job = source.status();
  const isOver = job.phase === "done" || job.phase === "failed";
  const refresh = isOver ? "" : `<meta http-equiv="refresh" content="${REFRESH_SECONDS}">`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${refresh}
<title>${escape(job.app || "MapReduce")}: ${job.phase}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escape(job.app || "waiting for the first worker")}: <em>${job.phase}</em></h1>
${job.failure === undefined ? "" : `<p class="failure">${escape(job.failure)}</p>`}
${facts(job)}
${table(PHASE_HEADINGS, [phaseRow("map", job.map), phaseRow("reduce", job.reduce)])}
<h2>Workers</h2>
${table(WORKER_HEADINGS, job.workers.map(workerRow))}
${taskSection("Map tasks", source.tasks("map"))}
${taskSection("Reduce tasks", source.tasks("reduce"))}
<h2>Counters</h2>
${table(["counter", "total"], Object.entries(job.counters).map(([name, n]) => [name, count(n)]))}
</body>
</html>
`;
}

const STYLE = "body{font:14px/1.4 system-ui,sans-serif;margin:2em;max-width:80em}" +
  "table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .8em;text-align:right}" +
  "td:first-child,th:first-child,td.text{text-align:left}tr:nth-child(even){background:#8881}" +
  "th{border-bottom:1px solid #888}.failure{color:#c00;font-weight:bold}" +
  ":root{color-scheme:light dark}";

const PHASE_HEADINGS = ["phase", "done", "tasks", "completed", "in progress", "idle"]
  .concat(["attempts", "backups", "failed", "lost"]);

function phaseRow(name: string, phase: PhaseStatus): string[] {
  const { tasks, completed, inProgress, idle, attempts, backups, failed, lost } = phase;
  const numbers = [tasks, completed, inProgress, idle, attempts, backups, failed, lost];
  return [name, percent(phase.fraction), ...numbers.map(count)];
}

const WORKER_HEADINGS = ["worker", "address", "state", "works on", "done", "failed", "log"];

function workerRow(worker: WorkerStatus): string[] {
  const { address, life, silent, running, attemptsDone, attemptsFailed, log } = worker;
  return [
    address.workerId,
    `${address.hostname}:${address.port}`,
    life === "alive" ? "alive" : `${life}, silent for ${seconds(silent)}`,
    running === undefined ? "" : attemptText(running),
    count(attemptsDone),
    count(attemptsFailed),
    log,
  ];
}

function attemptText({ kind, task, attempt, fraction, status }: AttemptStatus): string {
  const what = `${kind} ${task}, attempt ${attempt}: ${percent(fraction)}`;
  return status === "" ? what : `${what}, ${status}`;
}

function taskSection(title: string, tasks: readonly TaskStatus[]): string {
  const rows = tasks.slice(0, TASKS_SHOWN).map(taskRow);
  const more = tasks.length - rows.length;
  const rest = more > 0 ? `<p>and ${count(more)} more, in <a href="/status">/status</a></p>` : "";
  return `<h2>${title}</h2>\n${
    table(["task", "state", "input", "bytes", "attempts"], rows)
  }${rest}`;
}

function taskRow({ task, state, input, inputBytes, attempts }: TaskStatus): string[] {
  const each = attempts.map(({ workerId, state, duration, backup }) =>
    `${workerId}: ${state}${backup ? " (backup)" : ""}, ${seconds(duration)}`
  );
  return [String(task), state, input, inputBytes === 0 ? "" : count(inputBytes), each.join("; ")];
}

function facts(job: JobStatus): string {
  const { elapsed, inputBytes, intermediateBytes, outputBytes, outputRecords } = job;
  const parts = [
    `${seconds(elapsed)} so far`,
    `${count(inputBytes)} bytes in`,
    `${count(intermediateBytes)} bytes between`,
    `${count(outputBytes)} bytes out in ${count(outputRecords)} lines`,
    `${count(job.wastedAttempts)} attempts for nothing (${seconds(job.wastedTime)})`,
    `${count(job.skippedRecords.length)} records left out`,
  ];
  return `<p>Job ${escape(job.jobId)}: ${parts.join(", ")}. <a href="/status">As JSON</a></p>`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headings.map((text) => `<th>${escape(text)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = row.map((text) => {
      const isNumber = /^[\d,.% s]*$/.test(text);
      return `<td${isNumber ? "" : ' class="text"'}>${escape(text)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>\n`;
  });
  return `<table><tr>${head}</tr>\n${body.join("")}</table>`;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)}%`;
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** What workers and applications say stays text. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
