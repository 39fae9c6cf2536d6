/** A client that sends what it likes, for tests. */

/** A TCP connection that speaks no protocol by itself. */
export class RawClient {
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to a port of this machine. */
  static async connect(port: number): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Sends all of it; a connection that is closed meanwhile is no error. Says whether it was all taken. */
  async send(data: string | Uint8Array): Promise<boolean> {
    const bytes = typeof data === "string" ? latin1Bytes(data) : data;
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
      return true;
    } catch {
      return false;
    }
  }

  /** Reads, as latin1, until `length` bytes have come or the other end has closed. */
  async read(length: number): Promise<string> {
    const buffer = new Uint8Array(Math.min(length, 1 << 20));
    let text = "";
    while (text.length < length) {
      const space = buffer.subarray(0, length - text.length);
      const count = await this.#connection.read(space).catch(() => null);
      if (count === null) break;
      text += latin1Text(buffer.subarray(0, count));
    }
    return text;
  }

  /** Reads a line with its end, or what there is of it when the other end has closed. */
  async line(): Promise<string> {
    let text = "";
    while (!text.endsWith("\n")) {
      const letter = await this.read(1);
      if (letter === "") break;
      text += letter;
    }
    return text;
  }

  /** Reads until the other end has closed. */
  rest(): Promise<string> {
    return this.read(Infinity);
  }

  /** Closes the connection. */
  close(): void {
    this.#connection.close();
  }
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Not `TextDecoder`, whose latin1 is another character set. */
function latin1Text(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
