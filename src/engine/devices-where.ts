import { type ColumnTest, selectTested } from './columns/column-test.js';
import { type DeviceSet, forEach, size } from './device-set.js';
import type { ObjectRows } from './object-rows.js';

export interface TestedDevices {
  /** How many pass. */
  readonly total: number;
  /** A stretch of their ids, in order of id by UTF-16 unit. */
  readonly ids: readonly string[];
}

/** The objects whose rows pass a test: how many, and the ids from the `skip`th on, at most `limit`. */
export function devicesWhere(rows: ObjectRows, test: ColumnTest, skip: number, limit: number): TestedDevices {
  const set = selectTested(rows.table, test);
  const total = size(set);
  return { total, ids: limit === 0 || skip >= total ? [] : smallest(rows, set, skip + limit).slice(skip) };
}

/** The first `count` ids in order. Holds little more than what is asked for: a page of many objects is much cheaper than ordering them all. */
function smallest(rows: ObjectRows, set: DeviceSet, count: number): readonly string[] {
  const bound = 2 * count + 256;
  let ids: string[] = [];
  let last: string | undefined;
  forEach(set, (ordinal) => {
    const id = rows.idOf(ordinal);
    if (last !== undefined && id > last) return;
    ids.push(id);
    if (ids.length <= bound) return;
    ids = ids.sort().slice(0, count);
    last = ids.at(-1);
  });
  return ids.sort().slice(0, count);
}
