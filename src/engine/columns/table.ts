import { type DeviceSet, emptySet, fromWords, wordCount } from '../device-set.js';
import { SnapshotMismatch, type SnapshotReader, type SnapshotWriter } from '../snapshot/sections.js';
import { type ByteCells, eachCell } from './byte-cells.js';
import type { GuidSource } from './guid-texts.js';
import { grown } from './hash-index.js';
import { createRecordListColumn, createTextListColumn, type ListColumn, type RecordValue } from './list-column.js';
import type { RowSpace } from './row-space.js';
import { type BooleanColumn, createBooleanColumn, createNumberColumn, type NumberColumn } from './scalar-columns.js';
import type { SharedCell } from './shared-cell.js';
import { type ColumnWriter, createTextColumn, MANY_TEXTS, type TextColumn, type TextWriter } from './text-column.js';
import type { RowWatcher, TextSource } from './text-source.js';

export type Column = TextColumn | ListColumn | BooleanColumn | NumberColumn;

export type ColumnSpec =
  | { readonly name: string; readonly kind: 'text' | 'textList' | 'boolean' | 'number' }
  | { readonly name: string; readonly kind: 'recordList'; readonly fields: readonly string[] };

/** What a cell is given; a value that does not fit its column's kind counts as null. */
export type CellValue = string | number | boolean | null | readonly string[] | readonly RecordValue[];

export type RowValues = Readonly<Record<string, CellValue | undefined>>;

/**
 * Objects as rows of columns: the devices, the directory devices or the users. Row numbers (ordinals) are dense; those of removed rows are given out
 * again. Columns, dictionaries and codes change in place; sets that were read before stay as they were.
 */
export interface Table extends RowSpace {
  readonly columns: readonly Column[];
  /** Another number after every change of a row. */
  readonly revision: number;
  column(name: string): Column | undefined;
  /** The text column of this name, and so for the other kinds; undefined also when the column is of another kind. */
  textColumn(name: string): TextColumn | undefined;
  /** A column for a property that nobody foresaw (directory extensions); the existing one when the name is taken. */
  addColumn(spec: ColumnSpec): Column;
  isLive(ordinal: number): boolean;
  /** A new row. @returns its ordinal */
  add(values: RowValues): number;
  /** Sets the named columns; others keep their values. A row that does not live comes to life, columns not named being null. Names without a column are passed over. */
  set(ordinal: number, values: RowValues): void;
  /** Sets a row that does not live. @param cells in the order of the columns, those left out at the end being null; not kept */
  lay(ordinal: number, cells: readonly CellValue[]): void;
  /** A row that does not live comes to life, all its values null, for `cell` and `cellsOfBytes` to set. */
  wake(ordinal: number): void;
  /** @param column by its place among the columns */
  cell(ordinal: number, column: number, value: CellValue): void;
  /** The same of a cell that many rows get. */
  share(ordinal: number, cell: SharedCell): void;
  /** The same, for a column of texts, of many rows at once. */
  cellsOfBytes(column: number, cells: ByteCells): void;
  /** Clears the row; its ordinal may be given out again. */
  remove(ordinal: number): void;
  /** Takes the ordinal of a row that does not live, for a new one; `set` is to follow. */
  vacancy(): number;
  /** The ids of the rows' objects: columns that repeat them keep no texts of their own. To be called before the first row is set. */
  identify(ids: GuidSource): void;
  /**
   * A text column mostly repeats texts that lie elsewhere, or GUIDs. To be called before the first row is set.
   * @returns whom to tell of every change of what a row repeats
   */
  repeat(name: string, source: TextSource): RowWatcher;
  repeatGuids(name: string, source: GuidSource): RowWatcher;
  /** The watcher is told of every write to the column, but for its loading. */
  watch(name: string, watcher: RowWatcher): void;
  /** Until `trim`, many questions are to come and few changes. */
  expectQuestions(): void;
  /** Gives back memory held for growth, after many rows came. */
  trim(): void;
  save(out: SnapshotWriter): void;
  /** Into a table that never held a row. */
  load(from: SnapshotReader): void;
}

