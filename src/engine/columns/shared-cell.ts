import type { CellValue } from './table.js';

/** A cell that many rows get, and the code that its column gave the value last: none has to be sought for it a second time. */
export interface SharedCell {
  /** By its place among the table's columns. */
  readonly column: number;
  readonly value: CellValue;
  /** Of a column that has codes. */
  code: number;
  /** The dictionary whose code that is. */
  dictionary: object | undefined;
}

export function sharedCell(column: number, value: CellValue): SharedCell {
  return { column, value, code: 0, dictionary: undefined };
}
