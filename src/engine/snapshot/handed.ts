/** What a part of an engine writes, handed to another thread of the program: the arrays themselves, not copies of them. */
import { SnapshotMismatch, type SnapshotReader, type SnapshotWriter } from './sections.js';

type Handed = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

type ArrayKind = {
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Handed;
  new (copied: Handed): Handed;
};

/** By name. */
export type HandedSections = Map<string, { readonly json: unknown } | Handed>;

export interface HandedWriter extends SnapshotWriter {
  readonly sections: HandedSections;
  /** Memory that goes over with the sections: whoever wrote them has it no more. */
  memory(): readonly ArrayBuffer[];
}

/** Smaller ones are copied: they may share their memory with others. */
const OWN_BYTES = 1 << 14;

export function createHandedWriter(): HandedWriter {
  const sections: HandedSections = new Map();
  const memory = new Set<ArrayBuffer>();
  const hand = (name: string, array: ArrayBufferView & { readonly length: number }, kind: ArrayKind) => {
    const { buffer, byteOffset, byteLength, length } = array;
    if (buffer instanceof ArrayBuffer && byteLength >= OWN_BYTES && byteLength * 2 > buffer.byteLength && !memory.has(buffer)) {
      memory.add(buffer);
      sections.set(name, new kind(buffer, byteOffset, length));
    } else sections.set(name, new kind(new kind(buffer as ArrayBuffer, byteOffset, length)));
  };
  const writerWithin = (path: string): SnapshotWriter => ({
    json: (name, value) => void sections.set(path + name, { json: value }),
    uint8: (name, array) => hand(path + name, array, Uint8Array),
    uint16: (name, array) => hand(path + name, array, Uint16Array),
    uint32: (name, array) => hand(path + name, array, Uint32Array),
    float64: (name, array) => hand(path + name, array, Float64Array),
    within: (name) => writerWithin(`${path}${name}/`),
  });
  return {
    ...writerWithin(''),
    sections,
    memory: () => [...memory],
  };
}

/** @param sections are let go of as they are read */
export function readHanded(sections: HandedSections): SnapshotReader {
  const take = (name: string) => {
    const section = sections.get(name);
    if (section === undefined) throw new SnapshotMismatch(`its section ${name} is missing`);
    sections.delete(name);
    return section;
  };
  const array = <T extends Handed>(name: string, kind: new (length: number) => T): T => {
    const section = take(name);
    if (!(section instanceof kind)) throw new SnapshotMismatch(`its section ${name} is of another kind`);
    return section;
  };
  const readerWithin = (path: string): SnapshotReader => ({
    json(name) {
      const section = take(path + name);
      if (!('json' in section)) throw new SnapshotMismatch(`its section ${path}${name} is of another kind`);
      return section.json;
    },
    uint8: (name) => array(path + name, Uint8Array),
    uint16: (name) => array(path + name, Uint16Array),
    uint32: (name) => array(path + name, Uint32Array),
    float64: (name) => array(path + name, Float64Array),
    within: (name) => readerWithin(`${path}${name}/`),
  });
  return readerWithin('');
}