/** @param many distinct texts from which on a column asks whether sharing them pays; lower in tests */
export function createTable(specs: readonly ColumnSpec[], many = MANY_TEXTS): Table {
  const columns: Column[] = [];
  const allSpecs: ColumnSpec[] = [];
  let ids: GuidSource | undefined;
  const byName = new Map<string, { readonly column: Column; readonly writer: ColumnWriter }>();
  /** In the order of the columns. */
  const names: string[] = [];
  const writers: ColumnWriter[] = [];
  let liveWords = new Uint32Array(1);
  let live: DeviceSet | undefined;
  /** Ordinals that may be given out again; those that came to life by `set` meanwhile are passed over. */
  let free: number[] = [];

  const isLive = (ordinal: number) => ordinal < table.rows && ((liveWords[ordinal >>> 5]! >>> (ordinal & 31)) & 1) === 1;

  const awaken = (ordinal: number) => {
    table.revision += 1;
    if (isLive(ordinal)) return;
    for (let skipped = table.rows; skipped < ordinal; skipped += 1) free.push(skipped);
    if (ordinal >= table.rows) {
      table.rows = ordinal + 1;
      if (wordCount(table.rows) > liveWords.length) liveWords = grown(liveWords, Math.max(wordCount(table.rows), liveWords.length * 2));
    }
    liveWords[ordinal >>> 5]! |= 1 << (ordinal & 31);
    live = undefined;
  };

  const set = (ordinal: number, values: RowValues) => {
    // A row that does not live has no values: what is null stays so.
    const isNew = !isLive(ordinal);
    awaken(ordinal);
    for (let index = 0; index < names.length; index += 1) {
      const value = values[names[index]!];
      if (value !== undefined && !(isNew && value === null)) writers[index]!.write(ordinal, value);
    }
  };

  const lay = (ordinal: number, cells: readonly CellValue[]) => {
    awaken(ordinal);
    for (let index = 0; index < cells.length; index += 1) {
      const value = cells[index]!;
      if (value !== null) writers[index]!.write(ordinal, value);
    }
  };

  const vacancy = (): number => {
    let ordinal = free.pop();
    while (ordinal !== undefined && isLive(ordinal)) ordinal = free.pop();
    return ordinal ?? table.rows;
  };

  const addColumn = (spec: ColumnSpec): Column => {
    const existing = byName.get(spec.name);
    if (existing !== undefined) return existing.column;
    const made = createColumn(spec, table, () => ids, many);
    allSpecs.push(spec);
    byName.set(spec.name, made);
    columns.push(made.column);
    names.push(spec.name);
    writers.push(made.writer);
    return made.column;
  };

  const textWriter = (name: string): TextWriter => {
    const made = byName.get(name);
    if (made === undefined || !('repeat' in made.writer)) throw new TypeError(`${name} is no column of texts`);
    return made.writer as TextWriter;
  };

  // No accessors here or elsewhere in the engine: V8 keeps an object literal that has one as a hash table, and each use of it costs several times more.
  const table: Writable<Table> = {
    rows: 0,
    revision: 0,
    manyQuestions: false,
    live() {
      live ??= table.rows === 0 ? emptySet(0) : fromWords(liveWords.slice(0, wordCount(table.rows)), table.rows);
      return live;
    },
    expectQuestions() {
      table.manyQuestions = true;
    },
    columns,
    column: (name) => byName.get(name)?.column,
    textColumn(name) {
      const column = byName.get(name)?.column;
      return column?.kind === 'text' ? column : undefined;
    },
    addColumn,
    isLive,
    add(values) {
      const ordinal = vacancy();
      set(ordinal, values);
      return ordinal;
    },
    set,
    lay,
    wake: awaken,
    cell(ordinal, column, value) {
      table.revision += 1;
      writers[column]!.write(ordinal, value);
    },
    share(ordinal, cell) {
      table.revision += 1;
      const writer = writers[cell.column]!;
      if (writer.share === undefined) writer.write(ordinal, cell.value);
      else writer.share(ordinal, cell);
    },
    cellsOfBytes(column, cells) {
      table.revision += 1;
      (writers[column] as TextWriter).writeCells(cells);
    },
    vacancy,
    identify(given) {
      ids = given;
    },
    repeat: (name, source) => textWriter(name).repeat(source),
    repeatGuids: (name, source) => textWriter(name).repeatGuids(source),
    watch(name, watcher) {
      const writer = textWriter(name);
      const { column } = byName.get(name)!;
      const watched: TextWriter = {
        ...writer,
        write(ordinal, value) {
          watcher.before(ordinal);
          writer.write(ordinal, value);
          watcher.after(ordinal);
        },
        share(ordinal, cell) {
          watched.write(ordinal, cell.value);
        },
        writeCells(cells) {
          eachCell(cells, watcher.before);
          writer.writeCells(cells);
          eachCell(cells, watcher.after);
        },
      };
      byName.set(name, { column, writer: watched });
      writers[names.indexOf(name)] = watched;
    },
    remove(ordinal) {
      if (!isLive(ordinal)) return;
      table.revision += 1;
      for (const { writer } of byName.values()) writer.write(ordinal, null);
      liveWords[ordinal >>> 5]! &= ~(1 << (ordinal & 31));
      live = undefined;
      free.push(ordinal);
    },
    trim() {
      table.manyQuestions = false;
      for (const { writer } of byName.values()) writer.trim();
    },
    save(out) {
      out.json('rows', table.rows);
      out.json('specs', allSpecs);
      out.json('free', free);
      out.uint32('live', liveWords.subarray(0, wordCount(table.rows)));
      for (const [index, { name }] of allSpecs.entries()) byName.get(name)?.writer.save(out.within(String(index)));
    },
    load(from) {
      table.revision += 1;
      table.rows = from.json('rows') as number;
      free = from.json('free') as number[];
      liveWords = from.uint32('live');
      live = undefined;
      const saved = from.json('specs') as readonly ColumnSpec[];
      if (allSpecs.some((spec, index) => JSON.stringify(saved[index]) !== JSON.stringify(spec)))
        throw new SnapshotMismatch('other columns');
      for (const spec of saved) addColumn(spec);
      for (const [index, { name }] of saved.entries()) byName.get(name)?.writer.load(from.within(String(index)));
    },
  };

  for (const spec of specs) addColumn(spec);
  return table;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function createColumn(
  spec: ColumnSpec,
  space: RowSpace,
  ids: () => GuidSource | undefined,
  many: number,
): { readonly column: Column; readonly writer: ColumnWriter } {
  switch (spec.kind) {
    case 'text':
      return createTextColumn(spec.name, space, ids, many);
    case 'textList':
      return createTextListColumn(spec.name, space);
    case 'recordList':
      return createRecordListColumn(spec.name, spec.fields, space);
    case 'boolean':
      return createBooleanColumn(spec.name, space);
    case 'number':
      return createNumberColumn(spec.name, space);
  }
}
