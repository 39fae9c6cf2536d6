/**
 * Makes a failing run smaller: leaves out faults, steps, waits and messages as long as the same rule still breaks. What
 * it tries next follows from what was tried before; the same seed leads to the same small run.
 */

import { invariant } from "../../core/base/errors.ts";
import type { CallDecision } from "../../core/sim/message_director.ts";
import type { LabTest } from "../labs/lab_test.ts";
import { ddmin, shrinkNumber } from "./ddmin.ts";
import { costOf, disturbanceOf, type Figures, isFault, isOperation } from "./figures.ts";
import { type CallChoices, type Changes, NO_CHANGES } from "./plan.ts";
import type { Step, Wait } from "./planned_interventions.ts";
import { type BrokenRule, ruleOf } from "./rule.ts";
import { type PlannedRun, runPlanned } from "./run_planned.ts";

/** What is to be made smaller, and how long that may take. */
export interface MinimiseOptions {
  readonly test: LabTest;
  /** The seed of the iteration. */
  readonly seed: bigint;
  /** How many runs it may take. */
  readonly budget: number;
  /** Ends the search early: the best run so far is the result then. */
  readonly interrupted: AbortSignal;
  /** Is told of every run. */
  readonly onRun?: (runs: number, best: Figures) => void;
}

/** What came of it. */
export interface Minimised {
  readonly rule: BrokenRule;
  readonly before: PlannedRun;
  readonly after: PlannedRun;
  readonly runs: number;
  /** Whether nothing was left to be tried. */
  readonly isComplete: boolean;
}

/** A run with a test that did not fail. */
export class NothingToMinimise extends Error {
  override readonly name = "NothingToMinimise";
}

/** Probes that the length of one wait is worth. */
const WAIT_PROBES_MAX = 6;

/**
 * Searches for a smaller run.
 *
 * @throws {NothingToMinimise} If the test passes with this seed.
 */
export async function minimise(options: MinimiseOptions): Promise<Minimised> {
  const { test, seed } = options;
  const before = await runPlanned(test, seed, NO_CHANGES);
  const { verdict, reason } = before.outcome;
  if (verdict !== "fail" || reason === undefined) {
    throw new NothingToMinimise(
      `${test.name} does not fail with seed ${seed}: its verdict is ${verdict}`,
    );
  }
  const rule = ruleOf(reason);
  const search = new Search(options, rule, before);
  await search.run();
  await confirm(options, search.best);
  return { rule, before, after: search.best, runs: search.runs, isComplete: search.isComplete };
}

/** What is handed over is a list of changes: a run with these must go the same way. */
async function confirm({ test, seed }: MinimiseOptions, best: PlannedRun): Promise<void> {
  const again = await runPlanned(test, seed, best.record.changes);
  invariant(
    again.outcome.hash === best.outcome.hash,
    "PlansRepeat",
    () =>
      `the small run of ${test.name} had the hash ${best.outcome.hash}, from its plan ` +
      `${again.outcome.hash}`,
  );
}

interface Disturbed {
  readonly call: string;
  readonly what: CallDecision;
  readonly value: number;
}

class Search {
  best: PlannedRun;
  /** The first run was one. */
  runs = 1;
  isComplete = false;
  readonly #options: MinimiseOptions;
  readonly #rule: BrokenRule;
  #runsMax: number;

  constructor(options: MinimiseOptions, rule: BrokenRule, first: PlannedRun) {
    this.#options = options;
    this.#rule = rule;
    this.#runsMax = options.budget;
    this.best = first;
  }

