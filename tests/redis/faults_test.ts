/** Killed and frozen under load, the store stays linearizable. The long form is `scripts/kv_rounds.ts`. */

import assert from "node:assert/strict";
import { systemRandom } from "../../core/host/mod.ts";
import { faultRounds } from "./_fault_rounds.ts";

Deno.test("redis clients: what they see while servers are killed and frozen is linearizable", async () => {
  const { history, operations, unknown } = await faultRounds({
    rounds: 6,
    clients: 4,
    random: systemRandom(),
  });
  assert.equal(history.verdict, "ok", JSON.stringify(history.parts.map(({ misfits }) => misfits)));
  assert.ok(operations > 100 && unknown < operations / 2, `${unknown} of ${operations}`);
});
