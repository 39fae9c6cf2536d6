/** A client of a sharded store, by the store's own protocol. */

import type { KvInput, KvOutput } from "../../core/check/mod.ts";
import type { KvOperation, KvResult } from "../../core/kv/mod.ts";
import type { ShardsClient } from "../../core/server/shardkv/mod.ts";
import type { Answer, StoreClient } from "./store.ts";

/** See the head of this file. */
export class ShardsSession implements StoreClient {
  readonly #client: ShardsClient;

  constructor(client: ShardsClient) {
    this.#client = client;
  }

  async ask(input: KvInput): Promise<Answer> {
    const outcome = await this.#client.run([operationOf(input)]);
    if (outcome.kind === "failed") return { kind: "dropped" };
    if (outcome.kind === "uncertain") return { kind: "unknown" };
    const [result] = outcome.value;
    const output = result && outputOf(input, result);
    return output === undefined
      ? { kind: "absurd", text: result?.kind ?? "nothing" }
      : { kind: "returned", output };
  }

  close(): void {
    this.#client.close();
  }
}

function operationOf(input: KvInput): KvOperation {
  const encoder = new TextEncoder();
  const key = encoder.encode(input.key);
  switch (input.op) {
    case "get":
    case "delete":
      return { kind: input.op, key };
    case "put":
    case "append":
      return { kind: input.op, key, value: encoder.encode(input.value) };
    case "cas": {
      const expect = input.expect === null ? undefined : encoder.encode(input.expect);
      return { kind: "cas", key, expect, value: encoder.encode(input.value) };
    }
  }
}

function outputOf({ op }: KvInput, result: KvResult): KvOutput | undefined {
  switch (result.kind) {
    case "value":
      if (op !== "get") return undefined;
      return { value: result.value === undefined ? null : new TextDecoder().decode(result.value) };
    case "changed":
      return op === "delete" || op === "cas"
        ? { ok: result.changed }
        : op === "put"
        ? {}
        : undefined;
    case "length":
      return op === "append" ? {} : undefined;
    default:
      return undefined;
  }
}
