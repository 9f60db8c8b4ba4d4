import type { DeviceSet } from '../device-set.js';
import { foldText } from './fold.js';
import type { TextColumn } from './text-column.js';

/** The live rows whose text the test accepts, asked once per distinct text; rows without a text when `whenNull`. */
export function selectText(column: TextColumn, accepts: (text: string, code: number) => boolean, whenNull = false): DeviceSet {
  return rows(column, column.marksWhere(accepts), whenNull);
}

/** The live rows without a text. */
export function selectNull(column: TextColumn): DeviceSet {
  return rows(column, new Uint8Array(column.dictionary().size() + 1), true);
}

/** The live rows whose text is one of these, case aside. */
export function selectEqual(column: TextColumn, texts: readonly string[]): DeviceSet {
  return rows(column, column.marksEqual(texts.map(foldText)), false);
}

/** The live rows whose text begins with this, case aside. */
export function selectPrefixed(column: TextColumn, prefix: string): DeviceSet {
  return rows(column, column.marksPrefixed(foldText(prefix)), false);
}

/** The live rows whose text contains this, case aside; every row with a text when it is empty. */
export function selectContaining(column: TextColumn, part: string): DeviceSet {
  return rows(column, column.marksContaining(foldText(part)), false);
}

function rows(column: TextColumn, marks: Uint8Array, whenNull: boolean): DeviceSet {
  marks[0] = whenNull ? 1 : 0;
  return column.rowsMarked(marks);
}
