/** Each kind of violation, planted into a history that was right, is found, at the operation that shows it. */

import assert from "node:assert/strict";
import { type Random, SeededRandom } from "../../core/base/mod.ts";
import { checkHistory, type KvInput, kvModel, type KvOperation } from "../../core/check/mod.ts";

const SEEDS = 150;

/**
 * A store that takes one request after the other, each at the moment `now`; clients call a little before and return
 * a little after, so that neighbours overlap.
 */
class Script {
  readonly operations: KvOperation[] = [];
  readonly #random: Random;
  #now = 0;
  value = "";

  constructor(random: Random) {
    this.#random = random;
  }

  #times(): { call: number; return: number } {
    this.#now += 10;
    const shift = () => this.#random.below(8) + this.#random.below(1000) / 1001;
    return { call: this.#now - shift() - 0.0001, return: this.#now + shift() + 0.0002 };
  }

  /** The client is one that is free: neighbours only ever overlap with their neighbours. */
  get #client(): number {
    return this.operations.length % 5;
  }

  append(value: string): void {
    this.value += value;
    this.#add({ op: "append", key: "k", value }, {});
  }

  put(value: string): void {
    this.value = value;
    this.#add({ op: "put", key: "k", value }, {});
  }

  get(seen: string = this.value): void {
    this.#add({ op: "get", key: "k" }, { value: seen });
  }

  cas(expect: string, value: string, ok = this.value === expect): void {
    if (ok) this.value = value;
    this.#add({ op: "cas", key: "k", expect, value }, { ok });
  }

  #add(input: KvInput, output: KvOperation["output"]): void {
    this.operations.push({ client: this.#client, input, output, ...this.#times() });
  }

  /** So many requests that are answered rightly. */
  noise(count: number): void {
    for (let i = 0; i < count; i++) {
      const name = `<${this.operations.length}>`;
      const kind = this.#random.below(10);
      if (kind < 4) this.append(name);
      else if (kind < 5) this.put(name);
      else if (kind < 6) this.cas(this.value, `${name}c`);
      else this.get();
    }
  }

  /** Long enough for nothing later to overlap with anything earlier. */
  pause(): void {
    this.#now += 100;
  }
}

/** Does the deed in the middle of a history; returns the places of the operations that may be blamed. */
type Deed = (script: Script, random: Random) => readonly number[];

const DEEDS: Readonly<Record<string, Deed>> = {
  "a stale read": (script) => {
    const old = script.value;
    script.append("<new>");
    script.pause();
    script.get(old);
    return [script.operations.length - 1];
  },
  "a lost update": (script) => {
    const old = script.value;
    script.append("<lost>");
    script.value = old;
    script.pause();
    script.append("<next>");
    script.pause();
    script.get();
    return [script.operations.length - 1];
  },
  "a doubled append": (script) => {
    script.append("<twice>");
    script.value += "<twice>";
    script.pause();
    script.get();
    return [script.operations.length - 1];
  },
  "a read from the future": (script) => {
    script.get(`${script.value}<later>`);
    const read = script.operations.length - 1;
    script.pause();
    script.append("<later>");
    return [read];
  },
  "a split brain": (script) => {
    const common = script.value;
    script.append("<left>");
    script.pause();
    script.get();
    script.value = common;
    script.append("<right>");
    script.pause();
    script.get();
    return [script.operations.length - 1];
  },
  "a lost acknowledged write": (script) => {
    const old = script.value;
    script.put("<acknowledged>");
    script.pause();
    script.value = old;
    script.get();
    return [script.operations.length - 1];
  },
  "a compare-and-set that cheats": (script) => {
    script.pause();
    script.cas(`${script.value}<never>`, "<cheated>", true);
    return [script.operations.length - 1];
  },
  "a compare-and-set that is refused for nothing": (script) => {
    script.put("<there>");
    script.pause();
    script.cas("<there>", "<other>", false);
    const cheat = script.operations.length - 1;
    script.pause();
    return [cheat];
  },
  "two compare-and-sets that both win": (script) => {
    script.put("<start>");
    script.pause();
    script.cas("<start>", "<one>");
    script.value = "<start>";
    script.cas("<start>", "<two>");
    script.pause();
    return [script.operations.length - 1, script.operations.length - 2];
  },
  "a reordered session": (script) => {
    script.append("<1>");
    script.pause();
    script.append("<2>");
    script.value = script.value.replace("<1><2>", "<2><1>");
    script.pause();
    script.get();
    return [script.operations.length - 1];
  },
  "a value that nobody wrote": (script) => {
    script.get("<nobody>");
    return [script.operations.length - 1];
  },
};

for (const [name, deed] of Object.entries(DEEDS)) {
  Deno.test(`check: finds ${name}`, () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new SeededRandom(BigInt(seed)).child(name);
      const script = new Script(random);
      script.put("<first>");
      script.noise(random.below(40));
      const right = checkHistory(kvModel, script.operations);
      assert.equal(right.verdict, "ok", `seed ${seed}: before the deed`);
      script.pause();
      const blamed = deed(script, random);
      const { verdict, parts } = checkHistory(kvModel, script.operations);
      assert.equal(verdict, "illegal", `seed ${seed}`);
      const [misfit] = parts[0]!.misfits;
      assert.ok(blamed.includes(misfit!.operation), `seed ${seed}: ${misfit!.why}`);
      script.pause();
      script.noise(random.below(40));
      assert.equal(checkHistory(kvModel, script.operations).verdict, "illegal", `seed ${seed}`);
    }
  });
}
