/** Which faults hit the processes of a job: everything that is drawn before anything happens. */

import type { Random } from "../../../core/base/mod.ts";

/** Every kind, in the order of reports. */
export const JOB_FAULTS = ["kill-worker", "kill-master", "freeze-worker", "freeze-master"] as const;

/** One of them. */
export type JobFault = typeof JOB_FAULTS[number];

/** One fault. */
export interface JobRound {
  readonly kind: JobFault;
  /** Which workers, by their places; none if it is the master. */
  readonly workers: readonly number[];
  /** How long all goes well before it, and how long it lasts, in milliseconds. */
  readonly calmMs: number;
  readonly holdMs: number;
}

/** Draws faults, without end. */
export function* jobSchedule(
  random: Random,
  faults: readonly JobFault[],
  workers: number,
): Generator<JobRound, never> {
  for (;;) {
    const kind = faults[random.below(faults.length)]!;
    const count = random.chance(2, 3) ? 1 : random.between(1, workers);
    const places = Array.from({ length: workers }, (_, i) => i);
    const victims = Array.from(
      { length: count },
      () => places.splice(random.below(places.length), 1)[0]!,
    );
    yield {
      kind,
      workers: kind.endsWith("worker") ? victims.sort((a, b) => a - b) : [],
      calmMs: random.between(100, 800),
      holdMs: random.between(50, 1200),
    };
  }
}
