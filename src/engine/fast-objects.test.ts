import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createManagedDeviceTable } from './columns/managed-device.js';
import { createIdIndex } from './id-index.js';
import { createObjectRows } from './object-rows.js';
import { createTenantEngine } from './tenant-engine.js';

setFlagsFromString('--allow-natives-syntax');
const isFast = runInNewContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;

/** Paths of the objects that V8 keeps as hash tables: an accessor in an object literal is enough, and each use of such an object costs several times more. */
function slowIn(object: unknown, path: string, seen = new Set<object>()): readonly string[] {
  if (typeof object !== 'object' || object === null || seen.has(object)) return [];
  seen.add(object);
  if (ArrayBuffer.isView(object) || object instanceof Map || object instanceof Set) return [];
  const own = isFast(object) ? [] : [path];
  return [...own, ...Object.entries(object).flatMap(([name, value]) => slowIn(value, `${path}.${name}`, seen))];
}

it('is seen of an object that has an accessor', () => {
  const withAccessor = {
    get size() {
      return 1;
    },
  };
  expect(slowIn({ withAccessor }, 'it')).toEqual(['it.withAccessor']);
});

it.each([
  ['an engine', () => createTenantEngine(() => 0)],
  ['rows', () => createObjectRows(createManagedDeviceTable())],
  ['ids', createIdIndex],
])('%s: V8 keeps none of its objects as a hash table', (_, make) => {
  expect(slowIn(make(), 'it')).toEqual([]);
});
