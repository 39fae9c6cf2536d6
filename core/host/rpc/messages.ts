/**
 * What is said on a connection. A message is the content of one frame: a byte that says its kind, then the
 * kind's fields; integers are least significant byte first.
 *
 * | kind | fields |
 * | --- | --- |
 * | hello | magic, framing version, protocol, version, cluster id |
 * | welcome | none |
 * | refusal | text |
 * | request | id u32, deadline u32 (ms, 0: none), length of the service's name u8, name, body |
 * | reply | id u32, body |
 * | failure | id u32, code u8, text |
 * | alive | none |
 */

import { ByteReader, ByteWriter } from "../../base/bytes.ts";
import { DamagedDataError } from "../../base/errors.ts";

/** The first byte of a message. */
export const MessageKind = {
  hello: 1,
  welcome: 2,
  refusal: 3,
  request: 4,
  reply: 5,
  failure: 6,
  alive: 7,
} as const;

/** Why a server does not reply to a request. */
export const FailureCode = { noService: 1, replyTooLarge: 2 } as const;

/** Where the body of a reply begins. */
export const REPLY_HEAD_BYTES = 5;

/** Where the name of the service begins in a request. */
export const REQUEST_NAME_START = 10;

const MAGIC = "dist824-rpc";

/** Counts the changes of this file that make old and new ends misunderstand each other. */
const FRAMING_VERSION = 1;

/** How an end introduces itself. */
export interface Hello {
  readonly protocol: string;
  readonly version: number;
  /** Empty for a client that does not know which cluster it talks to. */
  readonly clusterId: string;
}

/** Writes a {@linkcode Hello}. */
export function encodeHello(hello: Hello): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(MessageKind.hello);
  writer.text(MAGIC);
  writer.varint(FRAMING_VERSION);
  writer.text(hello.protocol);
  writer.varint(hello.version);
  writer.text(hello.clusterId);
  return writer.finish();
}

/**
 * Reads a {@linkcode Hello}.
 *
 * @throws {DamagedDataError} If it is none, or one of a program that frames its messages otherwise.
 */
export function decodeHello(message: Uint8Array): Hello {
  const reader = new ByteReader(message);
  if (reader.u8() !== MessageKind.hello || reader.text() !== MAGIC) {
    throw new DamagedDataError("The peer does not introduce itself", 0);
  }
  const framing = reader.varint();
  if (framing !== FRAMING_VERSION) {
    throw new DamagedDataError(`The peer frames its messages as of version ${framing}`, 0);
  }
  const hello = { protocol: reader.text(), version: reader.varint(), clusterId: reader.text() };
  reader.end();
  return hello;
}

/** Says in one sentence why `there` does not belong to `here`, or `undefined` if it does. */
export function mismatch(here: Hello, there: Hello): string | undefined {
  if (there.protocol !== here.protocol) {
    return `The server speaks ${here.protocol}, the client ${JSON.stringify(there.protocol)}`;
  }
  if (there.version !== here.version) {
    return `The server speaks version ${here.version} of ${here.protocol}, ` +
      `the client version ${there.version}`;
  }
  // Clients need not know the cluster's name; a server that has none takes that for its name.
  if (there.clusterId !== "" && there.clusterId !== here.clusterId) {
    return `The server belongs to another cluster than ${JSON.stringify(there.clusterId)}`;
  }
  return undefined;
}

/** Writes a message that is a kind and a text. */
export function encodeRefusal(why: string): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(MessageKind.refusal);
  writer.text(why);
  return writer.finish();
}

/** Reads the text of a refusal. */
export function decodeRefusal(message: Uint8Array): string {
  const reader = new ByteReader(message);
  reader.u8();
  const why = reader.text();
  reader.end();
  return why;
}

/** Writes a failure. */
export function encodeFailure(id: number, code: number, text: string): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(MessageKind.failure);
  writer.u32(id);
  writer.u8(code);
  writer.text(text);
  return writer.finish();
}

/** Reads the code and the text of a failure. */
export function decodeFailure(
  message: Uint8Array,
): { readonly code: number; readonly text: string } {
  const reader = new ByteReader(message);
  reader.raw(REPLY_HEAD_BYTES);
  const failure = { code: reader.u8(), text: reader.text() };
  reader.end();
  return failure;
}
