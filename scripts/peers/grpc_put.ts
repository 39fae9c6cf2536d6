/** As much of gRPC as a load on etcd needs: `etcdserverpb.KV/Put` over one HTTP/2 connection. */

import { type ClientHttp2Session, connect } from "node:http2";

const PATH = "/etcdserverpb.KV/Put";
/** A gRPC message begins with a byte that says "not compressed" and its length in four. */
const PREFIX_BYTES = 5;
const KEY_FIELD = 0x0a;
const VALUE_FIELD = 0x12;

/** A connection to one member of etcd. */
export class EtcdConnection {
  readonly #session: ClientHttp2Session;

  constructor(port: number) {
    this.#session = connect(`http://127.0.0.1:${port}`);
    this.#session.on("error", () => {});
  }

  /** Resolves when the write is acknowledged. */
  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stream = this.#session.request({
      ":method": "POST",
      ":path": PATH,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status: unknown = "none";
    stream.on("trailers", (trailers) => status = trailers["grpc-status"]);
    stream.on("response", (headers) => status = headers["grpc-status"] ?? status);
    stream.on("data", () => {});
    stream.on("error", reject);
    stream.on("end", () => {
      if (status === "0") resolve();
      else reject(new Error(`etcd answered with gRPC status ${status}`));
    });
    stream.end(message(key, value));
    return promise;
  }

  close(): void {
    this.#session.destroy();
  }
}

function message(key: Uint8Array, value: Uint8Array): Uint8Array {
  const fields = [...field(KEY_FIELD, key), ...field(VALUE_FIELD, value)];
  const bytes = new Uint8Array(PREFIX_BYTES + fields.length);
  new DataView(bytes.buffer).setUint32(1, fields.length);
  bytes.set(fields, PREFIX_BYTES);
  return bytes;
}

function field(tag: number, bytes: Uint8Array): number[] {
  if (bytes.length > 127) throw new RangeError("Only short keys and values are needed here");
  return [tag, bytes.length, ...bytes];
}
