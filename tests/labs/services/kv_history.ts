/** What the clerks of a test have seen, and whether a key/value store could have answered so. */

import type { KvInput, KvOutput } from "../../../core/check/kv_model.ts";
import { checkKv } from "./check_kv.ts";
import { History } from "./history.ts";

/** The history of a test of the key/value service. */
export class KvHistory extends History<KvInput, KvOutput> {
  /**
   * Finds out whether it is linearizable.
   *
   * @throws {TestFailure} If it is not.
   * @throws {UnknownVerdict} If that could not be found out.
   */
  check(): void {
    checkKv(this.operations);
  }
}
