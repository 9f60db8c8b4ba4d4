import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { completeEntity } from './defaults.js';
import { mergeUpdate, sameJson } from './merge.js';
import { sampleBeta } from './testing/sample-schema.js';

const schema = sampleBeta();
const assignment = schema.types.get('deviceConfigurationAssignment')!;
const everything = schema.types.get('everythingConfiguration')!;
const GROUP = '#microsoft.graph.groupAssignmentTarget';

const stored = completeEntity(
  assignment,
  { intent: 'apply', target: { '@odata.type': GROUP, groupId: 'g', deviceAndAppManagementAssignmentFilterId: 'f' } },
  { id: '1' },
);

describe('mergeUpdate', () => {
  it('replaces primitives and leaves the stored object alone', () => {
    const before = JSON.stringify(stored);
    const merged = mergeUpdate(assignment, stored, { intent: 'remove' });
    expect(merged).toEqual({ ...stored, intent: 'remove' });
    expect(Object.keys(merged)).toEqual(Object.keys(stored));
    expect(JSON.stringify(stored)).toBe(before);
  });

  it('replaces a complex value as a whole', () => {
    const merged = mergeUpdate(assignment, stored, { target: { '@odata.type': GROUP, groupId: 'h' } });
    expect(merged.target).toEqual({
      '@odata.type': GROUP,
      deviceAndAppManagementAssignmentFilterId: null,
      deviceAndAppManagementAssignmentFilterType: 'none',
      groupId: 'h',
    });
  });

  it('replaces collections as a whole', () => {
    const before = completeEntity(everything, { numbers: [1, 2, 3] });
    expect(mergeUpdate(everything, before, { numbers: [3] }).numbers).toEqual([3]);
  });

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['the same value', { intent: 'apply' }],
    [
      'an equal target, its members in another order',
      { target: { groupId: 'g', deviceAndAppManagementAssignmentFilterId: 'f', '@odata.type': GROUP } },
    ],
    ['everything', stored],
  ])('gives the stored object back for %s', (_, given) => {
    expect(mergeUpdate(assignment, stored, given)).toBe(stored);
  });

  it('puts a member that was not stored in wire order', () => {
    const { source, ...older } = stored;
    const merged = mergeUpdate(assignment, older, { source: source ?? null });
    expect(Object.keys(merged)).toEqual(['id', 'source', 'sourceId', 'intent', 'target']);
  });

  it('is idempotent', () => {
    const given = fc.record(
      {
        int32: fc.integer(),
        text: fc.string(),
        numbers: fc.array(fc.integer()),
        window: fc.record({ note: fc.string() }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    const whole = completeEntity(everything, {});
    fc.assert(
      fc.property(given, (patch) => {
        const once = mergeUpdate(everything, whole, patch as JsonObject);
        expect(mergeUpdate(everything, once, patch as JsonObject)).toBe(once);
        expect(once).toEqual(completeEntity(everything, { ...whole, ...patch } as JsonObject));
      }),
    );
  });
});

describe('sameJson', () => {
  it('holds for a value and its copy, and tells apart what is written differently', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonValue;
        expect(sameJson(plain(a), plain(a))).toBe(true);
        if (JSON.stringify(a).length !== JSON.stringify(b).length) expect(sameJson(plain(a), plain(b))).toBe(false);
      }),
    );
  });

  it.each<[JsonValue, JsonValue, boolean]>([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{}, [], false],
    [null, {}, false],
    [1, '1', false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ toString: 1 }, { a: 1 }, false],
  ])('%j and %j: %s', (a, b, same) => {
    expect(sameJson(a, b)).toBe(same);
  });
});
