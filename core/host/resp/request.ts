/** What a client asks for. */

/** One request: the name of a command and its arguments, as bytes. */
export interface RespRequest {
  /** Views into memory that is used again once the request is answered. Empty if the request is refused. */
  readonly words: readonly Uint8Array[];
  /** Why the request was skipped, if it was: to be told to the client behind `-ERR `. */
  readonly refusal: string | undefined;
}

/** A client does not speak the protocol. The message is what Redis says of it. */
export class RespProtocolError extends Error {
  override readonly name = "RespProtocolError";
}
