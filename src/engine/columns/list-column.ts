import type { DeviceSet } from '../device-set.js';
import { type Codes, codesFor, loadCodes, NO_CODES, saveCodes, trimmedCodes } from './codes.js';
import { grown } from './hash-index.js';
import { createListDictionary } from './list-dictionary.js';
import { type RowSpace, rowsMarked } from './row-space.js';
import type { ColumnWriter } from './text-column.js';
import { createTextDictionary } from './text-dictionary.js';

/** A record of a record list by field; a field that is absent or no text is null. */
export type RecordValue = Readonly<Record<string, string | null>>;

interface ListColumnOf<Element> {
  readonly name: string;
  /** The row's elements in their order; empty when it has none. */
  elements(ordinal: number): readonly Element[];
  /** Distinct elements under codes from 1 on. */
  element(code: number): Element;
  /** The row's element codes in their order. */
  codes(ordinal: number): Uint32Array;
  /** Marks per element code: which elements the test accepts, asked once a distinct element. */
  marksWhere(accepts: (element: Element) => boolean): Uint8Array;
  /** Rows with at least one marked element. */
  rowsWithAny(marks: Uint8Array): DeviceSet;
  /** Rows all whose elements are marked; live rows without an element among them when `whenEmpty`. */
  rowsWithAll(marks: Uint8Array, whenEmpty: boolean): DeviceSet;
}

/** Several texts a row (`proxyAddresses`, `systemLabels`). */
export interface TextListColumn extends ListColumnOf<string> {
  readonly kind: 'textList';
}

/** Several records a row (`assignedPlans`), of fixed text fields. */
export interface RecordListColumn extends ListColumnOf<RecordValue> {
  readonly kind: 'recordList';
  readonly fields: readonly string[];
}

export type ListColumn = TextListColumn | RecordListColumn;

/** How elements become texts of a dictionary and come back. */
interface ElementForm<Element> {
  /** Undefined for a value that is no element: it is left out. */
  write(value: unknown): string | undefined;
  read(text: string): Element;
}

const textForm: ElementForm<string> = {
  write: (value) => (typeof value === 'string' ? value : undefined),
  read: (text) => text,
};

function recordForm(fields: readonly string[]): ElementForm<RecordValue> {
  return {
    write(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      const record = value as Readonly<Record<string, unknown>>;
      return JSON.stringify(fields.map((field) => (typeof record[field] === 'string' ? record[field] : null)));
    },
    read(text) {
      const values = JSON.parse(text) as readonly (string | null)[];
      return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? null]));
    },
  };
}

export function createTextListColumn(name: string, space: RowSpace): { readonly column: TextListColumn; readonly writer: ColumnWriter } {
  const { column, writer } = createListColumn(name, space, textForm);
  return { column: { kind: 'textList', ...column }, writer };
}

export function createRecordListColumn(
  name: string,
  fields: readonly string[],
  space: RowSpace,
): { readonly column: RecordListColumn; readonly writer: ColumnWriter } {
  const { column, writer } = createListColumn(name, space, recordForm(fields));
  return { column: { kind: 'recordList', fields, ...column }, writer };
}

const MIN_GARBAGE = 1024;

