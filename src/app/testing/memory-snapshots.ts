/** Snapshots that stay in memory, for tests. */
import type { SnapshotFiles } from '../engine-snapshot.js';

export interface MemorySnapshots extends SnapshotFiles {
  readonly kept: Map<string, Uint8Array>;
}

export function memorySnapshots(): MemorySnapshots {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    async open(name) {
      const bytes = kept.get(name);
      if (bytes === undefined) return undefined;
      return {
        size: bytes.length,
        async read(into, at) {
          if (at + into.length > bytes.length) throw new RangeError('past the end');
          into.set(bytes.subarray(at, at + into.length));
        },
        close: async () => undefined,
      };
    },
    async write(name, pieces) {
      const taken: Uint8Array[] = [];
      for (const piece of pieces) {
        taken.push(piece.slice());
        await new Promise((resolve) => setImmediate(resolve));
      }
      kept.set(name, Buffer.concat(taken));
    },
    async remove(name) {
      kept.delete(name);
    },
  };
}
