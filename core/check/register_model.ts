/** The model of a plain register: what is read is what was written last. */

import type { Model, Operation } from "./history.ts";
import { compileKv } from "./kv_machine.ts";
import type { KvInput, KvOutput } from "./kv_model.ts";
import { kvRemark } from "./kv_remark.ts";
import { quoted } from "./words.ts";

/** What a client asked of a register, of which there may be many. */
export type RegisterInput =
  | { readonly op: "read"; readonly register: string }
  | { readonly op: "write"; readonly register: string; readonly value: string };

/** What came of it. */
export interface RegisterOutput {
  /** Of a read: `null` means that nothing had been written. */
  readonly value?: string | null;
}

/** An operation on a register. */
export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

function asKv(operation: RegisterOperation): Operation<KvInput, KvOutput> {
  const { input } = operation;
  const key = input.register;
  return {
    ...operation,
    input: input.op === "read" ? { op: "get", key } : { op: "put", key, value: input.value },
  };
}

/** Registers that hold nothing at first. */
export const registerModel: Model<string | null, RegisterInput, RegisterOutput> = {
  partition: ({ register }) => register,
  initial: null,
  step(state, input, output) {
    if (input.op === "write") return input.value;
    if (output === undefined) return state;
    const seen = output.value ?? null;
    return state === seen || (state === null && seen === "") ? state : undefined;
  },
  stateKey: (state) => state === null ? "-" : `=${state}`,
  describe(input, output) {
    const result = output === undefined ? "?" : "ok";
    const name = quoted(input.register);
    if (input.op === "write") return `write(${name}, ${quoted(input.value)}) -> ${result}`;
    return `read(${name}) -> ${output === undefined ? "?" : quoted(output.value ?? null)}`;
  },
  describeState: quoted,
  remark: (operation, others) => kvRemark(asKv(operation), others.map(asKv)),
  isRead: ({ op }) => op === "read",
  compile: (operations) => compileKv(operations.map(asKv)),
};
