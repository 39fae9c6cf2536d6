/**
 * What a lab test is to those who run it. The tests themselves stand in `lab2a.ts` and its siblings, what
 * they stand on in `harness/`, and the routine that turns a run into a verdict in `run_lab_test.ts`.
 */

import type { Mistake } from "../bugs/mod.ts";
import type { World } from "./harness/world.ts";

/** What one run of a test measured: the numbers of the Passed line. Each lab of the course prints others. */
export interface Measured {
  /** Seconds from the title line to the end: virtual ones, but for a test of {@linkcode RealPlay}. */
  readonly seconds: number;
  /** The number of servers. */
  readonly peers: number;
  /** Calls sent, whatever became of them. */
  readonly rpcs: number;
  /** Request bytes of those calls, and the bytes of the replies that were delivered. */
  readonly bytes?: number;
  /** How far the log got; commands that were submitted twice count twice. Labs 1 and 2. */
  readonly commits?: number;
  /** How many operations of clerks were counted. Lab 3. */
  readonly ops?: number;
}

/** A part of a test that has a title and numbers of its own. */
export interface Segment {
  readonly title: string;
  readonly measured: Measured;
}

/** What comes of a test that passes. */
export interface Passed extends Measured {
  /** What the test found odd and does not forbid. */
  readonly warnings?: readonly string[];
  /** Its parts, if it has several; the first has the test's own title. */
  readonly segments?: readonly Segment[];
}

/** What there is to know of a test that is played in the real world. */
export interface RealPlay {
  /** More wall time than the test may take, in seconds: it has limits of its own. */
  readonly wallSecondsMax: number;
  /** It could be played in a simulation, but somebody wants to see it in the real world. */
  readonly isByChoice?: boolean;
}

/** One test of a lab: a name and a scenario. */
export interface LabTest {
  /** The part of the course: `2A`. */
  readonly lab: string;
  /** `TestInitialElection2A`: the text that a pattern is matched against, together with the title. */
  readonly name: string;
  /** `Test (2A): initial election`: the text of the title line. */
  readonly title: string;
  /** Why the test is not in the default set of the 2022 edition (`2023 edition`, `strict`); it runs all the same. */
  readonly addition?: string;
  /**
   * Set if the test is played in the real world, on the wall clock. Then no seed decides what happens: it only gives the
   * test its chance, and nothing is run twice to see whether it repeats.
   */
  readonly realWorld?: RealPlay;
  /**
   * Why the test cannot be played in the real world: it breaks disks in ways that real ones do not take orders for, or
   * counts on what virtual time alone can promise.
   */
  readonly simulatedOnly?: string;
  /** What every server of the test gets wrong, if a mistake was planted to see whether the test notices. */
  readonly mistake?: Mistake;
  /**
   * Plays the scenario in a world of its own.
   *
   * @throws {TestFailure} If something that the test demands does not hold.
   * @throws {UnknownVerdict} If the test could not find out whether it holds.
   */
  readonly run: (world: World) => Promise<Passed>;
}

/** Something that a test demands does not hold. The message is the reason, as the runner prints it. */
export class TestFailure extends Error {
  override readonly name = "TestFailure";
}

/** A test could not find out whether what it demands holds; that is never a pass. */
export class UnknownVerdict extends Error {
  override readonly name = "UnknownVerdict";
}
