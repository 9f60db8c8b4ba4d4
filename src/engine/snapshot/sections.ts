/**
 * What parts of an engine write into a snapshot and read out of it: named sections, each a typed array or a JSON value. An array that is written is
 * not copied: it must not change until the snapshot is done.
 */
export interface SnapshotWriter {
  json(name: string, value: unknown): void;
  uint8(name: string, array: Uint8Array): void;
  uint16(name: string, array: Uint16Array): void;
  uint32(name: string, array: Uint32Array): void;
  float64(name: string, array: Float64Array): void;
  /** The same with every name under this one. */
  within(name: string): SnapshotWriter;
}

/** Arrays are the reader's to keep: they share no memory with others that are read. */
export interface SnapshotReader {
  /** @throws SnapshotMismatch, as the others, when the section is missing or of another kind */
  json(name: string): unknown;
  uint8(name: string): Uint8Array<ArrayBuffer>;
  uint16(name: string): Uint16Array<ArrayBuffer>;
  uint32(name: string): Uint32Array<ArrayBuffer>;
  float64(name: string): Float64Array<ArrayBuffer>;
  within(name: string): SnapshotReader;
}

/** A snapshot that cannot be used: damaged, or of another version of the program. */
export class SnapshotMismatch extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'SnapshotMismatch';
  }
}
