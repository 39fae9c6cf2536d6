/// <reference lib="dom" />
/**
 * The script of the page: it runs in a browser, draws the story on a canvas, and tells the state at the cursor. It is put
 * into the page as the text of this one function, so it uses nothing that stands outside of it.
 */

import type { Message, Story } from "./story.ts";

/** Draws the story. Wheel: zoom. Drag: move. Click: put the cursor. Arrow keys: step from event to event. */
export function viewer(story: Story): void {
  const LABEL = 90;
  const LANE = story.lanes.length > 8 ? 48 : 64;
  const TOP = 28;
  const OPERATION = 14;
  const ARROWS_MAX = 4000;
  const LINES_MAX = 60;
  const COLORS = {
    ...{ follower: "#dfe7ef", candidate: "#f6dd96", leader: "#a5d6a1", down: "#f3f3f3" },
    ...{ up: "#dfe7ef", working: "#a5d6a1" },
  };
  const canvas = document.querySelector("canvas")!;
  const context = canvas.getContext("2d")!;
  const statePanel = document.querySelector("#state")!;
  const eventPanel = document.querySelector("#events")!;
  const filter = document.querySelector<HTMLInputElement>("#filter")!;
  const clients = [...new Set(story.operations.map(({ client }) => client))];
  const clientTop = TOP + story.lanes.length * LANE + 10;
  const marks = story.marks;
  const nameLength = Math.max(9, ...story.lanes.map((name) => serverName(name).length));
  let from = 0;
  let to = Math.max(1, story.end);
  let cursor = story.end;
  let width = 0;

  function serverName(name: string): string {
    return /^\d+$/.test(name) ? `server ${name}` : name;
  }

  function x(at: number): number {
    return LABEL + (at - from) / (to - from) * (width - LABEL);
  }

  function timeAt(pixel: number): number {
    return from + (pixel - LABEL) / (width - LABEL) * (to - from);
  }

  function laneY(lane: number): number {
    return TOP + lane * LANE + LANE / 2;
  }

  function line(x1: number, y1: number, x2: number, y2: number, color: string): void {
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }

  function text(words: string, left: number, top: number, color = "#222"): void {
    context.fillStyle = color;
    context.fillText(words, left, top);
  }

  function drawAxis(): void {
    const rough = (to - from) / 8;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((digit) => digit * power).find((each) => each >= rough)!;
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      line(x(at), TOP - 6, x(at), canvas.height, "#eee");
      text(`${Number(at.toPrecision(10))} ms`, x(at) + 2, 12, "#666");
    }
  }

  function drawLanes(): void {
    for (const { lane, from: begin, to: end, role, term, work } of story.spans) {
      if (end < from || begin > to) continue;
      const left = Math.max(LABEL, x(begin));
      const right = Math.min(width, x(end));
      context.fillStyle = COLORS[role];
      context.fillRect(left, laneY(lane) - 12, right - left, 24);
      const words = work ?? (role === "down" || role === "up" ? role : `${role} ${term}`);
      if (right - left > 70) text(words, left + 4, laneY(lane) - 16, "#555");
    }
    for (const { lane, from: begin, to: end } of story.cuts) {
      if (end < from || begin > to) continue;
      context.fillStyle = "#c55";
      const left = Math.max(LABEL, x(begin));
      context.fillRect(left, laneY(lane) + 13, Math.min(width, x(end)) - left, 3);
    }
    context.fillStyle = "#fff";
    context.fillRect(0, 0, LABEL, canvas.height);
    story.lanes.forEach((name, lane) => {
      text(serverName(name), 6, laneY(lane) + 4);
    });
    clients.forEach((client, row) => {
      text(`client ${client}`, 6, clientTop + row * OPERATION + 10);
    });
  }

  function arrow(x1: number, y1: number, x2: number, y2: number, color: string): void {
    line(x1, y1, x2, y2, color);
    const angle = Math.atan2(y2 - y1, x2 - x1);
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(x2, y2);
    context.lineTo(x2 - 7 * Math.cos(angle - 0.4), y2 - 7 * Math.sin(angle - 0.4));
    context.lineTo(x2 - 7 * Math.cos(angle + 0.4), y2 - 7 * Math.sin(angle + 0.4));
    context.fill();
  }

  function colorOf(name: string): string {
    if (name.startsWith("RequestVote")) return "#b8860b";
    if (name.startsWith("InstallSnapshot")) return "#7a3fb0";
    return name.startsWith("AppendEntries") ? "#3b6ea5" : "#777";
  }

  function drawMessage(message: Message): void {
    const start = laneY(message.from);
    const end = laneY(message.to);
    const color = colorOf(message.name);
    const { sent, received, replied, lost } = message;
    if (received !== undefined) arrow(x(sent), start, x(received), end, color);
    if (replied !== undefined) arrow(x(received ?? sent), end, x(replied), start, `${color}99`);
    if (lost === undefined) return;
    const isReply = received !== undefined;
    const [x1, y1] = [x(received ?? sent), isReply ? end : start];
    const y2 = y1 + ((isReply ? start : end) - y1) * 0.4;
    const x2 = Math.min(x(lost), x1 + 30);
    context.setLineDash([3, 3]);
    line(x1, y1, x2, y2, "#c33");
    context.setLineDash([]);
    line(x2 - 4, y2 - 4, x2 + 4, y2 + 4, "#c33");
    line(x2 - 4, y2 + 4, x2 + 4, y2 - 4, "#c33");
  }

  function drawMessages(): void {
    const seen = story.messages.filter(({ sent, received, replied, lost }) =>
      sent <= to && Math.max(sent, received ?? 0, replied ?? 0, lost ?? 0) >= from
    );
    const every = Math.ceil(seen.length / ARROWS_MAX);
    seen.forEach((message, index) => {
      if (index % every === 0) drawMessage(message);
    });
    if (every > 1) text(`1 of ${every} messages is drawn: zoom in`, LABEL + 6, TOP - 8, "#c33");
  }

  function drawOperations(): void {
    for (
      const { client, text: words, called, returned = story.end, isSuspect } of story.operations
    ) {
      if (returned < from || called > to) continue;
      const top = clientTop + clients.indexOf(client) * OPERATION;
      const left = Math.max(LABEL, x(called));
      const right = Math.max(left + 1, Math.min(width, x(returned)));
      context.fillStyle = isSuspect ? "#e06666" : "#c9d9c3";
      context.fillRect(left, top, right - left, OPERATION - 2);
      if (right - left > 60) {
        text(words.slice(0, Math.floor((right - left) / 6)), left + 3, top + 10);
      }
    }
  }

  function drawViolation(): void {
    const at = x(story.end);
    line(at, 0, at, canvas.height, "#d00");
    const broken = /^[A-Z]\w+(?=:)/.exec(story.header.reason ?? "")?.[0] ?? "fails";
    text(broken, at - context.measureText(broken).width - 5, TOP - 4, "#d00");
  }

  function draw(): void {
    width = canvas.clientWidth;
    canvas.width = width;
    canvas.height = clientTop + clients.length * OPERATION + 10;
    context.font = "11px system-ui, sans-serif";
    drawAxis();
    drawLanes();
    context.save();
    context.beginPath();
    context.rect(LABEL, 0, width, canvas.height);
    context.clip();
    drawMessages();
    drawOperations();
    line(x(cursor), 0, x(cursor), canvas.height, "#000");
    if (story.header.verdict === "fail") drawViolation();
    context.restore();
    showState();
    showEvents();
  }

  function cell(row: HTMLTableRowElement, words: string): void {
    row.insertCell().textContent = words;
  }

  function showState(): void {
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    const isRaft = story.spans.some(({ term }) => term > 0);
    const words = isRaft ? ["", "role", "term", "log", "committed", "snapshot", ""] : ["", "role"];
    for (const word of words) cell(head, word);
    story.lanes.forEach((name, lane) => {
      const span = story.spans.findLast((each) => each.lane === lane && each.from <= cursor);
      if (span === undefined) return;
      const log = story.logs.findLast((each) => each.lane === lane && each.at <= cursor);
      const isCut = story.cuts.some((each) =>
        each.lane === lane && each.from <= cursor && cursor <= each.to
      );
      const row = table.insertRow();
      cell(row, name);
      cell(row, span.work ?? span.role);
      if (!isRaft) return;
      cell(row, String(span.term));
      cell(row, log === undefined ? "0" : `${log.lastIndex} (term ${log.lastTerm})`);
      cell(row, String(log?.commitIndex ?? 0));
      cell(row, String(log?.lastIncludedIndex ?? 0));
      cell(row, isCut ? "cut off" : "");
    });
    statePanel.replaceChildren(`at ${cursor.toFixed(3)} ms`, table);
  }

  /** The index of the first mark behind the time. */
  function markBehind(at: number): number {
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (marks[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function showEvents(): void {
    const wanted = filter.value.toLowerCase();
    const lines: HTMLElement[] = [];
    for (let at = markBehind(cursor) - 1; at >= 0 && lines.length < LINES_MAX; at--) {
      const mark = marks[at]!;
      const who = mark.lane < 0 ? "" : serverName(story.lanes[mark.lane]!);
      const words = `${mark.at.toFixed(3).padStart(10)}  ${who.padEnd(nameLength)} ${
        mark.topic.padEnd(8)
      } ${mark.text}`;
      if (!words.toLowerCase().includes(wanted)) continue;
      const item = document.createElement("div");
      item.textContent = words;
      item.onclick = () => moveTo(mark.at);
      lines.unshift(item);
    }
    eventPanel.replaceChildren(...lines);
    eventPanel.scrollTop = eventPanel.scrollHeight;
  }

  function moveTo(at: number): void {
    cursor = Math.max(0, Math.min(story.end, at));
    const span = to - from;
    if (cursor < from || cursor > to) {
      from = cursor - span / 2;
      to = cursor + span / 2;
    }
    draw();
  }

  function zoom(factor: number, at: number): void {
    from = at - (at - from) * factor;
    to = at + (to - at) * factor;
    draw();
  }

  let dragged: number | undefined;
  let moved = false;
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event.offsetX));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    dragged = event.offsetX;
    moved = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (dragged === undefined || Math.abs(event.offsetX - dragged) < 3) return;
    moved = true;
    const span = timeAt(dragged) - timeAt(event.offsetX);
    from += span;
    to += span;
    dragged = event.offsetX;
    draw();
  });
  globalThis.addEventListener("pointerup", () => dragged = undefined);
  canvas.addEventListener("click", (event) => {
    if (!moved) moveTo(timeAt(event.offsetX));
  });
  globalThis.addEventListener("resize", draw);
  filter.addEventListener("input", draw);
  document.querySelector("#all")!.addEventListener("click", () => {
    from = 0;
    to = Math.max(1, story.end);
    draw();
  });
  document.querySelector("#last")!.addEventListener("click", () => {
    from = Math.max(0, story.end - 200);
    to = story.end + 5;
    moveTo(story.end);
  });
  globalThis.addEventListener("keydown", (event) => {
    if (event.target === filter) return;
    const next = markBehind(cursor);
    if (event.key === "ArrowRight" && next < marks.length) moveTo(marks[next]!.at);
    if (event.key === "ArrowLeft") {
      const before = marks.findLastIndex(({ at }) => at < cursor);
      if (before >= 0) moveTo(marks[before]!.at);
    }
  });
  draw();
  document.body.dataset["ready"] = "yes";
}