  get #isOver(): boolean {
    return this.runs >= this.#options.budget || this.#options.interrupted.aborted;
  }

  /** Takes one kind of thing after the other, until a whole round has gained nothing. */
  async run(): Promise<void> {
    const passes = this.#passes();
    while (!this.#isOver) {
      const before = cost(this.best);
      let isCut = false;
      for (const pass of passes) {
        // What one pass may take is bounded, so that the others have their turn.
        this.#runsMax = this.runs + Math.ceil((this.#options.budget - this.runs) / 3);
        await pass();
        isCut ||= this.runs >= this.#runsMax;
      }
      if (cost(this.best) < before || isCut) continue;
      this.isComplete = !this.#isOver;
      return;
    }
  }

  #passes(): readonly (() => Promise<void>)[] {
    const { isSafety, isProgress } = this.#rule;
    const calm = () => this.#calmMessages();
    if (isSafety) {
      return [
        calm,
        () => this.#leaveOutSteps(() => true, isFault),
        () => this.#shortenWaits(),
        () => this.#withholdCalls(),
      ];
    }
    // What is expected to happen in time would also fail to for having less of it.
    if (isProgress) return [calm, () => this.#leaveOutSteps(isFault, isOperation)];
    return [calm, () => this.#leaveOutSteps(isFault)];
  }

  /** Says whether the same rule breaks with these changes, at no higher cost; then that is the best run. */
  async #breaks(changes: Changes): Promise<boolean> {
    if (this.#isOver || this.runs >= this.#runsMax) return false;
    const { test, seed, onRun } = this.#options;
    const costMax = cost(this.best);
    const run = await runPlanned(test, seed, changes, { eventsMax: costMax });
    this.runs++;
    const { verdict, reason = "" } = run.outcome;
    const isBetter = verdict === "fail" && ruleOf(reason).name === this.#rule.name &&
      cost(run) <= costMax;
    if (isBetter) this.best = run;
    onRun?.(this.runs, this.best.figures);
    return isBetter;
  }

  /** Lets messages through undisturbed: all, or one sort, or as many as can be. */
  async #calmMessages(): Promise<void> {
    const { changes } = this.best.record;
    if (disturbedIn(changes).length === 0) return;
    if (await this.#breaks({ ...changes, calls: new Map() })) return;
    for (const sort of ["little", "late", "lost or copied"] as const) {
      const base = this.best.record.changes;
      const isOfSort = ({ what, value }: Disturbed) => disturbanceOf(what, value) === sort;
      const all = disturbedIn(base);
      const others = all.filter((disturbed) => !isOfSort(disturbed));
      await ddmin(
        all.filter(isOfSort),
        (kept) => this.#breaks({ ...base, calls: callsWith([...others, ...kept]) }),
      );
    }
  }

  /** Leaves out what the harness does, and its waits: one sort after the other. */
  async #leaveOutSteps(...sorts: readonly ((step: Step | Wait) => boolean)[]): Promise<void> {
    for (const isWanted of sorts) {
      const { steps, changes } = this.best.record;
      const items = steps.filter(isWanted).filter((step) => step.type === "step" || step.span > 0);
      await ddmin(items, (kept) => {
        const keeps = new Set(kept);
        const skipped = new Set(changes.skipped);
        const waits = new Map(changes.waits);
        for (const item of items) {
          if (keeps.has(item)) continue;
          if (item.type === "step") skipped.add(item.name);
          else waits.set(item.name, 0);
        }
        return this.#breaks({ ...changes, skipped, waits });
      });
    }
  }

  /** Makes all waits shorter together, then each as short as it can be, the longest first. */
  async #shortenWaits(): Promise<void> {
    let waits = this.#waits();
    while (waits.some(({ span }) => span > 1)) {
      const halved = waits.map(({ name, span }) => [name, Math.floor(span / 2)] as const);
      const { changes } = this.best.record;
      if (!await this.#breaks({ ...changes, waits: new Map([...changes.waits, ...halved]) })) break;
      waits = this.#waits();
    }
    for (const { name, span } of waits.sort((a, b) => b.span - a.span)) {
      const { changes } = this.best.record;
      await shrinkNumber(
        Math.floor(span),
        (value) => this.#breaks({ ...changes, waits: new Map([...changes.waits, [name, value]]) }),
        WAIT_PROBES_MAX,
      );
    }
  }

  /** The waits of the best run that take any time. */
  #waits(): Wait[] {
    return this.best.record.steps
      .filter((step): step is Wait => step.type === "wait" && step.span > 0);
  }

  /** Lets calls come to nothing. */
  async #withholdCalls(): Promise<void> {
    const { calls, changes } = this.best.record;
    await ddmin(calls, (kept) => {
      const keeps = new Set(kept);
      const withheld = [...changes.withheld, ...calls.filter((call) => !keeps.has(call))];
      return this.#breaks({ ...changes, withheld: new Set(withheld) });
    });
  }
}

function cost({ figures, record }: PlannedRun): number {
  return costOf(figures, disturbedIn(record.changes).length);
}

function disturbedIn({ calls }: Changes): readonly Disturbed[] {
  return [...calls ?? []].flatMap(([call, choices]) =>
    Object.entries(choices).map(([what, value]) => ({ call, what: what as CallDecision, value }))
  );
}

function callsWith(disturbed: readonly Disturbed[]): ReadonlyMap<string, CallChoices> {
  const calls = new Map<string, CallChoices>();
  for (const { call, what, value } of disturbed) {
    calls.set(call, { ...calls.get(call), [what]: value });
  }
  return calls;
}
