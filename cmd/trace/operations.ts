/** The operations of clients in a trace, from call to return. */

import type { TraceEvent } from "../../core/base/ports.ts";
import type { ClientOperation } from "./story.ts";

type Draft = { -readonly [Key in keyof ClientOperation]: ClientOperation[Key] };

/** Pairs calls and returns; a client does one thing at a time. */
export class Operations {
  readonly #reason: string;
  readonly #all: Draft[] = [];
  readonly #underWay = new Map<string, Draft>();

  /** `reason` is why the test failed: operations that it quotes are suspect. */
  constructor(reason: string) {
    this.#reason = reason;
  }

  see({ at, topic, what, fields = {} }: TraceEvent): void {
    if (topic !== "client") return;
    const { client, operation } = fields;
    const name = String(client);
    const text = String(operation);
    if (what === "calls") {
      const draft: Draft = { client: name, text, called: at, isSuspect: false };
      this.#all.push(draft);
      this.#underWay.set(name, draft);
    } else if (what === "returns") {
      const draft = this.#underWay.get(name);
      if (draft === undefined) return;
      draft.returned = at;
      draft.text = text;
      this.#underWay.delete(name);
    }
  }

  all(): readonly ClientOperation[] {
    for (const draft of this.#all) draft.isSuspect = this.#reason.includes(draft.text);
    return this.#all;
  }
}
