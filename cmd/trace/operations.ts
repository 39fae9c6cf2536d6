/** The operations of clients in a trace, from call to return. */

import type { TraceEvent } from "../../core/base/ports.ts";
import type { ClientOperation } from "./story.ts";

type Draft = { -readonly [Key in keyof ClientOperation]: ClientOperation[Key] };

/** What is known of a client. */
interface Client {
  /** The number by which servers know it. */
  clientId: string | undefined;
  /** What it has asked for, without questions: servers number these, from 1. */
  readonly commands: Draft[];
  underWay: Draft | undefined;
}

/** Pairs calls and returns; a client does one thing at a time. */
export class Operations {
  readonly #reason: string;
  readonly #all: Draft[] = [];
  readonly #clients = new Map<string, Client>();

  /** `reason` is why the test failed: operations that it speaks of are suspect. */
  constructor(reason: string) {
    this.#reason = reason;
  }

  see({ at, topic, what, fields = {} }: TraceEvent): void {
    if (topic !== "client") return;
    const name = String(fields["client"]);
    const client = this.#client(name);
    const text = String(fields["operation"]);
    if (what === "is known to servers") {
      client.clientId = String(fields["clientId"]);
    } else if (what === "calls") {
      const draft: Draft = { client: name, text, called: at, isSuspect: false };
      this.#all.push(draft);
      if (!text.startsWith("get(")) client.commands.push(draft);
      client.underWay = draft;
    } else if (what === "returns" && client.underWay !== undefined) {
      client.underWay.returned = at;
      client.underWay.text = text;
      client.underWay = undefined;
    }
  }

  all(): readonly ClientOperation[] {
    for (const draft of this.#all) draft.isSuspect = this.#reason.includes(draft.text);
    for (const client of this.#clients.values()) this.#suspectOf(client);
    return this.#all;
  }

  #client(name: string): Client {
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = { clientId: undefined, commands: [], underWay: undefined };
      this.#clients.set(name, client);
    }
    return client;
  }

  /** Servers speak of `command 3 of client 824`, or just of the client: then it is about what he waits for. */
  #suspectOf({ clientId, commands, underWay }: Client): void {
    const spoken = /(?:command (\d+) of )?client (\d+)/.exec(this.#reason);
    if (clientId === undefined || spoken?.[2] !== clientId) return;
    const number = spoken[1];
    const meant = number === undefined ? underWay : commands[Number(number) - 1];
    if (meant !== undefined) meant.isSuspect = true;
  }
}
