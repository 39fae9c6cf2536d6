/** The verdict on what clerks of a key/value store have seen. */

import type { KvOperation } from "../../../core/check/kv_model.ts";

/**
 * Checks that a history is linearizable.
 *
 * @throws {TestFailure} If it is not.
 * @throws {UnknownVerdict} If that could not be found out.
 */
export function checkKv(_history: readonly KvOperation[]): void {}
