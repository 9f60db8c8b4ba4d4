/** Cells that follow from several values, worked out once for values that come together again. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { CellValue } from '../columns/table.js';
import type { CellGroup } from './row-form.js';
import { createValueCodes } from './value-codes.js';

export interface Cell {
  readonly column: number;
  readonly value: CellValue;
}

export interface Derived {
  readonly cells: readonly Cell[];
  readonly fact: CellValue | undefined;
}

/** Values of a group's members that came together, one more than the values `before`: what stands here is said for all rows that have these and no others. */
export interface Values {
  readonly before: Values | undefined;
  readonly root: number;
  readonly value: JsonValue;
  /** By root and code. */
  readonly next: (Values | undefined)[][];
  derived: Derived | undefined;
}

export const noValues = (): Values => ({ before: undefined, root: -1, value: null, next: [], derived: undefined });

/** So many values that came together are remembered. */
const MOST = 1 << 16;

export interface Derivations {
  /** These values and another one, of a root, which stands in the bytes; undefined where it is not worth being remembered. */
  and(values: Values, root: number, bytes: Buffer, start: number, end: number): Values | undefined;
  /** What follows for a group from values. @param own the frame's members */
  of(group: number, values: Values, own: JsonObject): Derived;
  /** The same of values that are not remembered, by member. */
  ofObject(group: number, given: JsonObject, own: JsonObject): Derived;
}

/** @param roots the members of all groups, one after the other */
export function createDerivations(groups: readonly CellGroup[], roots: readonly string[]): Derivations {
  const codes = roots.map(createValueCodes);
  let count = 0;

  const ofObject = (group: number, given: JsonObject, own: JsonObject): Derived => {
    const { columns, derive } = groups[group]!;
    const values = derive({ ...own, ...given });
    // A null need not be written where the frame says null too.
    const ownValues = derive(own);
    const cells = columns.map((column, index) => ({ column, value: values[index] ?? null }));
    return {
      cells: cells.filter(({ value }, index) => value !== null || (ownValues[index] ?? null) !== null),
      fact: values[columns.length],
    };
  };

  return {
    and(values, root, bytes, start, end) {
      const code = codes[root]!.codeOf(bytes, start, end);
      if (code === 0) return undefined;
      const known = values.next[root]?.[code];
      if (known !== undefined || count >= MOST) return known;
      count += 1;
      const made: Values = { before: values, root, value: codes[root]!.value(code), next: [], derived: undefined };
      values.next[root] ??= [];
      values.next[root][code] = made;
      return made;
    },
    of(group, values, own) {
      if (values.derived !== undefined) return values.derived;
      const given: Record<string, JsonValue> = {};
      for (let at: Values | undefined = values; at !== undefined && at.root >= 0; at = at.before) given[roots[at.root]!] = at.value;
      values.derived = ofObject(group, given, own);
      return values.derived;
    },
    ofObject,
  };
}
