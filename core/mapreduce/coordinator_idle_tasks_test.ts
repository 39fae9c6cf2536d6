import assert from "node:assert/strict";
import { IdleTasks } from "./coordinator_idle_tasks.ts";

const any = () => true;

function filled(): IdleTasks {
  const tasks = new IdleTasks();
  for (const [task, machine] of [[0, "a"], [1, "b"], [2, "a"], [3, "b"]] as const) {
    tasks.add(task, [machine]);
  }
  return tasks;
}

Deno.test("IdleTasks.take() takes what is near first, then any, in order", () => {
  const tasks = filled();
  assert.deepEqual([1, 2, 3, 4].map(() => tasks.take("b", any)), [1, 3, 0, 2]);
  assert.equal(tasks.take("b", any), undefined);
  assert.equal(tasks.size, 0);
});

Deno.test("IdleTasks.take() takes what has to be repeated before anything else", () => {
  const tasks = filled();
  tasks.delete(2);
  assert.ok(!tasks.has(2));
  tasks.addAgain(2);
  assert.ok(tasks.has(2));
  assert.equal(tasks.take("b", any), 2);
  assert.equal(tasks.size, 3);
});

Deno.test("IdleTasks.take() passes over what does not suit, and leaves it", () => {
  const tasks = filled();
  assert.equal(tasks.take("b", (task) => task === 2), 2);
  assert.equal(tasks.take("b", () => false), undefined);
  assert.equal(tasks.size, 3);
});

Deno.test("IdleTasks.take() does not look through thousands", () => {
  const tasks = new IdleTasks();
  for (let task = 0; task < 10_000; task++) tasks.add(task);
  let looked = 0;
  tasks.take("a", () => {
    looked++;
    return false;
  });
  assert.ok(looked < 100, `${looked} were looked at`);
});

Deno.test("IdleTasks holds a task once", () => {
  const tasks = filled();
  tasks.addAgain(0);
  tasks.addAgain(0);
  assert.equal(tasks.size, 4);
  tasks.delete(0);
  assert.equal(tasks.size, 3);
});
