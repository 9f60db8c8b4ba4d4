import type { Table } from '../columns/table.js';
import type { DeviceSet } from '../device-set.js';

/** A rule of either language, ready to be asked about the rows of a table. */
export interface CompiledRule {
  /** The live rows that the rule accepts. */
  evaluate(table: Table): DeviceSet;
  /** Whether the rule accepts one row; looks at no other row. */
  matches(table: Table, ordinal: number): boolean;
  /** Names of the columns it reads: a row in which none of them changed keeps its answer. */
  readonly columns: ReadonlySet<string>;
}
