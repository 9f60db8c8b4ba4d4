import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createIdIndex } from './id-index.js';
import { throughBytes } from './snapshot/format.js';

const ids = [
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000-000000000001',
  'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  'AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeef',
  'aaaaaaaaabbbb-4ccc-8ddd-eeeeeeeeeeee',
  'gaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  'ａaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  '',
  'device-1',
  '__proto__',
];
const id = fc.oneof(
  fc.constantFrom(...ids),
  fc.nat(40).map((n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
  fc.uuid(),
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('put' as const), id, ordinal: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('clear' as const, 'trim' as const), id, ordinal: fc.nat(60) }) },
);

describe('an index of ids', () => {
  it('equals two maps, through a snapshot and back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(120), (steps, savedAt) => {
        let index = createIdIndex();
        const ordinals = new Map<string, number>();
        const idsOf = new Map<number, string>();
        for (const [at, { do: what, id: each, ordinal }] of steps.entries()) {
          if (at === savedAt) {
            const saved = index;
            saved.trim();
            index = createIdIndex();
            index.load(throughBytes((out) => saved.save(out)));
          }
          if (what === 'trim') {
            index.trim();
            continue;
          }
          const before = idsOf.get(ordinal);
          idsOf.delete(ordinal);
          if (before !== undefined && ordinals.get(before) === ordinal) ordinals.delete(before);
          if (what === 'put') {
            idsOf.set(ordinal, each);
            ordinals.set(each, ordinal);
            index.put(each, ordinal);
          } else index.clear(ordinal);
        }
        for (let ordinal = 0; ordinal < 62; ordinal += 1) expect(index.idOf(ordinal)).toBe(idsOf.get(ordinal) ?? '');
        for (const each of [...ids, ...idsOf.values(), ...steps.map((one) => one.id)]) {
          expect(index.ordinalOf(each)).toBe(ordinals.get(each));
          for (const ordinal of [0, 7, 61]) expect(index.is(ordinal, each)).toBe(idsOf.get(ordinal) === each);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds each of many', () => {
    const index = createIdIndex();
    index.reserve(70_000);
    const idAt = (n: number) =>
      `${(Math.imul(n, 0x9e37_79b1) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
    for (let n = 0; n < 100_000; n += 1) index.put(idAt(n), n);
    for (let n = 0; n < 100_000; n += 3) index.clear(n);
    const expectThird = () => {
      for (let n = 0; n < 100_000; n += 1) expect(index.ordinalOf(idAt(n))).toBe(n % 3 === 0 ? undefined : n);
    };
    expectThird();
    index.trim();
    expectThird();
    for (let n = 0; n < 100_000; n += 3) index.put(idAt(n), n);
    for (let n = 0; n < 100_000; n += 1) expect(index.ordinalOf(idAt(n))).toBe(n);
  });

  it('is found again in another process, which seeds its hashes otherwise', async () => {
    const index = createIdIndex();
    const idAt = (n: number) => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    for (let n = 1; n <= 500; n += 1) index.put(idAt(n), n);
    vi.resetModules();
    const elsewhere = (await import('./id-index.js')).createIdIndex();
    elsewhere.load(throughBytes((out) => index.save(out)));
    for (let n = 501; n <= 600; n += 1) elsewhere.put(idAt(n), n);
    for (let n = 1; n <= 600; n += 1) expect(elsewhere.ordinalOf(idAt(n))).toBe(n);
    expect(elsewhere.ordinalOf(idAt(601))).toBeUndefined();
  });
});
