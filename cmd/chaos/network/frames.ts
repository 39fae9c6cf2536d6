/** The frames of `core/host/rpc` as a network sees them: whole messages that can be lost, doubled or late, never torn. */

import { Buffer } from "node:buffer";
import { FRAME_HEAD_BYTES } from "../../../core/host/rpc/frame_buffer.ts";
import { MessageKind, REQUEST_NAME_START } from "../../../core/host/rpc/messages.ts";

/** One whole frame, with its head. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** It carries a call or its answer: connections survive its loss. */
  readonly isCall: boolean;
  /** The service that is called; `undefined` if it is no request. */
  readonly service: string | undefined;
}

/** Takes bytes as they come, and cuts them into frames. */
export class FrameCutter {
  #rest: Uint8Array = new Uint8Array(0);

  /** Returns the frames that are complete now. */
  push(bytes: Uint8Array): Frame[] {
    const data: Uint8Array = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    while (data.length - at >= FRAME_HEAD_BYTES) {
      const end = at + FRAME_HEAD_BYTES + view.getUint32(at, true);
      if (end > data.length) break;
      frames.push(frameOf(data.slice(at, end)));
      at = end;
    }
    this.#rest = data.slice(at);
    return frames;
  }

  /** What has arrived of the next frame. */
  get rest(): Uint8Array {
    return this.#rest;
  }
}

function frameOf(bytes: Uint8Array): Frame {
  const content = bytes.subarray(FRAME_HEAD_BYTES);
  const kind = content[0];
  const isRequest = kind === MessageKind.request;
  const nameBytes = content[REQUEST_NAME_START - 1] ?? 0;
  return {
    bytes,
    isCall: isRequest || kind === MessageKind.reply || kind === MessageKind.failure,
    service: isRequest
      ? new TextDecoder().decode(
        content.subarray(REQUEST_NAME_START, REQUEST_NAME_START + nameBytes),
      )
      : undefined,
  };
}
