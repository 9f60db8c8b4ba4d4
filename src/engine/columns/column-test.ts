/** Questions about the texts of rows outside the rule languages: what the filter of a list asks of columns. */
import { complementWithin, type DeviceSet, emptySet, intersect, union } from '../device-set.js';
import { foldText } from './fold.js';
import type { Table } from './table.js';
import type { TextColumn } from './text-column.js';

export type ColumnTest =
  | { readonly kind: 'and' | 'or'; readonly left: ColumnTest; readonly right: ColumnTest }
  | { readonly kind: 'not'; readonly operand: ColumnTest }
  | TextTest;

/**
 * Whether the text in lower case (`String.toLowerCase`) is, begins with or holds the needle. A row without a text passes none.
 * `needle`: ASCII in lower case, not empty.
 */
export interface TextTest {
  readonly kind: 'equals' | 'startsWith' | 'contains';
  readonly column: string;
  readonly needle: string;
}

/** Characters outside ASCII whose lower case is, or begins with, a letter of ASCII; columns fold them to themselves (`fold.ts`). */
const STRAYS: readonly (readonly [letter: string, stray: string])[] = [
  ['i', foldText('\u0130')],
  ['k', foldText('\u212a')],
];

/** The live rows that pass. A column that the table does not have holds nothing. */
export function selectTested(table: Table, test: ColumnTest): DeviceSet {
  switch (test.kind) {
    case 'and':
      return intersect(selectTested(table, test.left), selectTested(table, test.right));
    case 'or':
      return union(selectTested(table, test.left), selectTested(table, test.right));
    case 'not':
      return complementWithin(table.live(), selectTested(table, test.operand));
    default: {
      const column = table.textColumn(test.column);
      if (column === undefined) return emptySet(table.rows);
      const marks = marksOf(column, test);
      marks[0] = 0;
      return column.rowsMarked(marks);
    }
  }
}

function marksOf(column: TextColumn, test: TextTest): Uint8Array {
  const { needle } = test;
  const marks = folded(column, test);
  for (const [letter, stray] of STRAYS) {
    if (!needle.includes(letter)) continue;
    const strays = column.marksContaining(stray);
    for (let code = strays.indexOf(1, 1); code > 0; code = strays.indexOf(1, code + 1)) {
      marks[code] = passes(column.dictionary().text(code), test) ? 1 : 0;
    }
  }
  return marks;
}

function folded(column: TextColumn, { kind, needle }: TextTest): Uint8Array {
  switch (kind) {
    case 'equals':
      return column.marksEqual([needle]);
    case 'startsWith':
      return column.marksPrefixed(needle);
    case 'contains':
      return column.marksContaining(needle);
  }
}

/** The same of one text. */
export function passes(text: string, { kind, needle }: TextTest): boolean {
  const lower = text.toLowerCase();
  if (kind === 'equals') return lower === needle;
  return kind === 'startsWith' ? lower.startsWith(needle) : lower.includes(needle);
}
