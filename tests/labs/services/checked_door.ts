/** A server's door to its clerks, at which every answer is looked at before it leaves. */

import type { LogIndex, ServerId } from "../../../core/base/durable.ts";
import type { RequestHandler, Transport } from "../../../core/base/ports.ts";
import type { CheckReply } from "./answer_checker.ts";

/** What is checked, and by whom. */
export interface DoorChecks {
  /** The service under which clerks ask; others are let through. */
  readonly service: string;
  readonly onRequest: (request: Uint8Array) => CheckReply;
  /** The last entry in the state of the server. */
  readonly applied: () => LogIndex;
}

/** A {@linkcode Transport} in front of the real one. */
export class CheckedDoor implements Transport {
  readonly #transport: Transport;
  readonly #checks: DoorChecks;

  constructor(transport: Transport, checks: DoorChecks) {
    this.#transport = transport;
    this.#checks = checks;
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    this.#transport.call(to, service, request, onReply);
  }

  serve(service: string, handler: RequestHandler): void {
    const { service: checked, onRequest, applied } = this.#checks;
    if (service !== checked) return this.#transport.serve(service, handler);
    this.#transport.serve(service, (request, reply) => {
      const check = onRequest(request);
      handler(request, (bytes) => {
        check(bytes, applied());
        reply(bytes);
      });
    });
  }
}
