import type { Column, Table } from '../../columns/table.js';
import { complementWithin, type DeviceSet, emptySet } from '../../device-set.js';
import type { PropertyOperand } from './ast.js';
import type { RuleContext } from './context.js';
import { findProperty, type Property, type Subject } from './properties.js';

export interface Moment {
  readonly now: number;
  readonly context: RuleContext | undefined;
}

/** One node of a rule: over all rows with set operations, and for one row. */
export interface Plan {
  rows(table: Table, moment: Moment): DeviceSet;
  row(table: Table, ordinal: number, moment: Moment): boolean;
  /** Those of some rows, few of the table's, that it holds for, where that costs less than asking each by itself. */
  among?(table: Table, ordinals: Uint32Array, moment: Moment): Uint32Array;
  /** What `rows` would answer, where that is at hand. */
  known?(table: Table): DeviceSet | undefined;
}

/** What a rule is found to read while it is planned. */
export interface Reads {
  readonly subject: Subject;
  readonly columns: Set<string>;
  readonly groups: Set<string>;
}

export function complement(plan: Plan): Plan {
  return {
    rows: (table, moment) => complementWithin(table.live(), plan.rows(table, moment)),
    row: (table, ordinal, moment) => !plan.row(table, ordinal, moment),
  };
}

/** Of some rows those that a plan holds for. */
export function amongRows(plan: Plan, table: Table, ordinals: Uint32Array, moment: Moment): Uint32Array {
  return plan.among?.(table, ordinals, moment) ?? ordinals.filter((ordinal) => plan.row(table, ordinal, moment));
}

const EVERY: Plan = { rows: (table) => table.live(), row: () => true };
const NO: Plan = { rows: (table) => emptySet(table.rows), row: () => false };

export function constant(value: boolean): Plan {
  return value ? EVERY : NO;
}

/** A plan over a column of one kind; `missing` is the answer where the table has no such column. */
export function onColumn<Kind extends Column['kind']>(
  name: string,
  kind: Kind,
  missing: boolean,
  rows: (column: Extract<Column, { kind: Kind }>, table: Table, moment: Moment) => DeviceSet,
  row: (column: Extract<Column, { kind: Kind }>, ordinal: number, moment: Moment) => boolean,
  among?: (column: Extract<Column, { kind: Kind }>, ordinals: Uint32Array) => Uint32Array,
): Plan {
  const plan: Plan = {
    rows(table, moment) {
      const column = columnOf(table, name, kind);
      return column === undefined ? constant(missing).rows(table, moment) : rows(column, table, moment);
    },
    row(table, ordinal, moment) {
      const column = columnOf(table, name, kind);
      return column === undefined ? missing : row(column, ordinal, moment);
    },
  };
  if (among === undefined) return plan;
  return {
    ...plan,
    among(table, ordinals) {
      const column = columnOf(table, name, kind);
      if (column === undefined) return missing ? ordinals : ordinals.subarray(0, 0);
      return among(column, ordinals);
    },
  };
}

function columnOf<Kind extends Column['kind']>(table: Table, name: string, kind: Kind): Extract<Column, { kind: Kind }> | undefined {
  const column = table.column(name);
  return column?.kind === kind ? (column as Extract<Column, { kind: Kind }>) : undefined;
}

export function propertyOf(operand: PropertyOperand, reads: Reads): Property | undefined {
  const property = findProperty(reads.subject, operand.name);
  if (property !== undefined && property.type !== 'groups') reads.columns.add(property.name);
  return property;
}
