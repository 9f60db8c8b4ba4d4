import { type ColumnTest, selectTested } from './columns/column-test.js';
import { type DeviceSet, forEach, size } from './device-set.js';
import { guidWords, readGuid } from './guid-words.js';
import type { ObjectRows } from './object-rows.js';

export interface TestedDevices {
  /** How many pass. */
  readonly total: number;
  /** A stretch of their ids, in order of id by UTF-16 unit. */
  readonly ids: readonly string[];
}

/** The objects whose rows pass a test: how many, and the ids from the `skip`th on, at most `limit`. */
export function devicesWhere(rows: ObjectRows, test: ColumnTest, skip: number, limit: number): TestedDevices {
  const answer = passing(rows, test);
  const total = size(answer.set);
  return { total, ids: limit === 0 || skip >= total ? [] : smallestOf(rows, answer, skip + limit).slice(skip, skip + limit) };
}

interface Answer {
  readonly set: DeviceSet;
  /** The first ids in order, so far as somebody asked. */
  ids: readonly string[];
}

interface Answers {
  readonly revision: number;
  readonly byTest: Map<string, Answer>;
}

/** Tests kept of one state of the rows: pages of a list ask the same one after the other. */
const MOST_TESTS = 8;

const answers = new WeakMap<ObjectRows, Answers>();

function passing(rows: ObjectRows, test: ColumnTest): Answer {
  let kept = answers.get(rows);
  if (kept?.revision !== rows.revision) {
    kept = { revision: rows.revision, byTest: new Map() };
    answers.set(rows, kept);
  }
  const name = JSON.stringify(test);
  const before = kept.byTest.get(name);
  if (before !== undefined) return before;
  const made: Answer = { set: selectTested(rows.table, test), ids: [] };
  if (kept.byTest.size === MOST_TESTS) kept.byTest.delete(kept.byTest.keys().next().value as string);
  kept.byTest.set(name, made);
  return made;
}

/** The same page is asked for again and again by who polls; more ids than these are not kept for it. */
const MOST_IDS = 4096;

function smallestOf(rows: ObjectRows, answer: Answer, count: number): readonly string[] {
  if (answer.ids.length >= Math.min(count, size(answer.set))) return answer.ids;
  const ids = smallest(rows, answer.set, count);
  if (count <= MOST_IDS) answer.ids = ids;
  return ids;
}

/** The first `count` ids in order. Holds little more than what is asked for: a page of many objects is much cheaper than ordering them all. */
function smallest(rows: ObjectRows, set: DeviceSet, count: number): readonly string[] {
  const bound = 2 * count + 256;
  let ids: string[] = [];
  let last: string | undefined;
  let lastLeading = Number.POSITIVE_INFINITY;
  forEach(set, (ordinal) => {
    // Most lie behind the last one by their first bits: they need not be written out.
    if (rows.leadingOf(ordinal) > lastLeading) return;
    const id = rows.idOf(ordinal);
    if (last !== undefined && id > last) return;
    ids.push(id);
    if (ids.length <= bound) return;
    ids = ids.sort().slice(0, count);
    last = ids.at(-1);
    if (last !== undefined && readGuid(last)) lastLeading = guidWords[0]!;
  });
  return ids.sort().slice(0, count);
}
