/**
 * A snapshot as bytes: a prefix (magic, length and checksum of the head), the head (JSON: facts and the list of sections), the sections, each at a
 * multiple of eight bytes, and a checksum of all sections. Numbers are little-endian.
 */
import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../kernel/json.js';
import { SnapshotMismatch, type SnapshotReader, type SnapshotWriter } from './sections.js';

/** Counted up with every change to what any part of an engine writes. */
const FORMAT = 4;
const MAGIC = Buffer.from('MUSTER ENGINE\n\0\0');
/** Magic, length of the head, its checksum. */
export const PREFIX_BYTES = MAGIC.length + 8;
/** The checksum at the end. */
export const TRAILER_BYTES = 4;
const ALIGNMENT = 8;
/** Longest piece that is checked or written at once. */
export const PIECE_BYTES = 4 * 1024 * 1024;

const KINDS = ['json', 'uint8', 'uint16', 'uint32', 'float64'] as const;
type Kind = (typeof KINDS)[number];

export interface SnapshotSection {
  readonly name: string;
  readonly kind: Kind;
  /** From the start of the snapshot. */
  readonly at: number;
  readonly bytes: number;
}

export interface SnapshotHead {
  readonly facts: JsonObject;
  readonly sections: readonly SnapshotSection[];
  /** Length of the whole snapshot. */
  readonly size: number;
}

export interface SnapshotSections extends SnapshotWriter {
  /** The snapshot in pieces. The arrays that were written are read as the pieces are taken. */
  pieces(facts: JsonObject): Generator<Uint8Array, void, void>;
}

export function createSnapshotSections(): SnapshotSections {
  const written: { readonly name: string; readonly kind: Kind; readonly bytes: Uint8Array }[] = [];
  const add = (name: string, kind: Kind, array: ArrayBufferView) =>
    void written.push({ name, kind, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
  const writerWithin = (path: string): SnapshotWriter => ({
    json: (name, value) => add(path + name, 'json', Buffer.from(JSON.stringify(value))),
    uint8: (name, array) => add(path + name, 'uint8', array),
    uint16: (name, array) => add(path + name, 'uint16', array),
    uint32: (name, array) => add(path + name, 'uint32', array),
    float64: (name, array) => add(path + name, 'float64', array),
    within: (name) => writerWithin(`${path}${name}/`),
  });
  return {
    ...writerWithin(''),
    *pieces(facts) {
      let at = 0;
      const sections = written.map(({ name, kind, bytes }) => {
        const section = { name, kind, at, bytes: bytes.length };
        at = aligned(at + bytes.length);
        return section;
      });
      // Places count from the end of the head, whose length hangs on them.
      const head = Buffer.from(JSON.stringify({ format: FORMAT, order: byteOrder(), facts, sections, body: at }));
      const padded = Buffer.alloc(aligned(PREFIX_BYTES + head.length) - PREFIX_BYTES, ' ');
      head.copy(padded);
      const prefix = Buffer.alloc(PREFIX_BYTES);
      MAGIC.copy(prefix);
      prefix.writeUInt32LE(padded.length, MAGIC.length);
      prefix.writeUInt32LE(crc32(padded), MAGIC.length + 4);
      yield prefix;
      yield padded;
      let sum = 0;
      const gap = Buffer.alloc(ALIGNMENT);
      for (const { bytes } of written) {
        for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
          const piece = bytes.subarray(from, from + PIECE_BYTES);
          sum = crc32(piece, sum);
          yield piece;
        }
        const rest = gap.subarray(0, aligned(bytes.length) - bytes.length);
        sum = crc32(rest, sum);
        yield rest;
      }
      const trailer = Buffer.alloc(TRAILER_BYTES);
      trailer.writeUInt32LE(sum);
      yield trailer;
    },
  };
}

/** @returns length and checksum of the head that follows @throws SnapshotMismatch */
export function readPrefix(prefix: Uint8Array): { readonly headBytes: number; readonly sum: number } {
  const bytes = Buffer.from(prefix.buffer, prefix.byteOffset, prefix.length);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new SnapshotMismatch('it is none');
  return { headBytes: bytes.readUInt32LE(MAGIC.length), sum: bytes.readUInt32LE(MAGIC.length + 4) };
}

/** @throws SnapshotMismatch when it is damaged, or of another format */
export function readHead(bytes: Uint8Array, sum: number): SnapshotHead {
  if (crc32(bytes) !== sum) throw new SnapshotMismatch('its head is damaged');
  const head = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as {
    readonly format: number;
    readonly order: string;
    readonly facts: JsonObject;
    readonly sections: readonly SnapshotSection[];
    readonly body: number;
  };
  if (head.format !== FORMAT || head.order !== byteOrder()) throw new SnapshotMismatch('it is of another version');
  const start = PREFIX_BYTES + bytes.length;
  return {
    facts: head.facts,
    sections: head.sections.map((section) => ({ ...section, at: section.at + start })),
    size: start + head.body + TRAILER_BYTES,
  };
}

/** The checksum so far with more bytes: of the sections and the gaps between them, in order. */
export function addToSum(sum: number, bytes: Uint8Array): number {
  return crc32(bytes, sum);
}

export function readTrailer(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32LE(0);
}

/** Bytes that a section takes, with the gap behind it. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** @param sections each section's kind and bytes by name; they are let go of as they are read */
export function readSections(sections: Map<string, { readonly kind: string; readonly bytes: ArrayBuffer }>): SnapshotReader {
  const take = (name: string, kind: Kind): ArrayBuffer => {
    const section = sections.get(name);
    if (section?.kind !== kind) throw new SnapshotMismatch(`its section ${name} is missing`);
    sections.delete(name);
    return section.bytes;
  };
  const readerWithin = (path: string): SnapshotReader => ({
    json: (name) => JSON.parse(Buffer.from(take(path + name, 'json')).toString()) as unknown,
    uint8: (name) => new Uint8Array(take(path + name, 'uint8')),
    uint16: (name) => new Uint16Array(take(path + name, 'uint16')),
    uint32: (name) => new Uint32Array(take(path + name, 'uint32')),
    float64: (name) => new Float64Array(take(path + name, 'float64')),
    within: (name) => readerWithin(`${path}${name}/`),
  });
  return readerWithin('');
}

function byteOrder(): 'little' | 'big' {
  return new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 'little' : 'big';
}

/** A reader of what `write` writes, through the bytes of a snapshot: for parts that are small, and for tests. */
export function throughBytes(write: (out: SnapshotWriter) => void): SnapshotReader {
  const out = createSnapshotSections();
  write(out);
  const whole = Buffer.concat([...out.pieces({})]);
  const { headBytes, sum } = readPrefix(whole.subarray(0, PREFIX_BYTES));
  const head = readHead(whole.subarray(PREFIX_BYTES, PREFIX_BYTES + headBytes), sum);
  return readSections(
    new Map(
      head.sections.map(({ name, kind, at, bytes }) => [name, { kind, bytes: new Uint8Array(whole.subarray(at, at + bytes)).buffer }]),
    ),
  );
}
