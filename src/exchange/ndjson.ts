/** NDJSON read piece by piece: the lines of a stream with their numbers, in batches, never the whole of it in memory. */
import { graphError } from '../kernel/errors.js';

/** Most bytes of one line. */
export const MAX_LINE_BYTES = 1024 * 1024;

export interface NumberedLine {
  /** From 1, blank lines counted. */
  readonly line: number;
  /** Without the line's end. */
  readonly bytes: Uint8Array;
}

export interface LineSplitter {
  /** The lines that end in this piece, blank ones left out. @throws GraphError importLineInvalid for a line longer than the bound */
  push(piece: Uint8Array): readonly NumberedLine[];
  /** The last line, where it has no end of its own. */
  end(): readonly NumberedLine[];
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;

export function createLineSplitter(maxBytes: number = MAX_LINE_BYTES): LineSplitter {
  /** What came before of the line that has not ended. */
  let pieces: Uint8Array[] = [];
  let held = 0;
  let line = 1;
  /** The lines before a bad one are handed out first. */
  let fault: unknown;

  function take(rest: Uint8Array): Uint8Array {
    if (held + rest.byteLength > maxBytes) throw tooLong();
    if (pieces.length === 0) return rest;
    const whole = Buffer.concat([...pieces, rest]);
    pieces = [];
    held = 0;
    return whole;
  }

  const tooLong = () =>
    graphError('importLineInvalid', {
      line,
      reason: `The line is longer than ${maxBytes} bytes. Each object stands on one line of its own, ended by a newline.`,
      imported: 0,
    });

  function numbered(bytes: Uint8Array, out: NumberedLine[]): void {
    const content = bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
    if (content.some((byte) => byte > SPACE)) out.push({ line, bytes: content });
    line += 1;
  }

  function split(piece: Uint8Array, out: NumberedLine[]): void {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      numbered(take(piece.subarray(start, end)), out);
      start = end + 1;
    }
    if (start === piece.length) return;
    const rest = piece.subarray(start);
    if (held + rest.byteLength > maxBytes) throw tooLong();
    // A copy: whoever reads may use the piece's memory again.
    pieces.push(Uint8Array.prototype.slice.call(rest));
    held += rest.byteLength;
  }

  function guarded(work: (out: NumberedLine[]) => void): readonly NumberedLine[] {
    const out: NumberedLine[] = [];
    try {
      if (fault === undefined) work(out);
    } catch (error) {
      fault = error;
    }
    if (fault !== undefined && out.length === 0) throw fault;
    return out;
  }

  return {
    push: (piece) => guarded((out) => split(piece, out)),
    end: () =>
      guarded((out) => {
        if (held > 0) numbered(take(new Uint8Array(0)), out);
      }),
  };
}

export interface LineBatch {
  readonly lines: readonly NumberedLine[];
  /** Bytes of the source up to the end of this batch, about. */
  readonly bytesRead: number;
  /** What ends the source early: a line longer than the bound. The lines before it are in this batch. */
  readonly fault: unknown;
}

export interface BatchLimits {
  readonly lines: number;
  /** Bytes of the lines of a batch together, their ends included. */
  readonly bytes: number;
}

/** The lines of a source in batches, each as full as the limits allow. */
export async function* readBatches(source: AsyncIterable<Uint8Array>, limits: BatchLimits): AsyncGenerator<LineBatch, void, void> {
  const splitter = createLineSplitter();
  let lines: NumberedLine[] = [];
  let size = 0;
  /** Bytes of the lines handed out or held, and of all pieces. */
  let bytesTaken = 0;
  let bytesRead = 0;
  function* filled(found: readonly NumberedLine[]): Generator<LineBatch, void, void> {
    for (const one of found) {
      const bytes = one.bytes.byteLength + 1;
      if (lines.length === limits.lines || (lines.length > 0 && size + bytes > limits.bytes)) {
        yield { lines, bytesRead: bytesTaken, fault: undefined };
        lines = [];
        size = 0;
      }
      lines.push(one);
      size += bytes;
      bytesTaken += bytes;
    }
  }
  try {
    for await (const piece of source) {
      bytesRead += piece.byteLength;
      yield* filled(splitter.push(piece));
    }
    yield* filled(splitter.end());
  } catch (error) {
    yield { lines, bytesRead, fault: error };
    return;
  }
  if (lines.length > 0) yield { lines, bytesRead, fault: undefined };
}
