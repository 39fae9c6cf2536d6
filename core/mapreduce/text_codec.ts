/**
 * Strings from UTF-8 and back. Keys and values are mostly short and ASCII; for those, a loop over the characters is
 * several times as fast as a call of the runtime's codec.
 */

const DECODED_HERE_MAX = 16;
const ENCODED_HERE_MAX = 32;
const encoder = new TextEncoder();
// A byte-order mark is a character like any other: what map gets is what the file holds.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decodes `bytes[start, end)`. What is no UTF-8 becomes the replacement character. */
export function decodeText(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (end - start > DECODED_HERE_MAX) return decoder.decode(bytes.subarray(start, end));
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Encodes strings one after the other into the same memory. */
export class TextScratch {
  bytes: Uint8Array = new Uint8Array(256);

  /** Encodes `text` into {@linkcode bytes}, which may be another array than before. The result is the length. */
  encode(text: string): number {
    const length = text.length;
    if (this.bytes.length < 3 * length) this.bytes = new Uint8Array(6 * length);
    const bytes = this.bytes;
    if (length > ENCODED_HERE_MAX) return encoder.encodeInto(text, bytes).written;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return encoder.encodeInto(text, bytes).written;
      bytes[i] = unit;
    }
    return length;
  }
}
