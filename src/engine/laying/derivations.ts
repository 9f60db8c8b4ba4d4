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

/** What follows from values, by their codes in turn. */
export interface Known {
  readonly next: (Known | undefined)[];
  derived: Derived | undefined;
}

export const noneKnown = (): Known => ({ next: [], derived: undefined });

/** So much is remembered of what follows from values. */
const MOST_KNOWN = 1 << 16;

/** A question for a row: `begin`, then `take` with the code of each of the group's values, then `end`. */
export interface Derivations {
  /** The place of a group's first member among all roots. */
  firstRoot(group: number): number;
  /** -1 for a value that gets no code. */
  codeOf(root: number, bytes: Buffer, start: number, end: number): number;
  begin(group: number, frame: { readonly members: JsonObject; readonly known: readonly Known[] }): void;
  /** @param code 0 for the frame's own value */
  take(code: number): void;
  /** @param valueAt the value of a root that has no code */
  end(valueAt: (root: number) => JsonValue): Derived;
}

export function createDerivations(groups: readonly CellGroup[], roots: readonly string[]): Derivations {
  const codes = roots.map(createValueCodes);
  const firstRoots = groups.map((_, group) => groups.slice(0, group).reduce((sum, { members }) => sum + members.length, 0));
  const taken = new Int32Array(roots.length);
  let takenCount = 0;
  let knownCount = 0;
  let [group, own]: [number, JsonObject] = [0, {}];
  let at: Known | undefined;

  const step = (from: Known, code: number): Known | undefined => {
    // A value that has no code tells nothing of others.
    if (code < 0) return undefined;
    const next = from.next[code];
    if (next !== undefined || knownCount >= MOST_KNOWN) return next;
    knownCount += 1;
    const made = noneKnown();
    from.next[code] = made;
    return made;
  };

  const derive = (valueAt: (root: number) => JsonValue): Derived => {
    const { columns } = groups[group]!;
    const object = { ...own } as Record<string, JsonValue>;
    for (let index = 0; index < takenCount; index += 1) {
      const code = taken[index]!;
      const root = firstRoots[group]! + index;
      if (code !== 0) object[roots[root]!] = code < 0 ? valueAt(root) : codes[root]!.value(code);
    }
    const values = groups[group]!.derive(object);
    const ownValues = groups[group]!.derive(own);
    const cells = columns.map((column, index) => ({ column, value: values[index] ?? null }));
    return {
      cells: cells.filter(({ value }, index) => value !== null || (ownValues[index] ?? null) !== null),
      fact: values[columns.length],
    };
  };

  return {
    firstRoot: (of) => firstRoots[of]!,
    codeOf: (root, bytes, start, end) => codes[root]!.codeOf(bytes, start, end) || -1,
    begin(of, { members, known }) {
      group = of;
      own = members;
      at = known[of];
      takenCount = 0;
    },
    take(code) {
      taken[takenCount++] = code;
      if (at !== undefined) at = step(at, code);
    },
    end(valueAt) {
      if (at?.derived !== undefined) return at.derived;
      const derived = derive(valueAt);
      if (at !== undefined) at.derived = derived;
      return derived;
    },
  };
}
