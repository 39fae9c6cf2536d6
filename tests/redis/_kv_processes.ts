/** Servers of the store as processes, which the test starts, stops for a while, and kills. */

import { join } from "node:path";
import { type ServerId, serverId } from "../../core/base/mod.ts";
import { type Address, freePorts } from "../../core/host/mod.ts";
import { selfCommand } from "../../core/host/self_command.ts";
import { TalkingChild } from "../../core/host/talking_child.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { addressText } from "../../core/server/node/mod.ts";
import { parseReadyLine } from "../../core/server/supervisor/mod.ts";

/** See the head of this file. */
export class KvProcesses {
  readonly ids: readonly ServerId[];
  readonly #folder = new TemporaryFolder("dist824-kv-processes-");
  readonly #peers: ReadonlyMap<ServerId, Address>;
  readonly #clients: ReadonlyMap<ServerId, Address>;
  readonly #children = new Map<ServerId, TalkingChild>();

  constructor(size: number) {
    const ports = freePorts(2 * size);
    const at = (port: number) => ({ hostname: "127.0.0.1", port });
    this.ids = Array.from({ length: size }, (_, i) => serverId(i + 1));
    this.#peers = new Map(this.ids.map((id, i) => [id, at(ports[i]!)]));
    this.#clients = new Map(this.ids.map((id, i) => [id, at(ports[size + i]!)]));
  }

  /** The port for Redis clients of a server. */
  port(id: ServerId): number {
    return this.#clients.get(id)!.port;
  }

  /** Starts a server, with the data that it has, and waits until it serves. */
  async start(id: ServerId): Promise<void> {
    const ready = Promise.withResolvers<void>();
    const peers = [...this.#peers].map(([peer, at]) => `${peer}=${addressText(at)}`).join(",");
    const args = [
      ...["kv", "serve", "--child", "--log-level", "error", "--id", `${id}`, "--peers", peers],
      ...["--clients", addressText(this.#clients.get(id)!)],
      ...["--data", join(this.#folder.path, `server-${id}`)],
    ];
    const said: string[] = [];
    const child = new TalkingChild(selfCommand(args), (stream, line) => {
      if (stream === "stdout" && parseReadyLine(line) !== undefined) ready.resolve();
      else said.push(line);
    });
    this.#children.set(id, child);
    child.ended.then(({ code }) => ready.reject(new Error(`${id} ended with ${code}: ${said}`)));
    await ready.promise;
  }

  /** Has a server stand still, or go on. */
  freeze(id: ServerId, yes: boolean): void {
    Deno.kill(this.#children.get(id)!.pid, yes ? "SIGSTOP" : "SIGCONT");
  }

  /** Kills a server, as a crash would. */
  async kill(id: ServerId): Promise<void> {
    const child = this.#children.get(id);
    this.#children.delete(id);
    child?.kill("SIGKILL");
    await child?.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.ids.map((id) => this.kill(id)));
    await this.#folder.remove();
  }
}
