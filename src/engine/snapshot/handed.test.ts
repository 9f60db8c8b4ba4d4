import { describe, expect, it } from 'vitest';
import { createHandedWriter, readHanded } from './handed.js';
import { SnapshotMismatch, type SnapshotWriter } from './sections.js';

/** As another thread gets it: what is transferred is gone here. */
function handed(write: (out: SnapshotWriter) => void) {
  const out = createHandedWriter();
  write(out);
  return readHanded(structuredClone(out.sections, { transfer: [...out.memory()] }));
}

describe('sections that are handed over', () => {
  it('arrive as they were written, under their names', () => {
    const large = Uint32Array.from({ length: 20_000 }, (_, n) => n * 7);
    const from = handed((out) => {
      out.uint32('large', large);
      out.uint16('small', Uint16Array.of(1, 2, 3));
      const inner = out.within('inner');
      inner.json('large', { of: ['another', 'kind'] });
      inner.float64('numbers', Float64Array.of(0.5, -1));
      inner.uint8('pooled', Buffer.from('pooled'));
    });
    expect(large).toHaveLength(0);
    const inner = from.within('inner');
    expect([...from.uint32('large').subarray(0, 3)]).toEqual([0, 7, 14]);
    expect([...from.uint16('small')]).toEqual([1, 2, 3]);
    expect(inner.json('large')).toEqual({ of: ['another', 'kind'] });
    expect([...inner.float64('numbers')]).toEqual([0.5, -1]);
    expect(Buffer.from(inner.uint8('pooled')).toString()).toBe('pooled');
  });

  it('leave memory behind that is mostly not theirs, or another section has', () => {
    const memory = new Uint32Array(40_000).map((_, n) => n);
    const from = handed((out) => {
      out.uint32('whole', memory);
      out.uint32('again', memory);
    });
    expect(from.uint32('again')).toEqual(from.uint32('whole'));
    const wide = new Uint8Array(1 << 20).fill(9);
    const part = handed((out) => out.uint8('part', wide.subarray(0, 20_000))).uint8('part');
    expect(part.buffer.byteLength).toBe(20_000);
    expect(wide).toHaveLength(1 << 20);
  });

  it('are refused where one is missing, of another kind, or read already', () => {
    const from = handed((out) => {
      out.uint8('bytes', Uint8Array.of(1));
      out.json('value', 1);
    });
    for (const read of [() => from.uint8('none'), () => from.json('bytes'), () => from.uint32('value')])
      expect(read).toThrow(SnapshotMismatch);
    const once = handed((out) => out.json('value', 1));
    once.json('value');
    expect(() => once.json('value')).toThrow(SnapshotMismatch);
  });
});
