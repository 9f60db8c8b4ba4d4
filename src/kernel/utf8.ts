/**
 * Many texts, and bytes of such, as the UTF-8 of all of them one behind the other. They are encoded piece by piece where they go: put together as one
 * text first, a long answer would be copied twice more.
 */
export function utf8Of(parts: readonly (string | Uint8Array)[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out: Output = { bytes: Buffer.allocUnsafe(length + SLACK), at: 0, rest: length };
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      if (part.length >= LONG && text !== '') {
        writeText(out, text);
        text = '';
      }
      text += part;
      if (text.length < PIECE && part.length < LONG) continue;
      writeText(out, text);
      text = '';
      continue;
    }
    if (text !== '') writeText(out, text);
    text = '';
    makeRoom(out, part.length);
    out.bytes.set(part, out.at);
    out.at += part.length;
    out.rest -= part.length;
  }
  if (text !== '') writeText(out, text);
  return out.bytes.subarray(0, out.at);
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
  const larger = Buffer.allocUnsafe(Math.ceil((out.at + bytes + out.rest) * 1.125) + SLACK);
  out.bytes.copy(larger, 0, 0, out.at);
  out.bytes = larger;
}

/** A body as text, whichever way it is at hand. */
export function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
