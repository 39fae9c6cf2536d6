/**
 * The built program, as a file: what reaches it and what comes out of it is the same as from source, it
 * unpacks itself whole or not at all, and nothing of the user's Deno matters to it.
 */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname!, "..");
const WORDS = ["plain", "", "two words", "ünï→", "$HOME `x` \"y\" 'z'", "--version", "a\nb"];

let dir = "";
let program = "";
let cache = "";

Deno.test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dist824 build-"));
  program = join(dir, "dist824");
  cache = join(dir, "cache");
  await build(program, "self-extracting");
});

Deno.test.afterAll(() => rm(dir, { recursive: true }));

async function build(out: string, kind: string, env: Record<string, string> = {}): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(REPOSITORY, "scripts", "build.ts"), "--out", out, "--kind", kind],
    env,
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr));
  return decoder.decode(stdout);
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Start {
  readonly file?: string;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
}

function start(args: readonly string[], options: Start = {}): Deno.ChildProcess {
  return new Deno.Command(options.file ?? program, {
    args: [...args],
    cwd: options.cwd ?? "/",
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH")!, DIST824_CACHE: cache, ...options.env },
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run(args: readonly string[], options: Start = {}): Promise<Ended> {
  const child = start(args, options);
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

async function echo(args: readonly string[], options: Start = {}) {
  const { code, out, err } = await run(["__echo", ...args], options);
  assert.equal(err, "");
  assert.equal(code, 0);
  return JSON.parse(out);
}

/** Every file below `root`, as paths relative to it. */
async function files(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) =>
    join(entry.parentPath, entry.name)
  );
}

async function partials(root: string): Promise<string[]> {
  return (await files(root)).filter((path) => path.includes(".partial."));
}

Deno.test("build: the program says what it is", async () => {
  const { version } = JSON.parse(await readFile(join(REPOSITORY, "deno.json"), "utf8"));
  const { out } = await run(["--version"]);
  const [first, commit, built, deno] = out.split("\n");
  assert.equal(first, `dist824 ${version}`);
  assert.match(commit!, /^commit {2}([0-9a-f]{12}(-dirty)?|unknown)$/);
  assert.equal(built, "built   as a self-extracting file");
  assert.ok(deno!.startsWith(`deno    ${Deno.version.deno} `));
});

Deno.test("build: arguments, input, output and exit code pass through", async () => {
  assert.deepEqual((await echo(["--", ...WORDS])).words, WORDS);
  assert.equal((await echo(["--stdin"], { stdin: "line\n→" })).stdin, "line\n→");
  const { code, out, err } = await run(["__echo", "--exit", "42", "--stderr", "oh", "word"]);
  assert.deepEqual({ code, err }, { code: 42, err: "oh" });
  assert.deepEqual(JSON.parse(out).words, ["word"]);
  assert.equal((await run(["tset"])).code, 2);
});

Deno.test("build: the program runs from anywhere and under any name", async () => {
  const link = join(dir, "a link");
  await symlink("dist824", link);
  assert.deepEqual((await echo(["x"], { file: link })).words, ["x"]);
  assert.equal((await echo(["x"], { file: "./dist824", cwd: dir })).cwd, dir);
  const path = `${dir}:${Deno.env.get("PATH")}`;
  const byName = await run(["-c", "dist824 __echo x"], { file: "sh", env: { PATH: path } });
  assert.deepEqual(JSON.parse(byName.out).words, ["x"]);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`build: ${signal} reaches the program itself`, async () => {
    const child = start(["__echo", "--wait"]);
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    assert.equal(JSON.parse(new TextDecoder().decode(value)).pid, child.pid);
    child.kill(signal);
    const { code } = await child.status;
    assert.equal(code, 130);
    await reader.cancel();
    assert.equal(await new Response(child.stderr).text(), "");
  });
}

Deno.test("build: a reader that went away ends the program quietly", async () => {
  const script = '"$0" __echo --stdin "$1" </dev/null | true; echo "${PIPESTATUS[0]}"';
  const { out, err } = await run(["-c", script, program, "x".repeat(100_000)], { file: "bash" });
  assert.deepEqual({ out, err }, { out: "141\n", err: "" });
});

Deno.test("build: the program can start itself", async () => {
  const { code, out } = await run(["__echo", "--via-self", "--exit", "3", "--", ...WORDS]);
  assert.equal(code, 3);
  assert.deepEqual(JSON.parse(out).words, WORDS);
});

Deno.test("build: nothing of the user's Deno configuration matters", async () => {
  const cwd = join(dir, "with a configuration");
  await mkdir(cwd);
  for (const name of ["deno.json", "deno.lock", "package.json", ".npmrc", "tsconfig.json"]) {
    await writeFile(join(cwd, name), "this is no configuration {");
  }
  const env = {
    DENO_DIR: "/dev/null/nowhere",
    DENO_V8_FLAGS: "--no-such-flag",
    DENO_CERT: "/no/such/file",
    DENO_TLS_CA_STORE: "nonsense",
    DENO_CONDITIONS: "x",
    OTEL_DENO: "true",
  };
  assert.equal((await echo(["--variable", "DENO_V8_FLAGS"], { cwd, env })).variable, null);
});

Deno.test("build: two first runs at the same moment both work", async () => {
  const env = { DIST824_CACHE: join(dir, "two at once") };
  const [one, other] = await Promise.all([echo(["1"], { env }), echo(["2"], { env })]);
  assert.deepEqual([one.words, other.words], [["1"], ["2"]]);
  assert.deepEqual(await partials(env.DIST824_CACHE), []);
});

Deno.test("build: what an interrupted unpacking left does not count", async () => {
  const env = { DIST824_CACHE: join(dir, "left over") };
  await echo([], { env });
  const unpacked = (await files(env.DIST824_CACHE)).filter((path) =>
    /\/(deno|dist824\.js)$/.test(path)
  );
  assert.equal(unpacked.length, 2);
  for (const path of unpacked) {
    await rm(path);
    await writeFile(join(path, "..", ".partial.A1b2C3"), "half");
  }
  assert.deepEqual((await echo(["x"], { env })).words, ["x"]);
});

Deno.test("build: a signal while it unpacks leaves nothing half-unpacked", async () => {
  const env = { DIST824_CACHE: join(dir, "stopped") };
  const child = start(["__echo"], { env });
  while (!(await partials(env.DIST824_CACHE).catch(() => [])).length) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill("SIGTERM");
  const { code } = await child.output();
  assert.equal(code, 143);
  assert.deepEqual(await partials(env.DIST824_CACHE), []);
});

Deno.test("build: it unpacks once", async () => {
  await echo([]);
  const [runtime] = (await files(cache)).filter((path) => path.endsWith("/deno"));
  const before = await stat(runtime!);
  await echo([]);
  assert.equal((await stat(runtime!)).ino, before.ino);
});

Deno.test("build: the cache lies where the environment says", async () => {
  const env = { DIST824_CACHE: "", XDG_CACHE_HOME: join(dir, "xdg"), HOME: join(dir, "home") };
  await echo([], { env });
  await echo([], { env: { ...env, XDG_CACHE_HOME: "not/absolute" } });
  await echo([], { env: { DIST824_CACHE: "relative" }, cwd: dir });
  for (const root of ["xdg/dist824", "home/.cache/dist824", "relative"]) {
    assert.ok((await files(join(dir, root))).some((path) => path.endsWith("/deno")), root);
  }
});

Deno.test("build: a cache that cannot be written is named, with the reason and a way out", async () => {
  const noDirectory = await run(["--help"], { env: { DIST824_CACHE: `${program}/x` } });
  assert.deepEqual({ code: noDirectory.code, out: noDirectory.out }, { code: 1, out: "" });
  assert.match(noDirectory.err, /^dist824: cannot unpack the program into .*\/dist824\/x\n/);
  assert.match(noDirectory.err, /Not a directory/);
  assert.match(noDirectory.err, /Set DIST824_CACHE or XDG_CACHE_HOME/);

  const noHome = await run(["--help"], { env: { DIST824_CACHE: "" } });
  assert.equal(noHome.code, 1);
  assert.match(noHome.err, /HOME is not set\n {2}Set DIST824_CACHE/);

  const full = join(dir, "full");
  const script = 'ulimit -f 20000; exec "$0" --help';
  const noSpace = await run(["-c", script, program], {
    file: "bash",
    env: { DIST824_CACHE: full },
  });
  assert.equal(noSpace.code, 1);
  assert.match(noSpace.err, /^dist824: cannot unpack the program into .*full\n/);
  assert.deepEqual(await files(full), []);
});

Deno.test("build: with DENORT_BIN, deno compile makes the program", async () => {
  const out = join(dir, "compiled");
  assert.match(await build(out, "auto", { DENORT_BIN: "/bin/true" }), /deno compile/);
  assert.ok((await readFile(out)).includes('kind: "deno compile"'));
  assert.deepEqual(await run([], { file: out }), { code: 0, out: "", err: "" });
});
