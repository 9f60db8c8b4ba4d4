/** What can be told of rows by their frame alone. */
import type { Frame } from '../../kernel/framed-text.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { frameMembers } from '../../kernel/json-members.js';
import { type SharedCell, sharedCell } from '../columns/shared-cell.js';
import type { CellValue, Table } from '../columns/table.js';
import type { CellGroup, RowForm } from './row-form.js';
import { type Bytes, createValueCombinations, type Derived, type ValueCombinations, type ValueSpans } from './value-combinations.js';

export interface FramePlan {
  /** By place, what its value is for: see `textOf` and those after it. */
  readonly uses: Uint32Array;
  /** Cells that the frame itself gives, nulls left out; and by column, 1 for those. */
  readonly constants: readonly SharedCell[];
  readonly isConstant: Uint8Array;
  /** By group, what the frame's own values say beside cells. */
  readonly facts: readonly (CellValue | undefined)[];
  /** By group, what follows from values that rows have of their own. */
  readonly combinations: readonly ValueCombinations[];
}

/** What a place is for, a byte each: a text of the form, a name, a group and which of its members, each counted from 0; -1 for none. */
export const textOf = (use: number): number => (use & 0xff) - 1;
export const nameOf = (use: number): number => ((use >>> 8) & 0xff) - 1;
export const groupOf = (use: number): number => ((use >>> 16) & 0xff) - 1;
export const memberOf = (use: number): number => (use >>> 24) - 1;

export function createFramePlans(form: RowForm, table: Table, wanted: (member: string) => boolean) {
  const plans = new Map<Frame, FramePlan | undefined>();
  const textMembers = [...form.texts.keys()];

  const useOf = (member: string | undefined): number => {
    if (member === undefined) return 0;
    const group = form.groups.findIndex(({ members }) => members.includes(member));
    const inGroup = form.groups[group]?.members.indexOf(member) ?? -1;
    const parts = [textMembers.indexOf(member), form.names.indexOf(member), group, inGroup];
    return parts.reduce((use, part, place) => use | ((part + 1) << (8 * place)), 0) >>> 0;
  };

  const planFor = (frame: Frame): FramePlan | undefined => {
    const found = frameMembers(frame, wanted);
    if (found === undefined) return undefined;
    const { members, names } = found;
    if ([...names, ...Object.keys(members)].some((name) => name !== undefined && form.isForeign(name))) return undefined;
    // A name that the frame gives stands in no bytes.
    if (form.names.some((name) => (members[name] ?? null) !== null)) return undefined;
    const given = [...form.texts].map(([member, { column, read }]) =>
      sharedCell(column, members[member] == null ? null : read(members[member])),
    );
    const facts: (CellValue | undefined)[] = [];
    for (const { columns, derive } of form.groups) {
      const values = derive(members);
      for (const [index, column] of columns.entries()) given.push(sharedCell(column, values[index] ?? null));
      facts.push(values[columns.length]);
    }
    const constants = given.filter(({ value }) => value !== null);
    const isConstant = new Uint8Array(table.columns.length);
    for (const { column } of constants) isConstant[column] = 1;
    return {
      uses: Uint32Array.from(names, useOf),
      constants,
      isConstant,
      facts,
      combinations: form.groups.map((group) => createValueCombinations((from, spans) => derivedOf(group, members, from, spans))),
    };
  };

  return {
    /** Undefined for a frame whose rows are of another form. */
    of(frame: Frame): FramePlan | undefined {
      if (!plans.has(frame)) plans.set(frame, planFor(frame));
      return plans.get(frame);
    },
  };
}

/** @param own the frame's members */
function derivedOf({ members, columns, derive }: CellGroup, own: JsonObject, { bytes }: Bytes, spans: ValueSpans): Derived {
  const given: Record<string, JsonValue> = {};
  for (let value = 0; value < spans.count; value += 1)
    given[members[spans.members[value]!]!] = JSON.parse(bytes.toString('latin1', spans.starts[value], spans.ends[value])) as JsonValue;
  const values = derive({ ...own, ...given });
  // A null need not be written where the frame says null too.
  const ownValues = derive(own);
  const cells = columns.map((column, index) => sharedCell(column, values[index] ?? null));
  return {
    cells: cells.filter(({ value }, index) => value !== null || (ownValues[index] ?? null) !== null),
    fact: values[columns.length],
  };
}
