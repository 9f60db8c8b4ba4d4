/**
 * Many texts, and bytes of such, as the UTF-8 of all of them one behind the other. They are encoded piece by piece where they go: put together as one
 * text first, a long answer would be copied twice more.
 */
export function utf8Of(parts: readonly (string | Uint8Array)[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const writer = utf8Writer(length);
  for (const part of parts) writer.write(part);
  return writer.end();
}

export interface Utf8Writer {
  /** A text must not begin or end within a surrogate pair. */
  write(part: string | Uint8Array): void;
  /** How many bytes have been written. */
  at(): number;
  end(): Uint8Array;
}

/** @param length about how many characters and bytes will come */
export function utf8Writer(length: number): Utf8Writer {
  const out: Output = { bytes: Buffer.allocUnsafe(length + SLACK), at: 0, rest: length };
  let text = '';
  const flush = (): void => {
    if (text !== '') writeText(out, text);
    text = '';
  };
  return {
    write(part) {
      if (typeof part !== 'string') {
        flush();
        makeRoom(out, part.length);
        out.bytes.set(part, out.at);
        out.at += part.length;
        out.rest -= part.length;
        return;
      }
      if (part.length >= LONG) flush();
      text += part;
      if (text.length >= PIECE || part.length >= LONG) flush();
    },
    at() {
      flush();
      return out.at;
    },
    end() {
      flush();
      return out.bytes.subarray(0, out.at);
    },
  };
}

/** A text of so many characters is encoded where it lies. */
const LONG = 300;

/** Characters that are encoded at once: enough to be worth a call, few enough to be put together in young memory. */
const PIECE = 16_384;

/** Of a UTF-16 unit. */
const MOST_BYTES = 3;

/** The last piece, too, is seldom measured. */
const SLACK = 256;

interface Output {
  bytes: Buffer;
  /** How much of it is written. */
  at: number;
  /** Units that are yet to come. Most are ASCII, a byte each. */
  rest: number;
}

function writeText(out: Output, text: string): void {
  if (out.bytes.length - out.at < text.length * MOST_BYTES) makeRoom(out, Buffer.byteLength(text));
  out.at += out.bytes.write(text, out.at);
  out.rest -= text.length;
}

function makeRoom(out: Output, bytes: number): void {
  if (out.bytes.length - out.at >= bytes) return;
  const larger = Buffer.allocUnsafe(Math.ceil((out.at + bytes + Math.max(out.rest, 0)) * 1.125) + SLACK);
  out.bytes.copy(larger, 0, 0, out.at);
  out.bytes = larger;
}

/** A body as text, whichever way it is at hand. */
export function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