function createListColumn<Element>(
  name: string,
  space: RowSpace,
  form: ElementForm<Element>,
): { readonly column: ListColumnOf<Element>; readonly writer: ColumnWriter } {
  let texts = createTextDictionary();
  let lists = createListDictionary();
  let rows: Codes = NO_CODES;
  /** Rows per list. */
  let uses = new Uint32Array(16);
  let inUse = 0;
  let read: (Element | undefined)[] = [];

  const element = (code: number): Element => {
    const known = read[code];
    if (known !== undefined) return known;
    const made = form.read(texts.text(code));
    read[code] = made;
    return made;
  };

  const markLists = (accepts: (start: number, end: number) => boolean, whenEmpty: boolean) => {
    const marks = new Uint8Array(lists.size() + 1);
    const ends = lists.ends();
    for (let id = 1; id <= lists.size(); id += 1) if (accepts(ends[id - 1]!, ends[id]!)) marks[id] = 1;
    if (whenEmpty) marks[0] = 1;
    return rowsMarked(space, rows, marks);
  };

  /** Drops the lists that no row has, and the elements that are in no list then. */
  const compact = () => {
    const [oldTexts, oldLists, oldUses] = [texts, lists, uses];
    texts = createTextDictionary();
    lists = createListDictionary();
    uses = new Uint32Array(inUse + 1);
    read = [];
    last = undefined;
    const renamed = new Uint32Array(oldLists.size() + 1);
    for (let id = 1; id <= oldLists.size(); id += 1) {
      if (oldUses[id] === 0) continue;
      const elements = Array.from(oldLists.elements(id), (code) => texts.intern(oldTexts.text(code)));
      renamed[id] = lists.intern(elements);
      uses[renamed[id]!] = oldUses[id]!;
    }
    for (let row = 0; row < rows.length; row += 1) rows[row] = renamed[rows[row]!]!;
  };

  const column: ListColumnOf<Element> = {
    name,
    elements: (ordinal) => Array.from(lists.elements(rows[ordinal] ?? 0), element),
    element,
    codes: (ordinal) => lists.elements(rows[ordinal] ?? 0),
    marksWhere(accepts) {
      const marks = new Uint8Array(texts.size() + 1);
      for (let code = 1; code <= texts.size(); code += 1) if (accepts(element(code))) marks[code] = 1;
      return marks;
    },
    rowsWithAny(marks) {
      const pool = lists.pool();
      return markLists((start, end) => {
        for (let at = start; at < end; at += 1) if (marks[pool[at]!] === 1) return true;
        return false;
      }, false);
    },
    rowsWithAll(marks, whenEmpty) {
      const pool = lists.pool();
      return markLists((start, end) => {
        for (let at = start; at < end; at += 1) if (marks[pool[at]!] !== 1) return false;
        return true;
      }, whenEmpty);
    },
  };

  /** The list met last: objects that came of one text often share it. */
  let last: unknown;
  let lastCode = 0;

  const codeOf = (value: unknown): number => {
    if (!Array.isArray(value)) return 0;
    if (value === last) return lastCode;
    const written = value.map(form.write).filter((text) => text !== undefined);
    lastCode = lists.intern(written.map((text) => texts.intern(text)));
    last = value;
    return lastCode;
  };

  const recode = (ordinal: number, after: number) => {
    const before = rows[ordinal] ?? 0;
    if (after === before) return;
    if (after !== 0) {
      if (after >= uses.length) uses = grown(uses, Math.max(after + 1, uses.length * 2));
      if (uses[after] === 0) inUse += 1;
      uses[after]! += 1;
    }
    if (before !== 0) {
      uses[before]! -= 1;
      if (uses[before] === 0) inUse -= 1;
    }
    rows = codesFor(rows, ordinal, after, space.rows);
    rows[ordinal] = after;
    const unused = lists.size() - inUse;
    if (unused > MIN_GARBAGE && unused > inUse) compact();
  };

  const writer: ColumnWriter = {
    write(ordinal, value) {
      // Most rows of most lists: no need to look for the empty list.
      if ((rows[ordinal] ?? 0) === 0 && (!Array.isArray(value) || value.length === 0)) return;
      recode(ordinal, codeOf(value));
    },
    share(ordinal, cell) {
      if (cell.dictionary !== lists) {
        cell.code = codeOf(cell.value);
        cell.dictionary = lists;
      }
      recode(ordinal, cell.code);
    },
    trim() {
      last = undefined;
      rows = trimmedCodes(rows, space.rows);
    },
    save(out) {
      texts.save(out.within('texts'));
      lists.save(out.within('lists'));
      out.uint32('uses', uses.subarray(0, lists.size() + 1));
      saveCodes(out, rows);
    },
    load(from) {
      texts.load(from.within('texts'));
      lists.load(from.within('lists'));
      uses = from.uint32('uses');
      if (uses.length === 0) uses = new Uint32Array(16);
      inUse = 0;
      for (let id = 1; id < uses.length; id += 1) if (uses[id]! > 0) inUse += 1;
      rows = loadCodes(from);
    },
  };
  return { column, writer };
}
