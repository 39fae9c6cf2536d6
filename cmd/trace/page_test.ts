import assert from "node:assert/strict";
import { join } from "node:path";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { memoryEnv } from "../memory_env.ts";
import { run } from "../mod.ts";
import { tracePage } from "./page.ts";
import { type Story, tellStory } from "./story.ts";
import { parseTrace } from "./trace_file.ts";

const EMPTY: Story = {
  header: {},
  end: 0,
  lanes: [],
  spans: [],
  cuts: [],
  logs: [],
  messages: [],
  operations: [],
  marks: [],
};

Deno.test("a page needs no network, and no text of a trace becomes a tag or a script", async () => {
  const evil = '</script><script>alert("x")</script><img src=http://example.org/x>';
  const page = await tracePage({
    ...EMPTY,
    header: { test: evil, reason: evil, verdict: evil, seed: evil },
    lanes: [evil],
    marks: [{ lane: 0, at: 0, topic: evil, text: evil }],
  });
  assert.equal(page.match(/<script/g)!.length, 2);
  assert.doesNotMatch(page, /<img|@import|url\(/);
  assert.match(page, /default-src 'none'/);
});

/** Browsers that may be found on a machine. */
function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
  return (Deno.env.get("PATH") ?? "").split(":")
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => {
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    });
}

/** Opens a page, and returns what stands in it when its script has run. */
async function openInChromium(chromium: string, page: string, profile: string): Promise<string> {
  const { stdout } = await new Deno.Command(chromium, {
    args: [
      ...["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"],
      ...[`--user-data-dir=${profile}`, "--dump-dom", `file://${page}`],
    ],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

const chromium = findChromium();

Deno.test(
  chromium === undefined
    ? "trace makes a page of a failed test (no Chromium is here to open it)"
    : "trace makes a page of a failed test, and Chromium shows it",
  async () => {
    const folder = new TemporaryFolder("dist824-trace-");
    const env = memoryEnv();
    const words = ["--lab", "2C", "--test", "TestFigure82C", "--seed", "1", "--trace", folder.path];
    const bug = "commits-old-terms-by-counting";
    assert.equal(await run(["test", ...words, "--bug", bug], env), 1, env.err());
    const trace = folder.file("TestFigure82C-seed1.jsonl");
    const output = folder.file("page.html");
    assert.equal(await run(["trace", trace, "-o", output], env), 0, env.err());
    const page = Deno.readTextFileSync(output);
    assert.match(
      page,
      /--bug commits-old-terms-by-counting --lab 2C --test TestFigure82C --seed 1/,
    );
    if (chromium !== undefined) {
      const dom = await openInChromium(chromium, output, folder.file("profile"));
      assert.match(dom, /<body data-ready="yes">/);
      assert.match(dom, /<td>leader<\/td>/);
      assert.match(dom, /becomes leader lastIndex=/);
    }
    await folder.remove();
  },
);

Deno.test("servers of several clusters have lanes of their own, and their messages names", async () => {
  const folder = new TemporaryFolder("dist824-trace-");
  const env = memoryEnv();
  const words = ["--lab", "4B", "--test", "TestJoinLeave", "--seed", "1", "--trace", folder.path];
  const bug = "lost-shard-is-served-on";
  assert.equal(await run(["test", ...words, "--bug", bug], env), 1, env.err());
  const trace = Deno.readTextFileSync(folder.file("TestJoinLeave-seed1.jsonl"));
  const { lanes, marks, messages, operations, spans } = tellStory(parseTrace(trace));
  const groups = [100, 101, 102].map((gid) => [0, 1, 2].map((i) => `server-${gid}-${i}`));
  assert.deepEqual(
    [...lanes].sort(),
    ["clients", "ctrler0", "ctrler1", "ctrler2", ...groups.flat()],
  );
  const leaders = spans.filter(({ role }) => role === "leader").map(({ lane }) => lanes[lane]!);
  for (const cluster of ["ctrler", "server-100", "server-101"]) {
    assert.ok(leaders.some((name) => name.startsWith(cluster)), `${cluster}: ${leaders}`);
  }
  assert.ok(messages.some(({ name }) => name === "AppendEntries"));
  assert.ok(operations.length > 0);
  const served = marks.filter(({ topic }) => topic === "shard").map(({ text }) => text);
  assert.ok(served.includes("begins to serve group=100 shards=0,1,2,3,4,5,6,7,8,9"), `${served}`);
  assert.ok(served.includes("takes a configuration group=100 num=2"), `${served}`);
  await folder.remove();
});

/** So many events of three servers that follow each other, heartbeat by heartbeat. */
function longTrace(events: number): string {
  const lines = [JSON.stringify({ lab: "2A", test: "TestLong", seed: "1", verdict: "fail" })];
  const tell = (event: Record<string, unknown>) => lines.push(JSON.stringify(event));
  for (const server of [0, 1, 2]) tell({ at: 0, server, topic: "fault", what: "adds server" });
  for (let call = 1; lines.length < events; call++) {
    const [at, from, to] = [call / 2, call % 3, (call + 1) % 3];
    const fields = { call, service: "Raft", from, to };
    tell({ at, server: from, topic: "send", what: "sends", fields });
    tell({ at: at + 0.3, server: to, topic: "deliver", what: "receives", fields });
    tell({ at: at + 0.4, server: to, topic: "commit", what: "commits", fields: { index: call } });
    tell({ at: at + 0.6, server: from, topic: "deliver", what: "receives reply", fields });
  }
  return lines.join("\n");
}

Deno.test({
  name: "Chromium shows a trace of 100,000 events",
  ignore: chromium === undefined,
  fn: async () => {
    const folder = new TemporaryFolder("dist824-trace-");
    const page = folder.file("long.html");
    const story = tellStory(parseTrace(longTrace(100_000)));
    Deno.writeTextFileSync(page, await tracePage(story));
    const dom = await openInChromium(chromium!, page, folder.file("profile"));
    assert.match(dom, /<body data-ready="yes">/);
    assert.match(dom, /commits index=24999/);
    await folder.remove();
  },
});

Deno.test("trace refuses what it cannot read or write", async () => {
  for (
    const [args, code, said] of [
      [["/none/x.jsonl"], 2, /--output/],
      [["/none/x.jsonl", "-o", join(Deno.makeTempDirSync(), "x.html")], 1, /cannot read/],
    ] as const
  ) {
    const env = memoryEnv();
    assert.equal(await run(["trace", ...args], env), code, env.err());
    assert.match(env.err(), said);
  }
});
