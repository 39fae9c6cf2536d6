import assert from "node:assert/strict";
import { TemporaryFolder } from "./temporary_folder.ts";

Deno.test("a child in an endless loop ends some seconds after its parent", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const source = new URL("./parent_watch.ts", import.meta.url).href;
  Deno.writeTextFileSync(
    folder.file("child.ts"),
    `import { dieWithParent } from ${JSON.stringify(source)};
    dieWithParent();
    setTimeout(() => { console.log("begun"); for (;;); }, 200);`,
  );
  // The shell is the parent, and ends; the output ends when the child does.
  const shell = new Deno.Command("/bin/sh", {
    args: ["-c", '"$0" run -A "$1" & sleep 1', Deno.execPath(), folder.file("child.ts")],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const begun = performance.now();
  let said = "";
  for await (const bytes of shell.stdout) said += new TextDecoder().decode(bytes);
  assert.equal(said, "begun\n");
  assert.ok(performance.now() - begun < 30_000);
  await shell.status;
  await folder.remove();
});
