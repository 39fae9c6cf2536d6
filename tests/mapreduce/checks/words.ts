/** How tasks, attempts and events are called where a check says what does not hold. */

import type { CoordinatorInput } from "../../../core/mapreduce/coordinator_io.ts";
import type { Attempt, Task } from "../../../core/mapreduce/coordinator_tasks.ts";
import type { AttemptId, WorkerRequest } from "../../../core/mapreduce/messages.ts";

/** `attempt 2 of map task 1`. */
export function nameOf({ kind, task, attempt }: AttemptId): string {
  return `attempt ${attempt} of ${kind} task ${task}`;
}

/** `attempt 2 on w3`. */
export function placeOf({ id, worker }: Attempt): string {
  return `attempt ${id.attempt} on ${worker.id}`;
}

/** `map task 1 is in progress: attempt 2 on w3 is running`: those that run or count, or else the last one. */
export function standingOf({ kind, number, state, attempts }: Task): string {
  const present = attempts.filter(({ state }) => state === "running" || state === "done");
  const told = present.length > 0 ? present : attempts.slice(-1);
  const all = told.map((attempt) => `${placeOf(attempt)} is ${spaced(attempt.state)}`);
  const more = all.length === 0 ? "" : `: ${all.join(", ")}`;
  return `${kind} task ${number} is ${spaced(state)}${more}`;
}

/** `2.25 s`. */
export function seconds(millis: number): string {
  return `${Math.round(millis) / 1000} s`;
}

/** What has happened to the master, as in "at 2 s, as w3 leaves". */
export function eventOf(input: CoordinatorInput): string {
  switch (input.kind) {
    case "timer":
      return "the master looks at its clock";
    case "request":
      return requestOf(input.message);
    case "committed":
      return `the output of reduce task ${input.order.task} has got its name`;
    case "commitFailed":
      return `the output of reduce task ${input.order.task} does not get its name: ${input.message}`;
    case "finished":
      return "the job is marked as done";
    case "workerDied":
      return `somebody sees that ${input.workerId} has died`;
    case "abort":
      return `the job is given up: ${input.message}`;
  }
}

function requestOf(message: WorkerRequest): string {
  switch (message.kind) {
    case "register":
      return `${message.address.workerId} makes itself known`;
    case "askForWork":
      return `${message.workerId} asks for work`;
    case "heartbeat":
      return `${message.workerId} tells of ${nameOf(message.running)}`;
    case "mapDone":
      return `${message.workerId} reports that ${nameOf({ ...message, kind: "map" })} is done`;
    case "reduceDone":
      return `${message.workerId} reports that ${nameOf({ ...message, kind: "reduce" })} is done`;
    case "attemptFailed":
      return `${message.workerId} reports that ${
        nameOf(message.id)
      } has failed: ${message.message}`;
    case "leave":
      return `${message.workerId} leaves`;
  }
}

/** `in progress` for `inProgress`. */
export function spaced(state: string): string {
  return state.replace(/[A-Z]/, (letter) => ` ${letter.toLowerCase()}`);
}
