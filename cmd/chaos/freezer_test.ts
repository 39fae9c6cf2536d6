import { Freezer } from "./freezer.ts";

/** The state of a process as the system has it: `T` is stopped. */
async function becomes(pid: number, isStopped: boolean): Promise<void> {
  for (;;) {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    const state = stat.slice(stat.lastIndexOf(")") + 2);
    if (state.startsWith("T") === isStopped) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("Freezer has a process stand still, and go on", async () => {
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  const freezer = new Freezer();
  freezer.freeze(child.pid);
  freezer.freeze(child.pid);
  await becomes(child.pid, true);
  await freezer.thaw();
  await becomes(child.pid, false);
  await freezer.thaw();
  child.kill("SIGKILL");
  await child.status;
});
