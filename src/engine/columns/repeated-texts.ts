/**
 * Texts that nearly all repeat one that lies elsewhere (a user's mail the user's name, a device's name the one that the directory has): a bit a row,
 * and the texts of those that do not. A row's code is its number and one.
 */
import { forEach } from '../device-set.js';
import { foldText, wellFormed } from './fold.js';
import { createRowFlags, flaggedMarked } from './row-flags.js';
import { marksOfRows, type RowSpace } from './row-space.js';
import type { TextColumn } from './text-column.js';
import { foldedIn, type RowWatcher, type TextSource } from './text-source.js';
import type { TextStore } from './text-store.js';

export interface RepeatedTexts extends TextStore, RowWatcher {
  /** Texts of its own. */
  exceptions(): number;
  /** Writes what another store has for the row. */
  adopt(row: number, from: TextStore): void;
}

export function createRepeatedTexts(space: RowSpace, source: TextSource): RepeatedTexts {
  const alike = createRowFlags();
  const apart = new Map<number, string>();

  const { column } = source;
  const sourceText = (row: number): string | null => {
    const at = source.rowOf(row);
    return at < 0 ? null : column.text(at);
  };
  const sourceFolded = (row: number): string => {
    const at = source.rowOf(row);
    return at < 0 ? '' : foldedIn(column, at);
  };

  const textOf = (row: number): string | null => (alike.has(row) ? sourceText(row) : (apart.get(row) ?? null));

  const marked = (ask: (column: TextColumn) => Uint8Array, accepts: (folded: string) => boolean): Uint8Array => {
    const { rows } = space;
    const marks = new Uint8Array(rows + 1);
    forEach(source.rowsMarked(ask), (row) => {
      if (row < rows && alike.has(row)) marks[row + 1] = 1;
    });
    for (const [row, text] of apart) if (row < rows && accepts(foldText(text))) marks[row + 1] = 1;
    return marks;
  };

  const write = (row: number, given: string | null) => {
    const text = given === null ? null : wellFormed(given);
    if (apart.size > 0) apart.delete(row);
    if (text !== null && sourceText(row) === text) {
      alike.set(row);
      return;
    }
    alike.unset(row);
    if (text !== null) apart.set(row, text);
  };

  return {
    size: () => space.rows,
    exceptions: () => apart.size,
    text: (code) => textOf(code - 1) ?? '',
    folded: (code) => (alike.has(code - 1) ? sourceFolded(code - 1) : foldText(apart.get(code - 1) ?? '')),
    code: (row) => (alike.has(row) || apart.has(row) ? row + 1 : 0),
    write,
    writeBytes: (row, bytes, start, end) => write(row, bytes.toString('latin1', start, end)),
    adopt(row, from) {
      const at = source.rowOf(row);
      if (at >= 0 && column.isSame(at, from, row)) alike.set(row);
      else write(row, from.text(from.code(row)));
    },
    before(row) {
      if (!alike.has(row)) return;
      const text = sourceText(row);
      alike.unset(row);
      if (text !== null) apart.set(row, text);
    },
    after(row) {
      const text = apart.size > 0 ? apart.get(row) : undefined;
      if (text === undefined || sourceText(row) !== text) return;
      apart.delete(row);
      alike.set(row);
    },
    rowsMarked: (marks) => flaggedMarked(space, alike, apart, marks),
    marksWhere: (accepts) => marksOfRows(space, textOf, accepts),
    marksEqual: (folded) =>
      marked(
        (column) => column.marksEqual(folded),
        (text) => folded.includes(text),
      ),
    marksPrefixed: (prefix) =>
      marked(
        (column) => column.marksPrefixed(prefix),
        (text) => text.startsWith(prefix),
      ),
    marksContaining: (part) =>
      marked(
        (column) => column.marksContaining(part),
        (text) => text.includes(part),
      ),
    trim: () => alike.trim(space.rows + (space.rows >>> 6) + 16),
    save(out) {
      out.uint32('alike', alike.words());
      out.json('apart', [...apart]);
    },
    load(from) {
      alike.load(from.uint32('alike'));
      apart.clear();
      for (const [row, text] of from.json('apart') as readonly (readonly [number, string])[]) apart.set(row, text);
    },
  };
}
