/** Texts that lie elsewhere, one a row, which a column may repeat in place of keeping its own. */
import type { DeviceSet } from '../device-set.js';
import type { Table } from './table.js';
import type { TextColumn } from './text-column.js';

export interface TextSource {
  readonly column: TextColumn;
  /** Of which row in `column` a row repeats the text; negative: of none. */
  rowOf(row: number): number;
  /** The rows of which `ask` marks what they repeat, in the column that it comes from. */
  rowsMarked(ask: (column: TextColumn) => Uint8Array): DeviceSet;
}

/** Who must know of every change of what a row repeats. */
export interface RowWatcher {
  /** The old value is there still. */
  before(row: number): void;
  /** The new one is there. */
  after(row: number): void;
}

/** The column `name` of a table, new still, mostly repeats what its column `repeated` says of the same row. */
export function repeatWithin(table: Table, name: string, repeated: string): void {
  const column = table.textColumn(repeated);
  if (column === undefined) throw new TypeError(`${repeated} is no column of texts`);
  const watcher = table.repeat(name, {
    column,
    rowOf: (row) => row,
    rowsMarked: (ask) => markedIn(column, ask),
  });
  table.watch(repeated, watcher);
}

export function foldedIn(column: TextColumn, row: number): string {
  const code = column.code(row);
  return code === 0 ? '' : column.dictionary().folded(code);
}

export function markedIn(column: TextColumn, ask: (column: TextColumn) => Uint8Array): DeviceSet {
  const marks = ask(column);
  marks[0] = 0;
  return column.rowsMarked(marks);
}
