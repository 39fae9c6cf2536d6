/** What the clerks of a test have seen, and whether a key/value store could have answered so. */

import { type KvInput, kvModel, type KvOutput } from "../../../core/check/kv_model.ts";
import type { TraceEvent } from "../../../core/base/ports.ts";
import { HistoryRecorder } from "../../../core/check/recorder.ts";
import type { World } from "../harness/world.ts";
import { checkKv } from "./check_kv.ts";

/**
 * The history of a test of a key/value service. Calls and returns are numbered in the order in which they happened: with
 * bare virtual time, an operation that begins at the instant at which another ends would count as concurrent with it.
 */
export class KvHistory {
  readonly #recorder = new HistoryRecorder<KvInput, KvOutput>();
  readonly #world: Pick<World, "clock" | "trace"> | undefined;

  /** With a world, operations also appear in its trace. */
  constructor(world?: Pick<World, "clock" | "trace">) {
    this.#world = world;
  }

  /** Says for the trace by which number servers know a client. */
  introduce(client: number, clientId: number): void {
    if (this.#isTraced) this.#tell("is known to servers", { client, clientId });
  }

  /**
   * Records an operation from before it is asked until it is answered. If that fails, nobody knows whether it took
   * effect. A client may have only one at a time.
   */
  async record<Output extends KvOutput>(
    client: number,
    input: KvInput,
    ask: () => Promise<Output>,
  ): Promise<Output> {
    const recording = this.#recorder.call(client, input);
    this.#tellOperation(client, "calls", input, undefined);
    try {
      const output = await ask();
      recording.returned(output);
      this.#tellOperation(client, "returns", input, output);
      return output;
    } catch (error) {
      recording.unknown();
      throw error;
    }
  }

  /** What was asked and is not answered. */
  underWay(): readonly string[] {
    return this.#recorder.underWay().map(({ client, input, output }) =>
      `client ${client}: ${kvModel.describe(input, output)}`
    );
  }

  /**
   * Finds out whether the history is linearizable.
   *
   * @throws {TestFailure} If it is not.
   * @throws {UnknownVerdict} If that could not be found out.
   */
  check(): void {
    checkKv(this.#recorder.operations());
  }

  get #isTraced(): boolean {
    return this.#world?.trace.enabled === true;
  }

  #tellOperation(
    client: number,
    what: string,
    input: KvInput,
    output: KvOutput | undefined,
  ): void {
    if (this.#isTraced) this.#tell(what, { client, operation: kvModel.describe(input, output) });
  }

  #tell(what: string, fields: NonNullable<TraceEvent["fields"]>): void {
    const { clock, trace } = this.#world!;
    const about = { server: undefined, term: undefined, topic: "client" } as const;
    trace.emit({ at: clock.now(), ...about, what, fields });
  }
}
