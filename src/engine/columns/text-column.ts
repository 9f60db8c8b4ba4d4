import type { DeviceSet } from '../device-set.js';
import { SnapshotMismatch, type SnapshotReader, type SnapshotWriter } from '../snapshot/sections.js';
import { type ByteCells, eachCell } from './byte-cells.js';
import { type CodedTexts, createCodedTexts, type DictionaryChange } from './coded-texts.js';
import { createGuidTexts, type GuidSource, type GuidTexts } from './guid-texts.js';
import { createRepeatedTexts, type RepeatedTexts } from './repeated-texts.js';
import type { RowSpace } from './row-space.js';
import { createRowTexts } from './row-texts.js';
import type { SharedCell } from './shared-cell.js';
import type { RowWatcher, TextSource } from './text-source.js';
import type { TextStore, Texts } from './text-store.js';
import { parseVersion, type Version } from './version.js';

/** One text (or none) a row, as a code. Rows with the same text may share a code; in a column of texts that are nearly all different they do not. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  dictionary(): Texts;
  /** Of the row's text; 0 for null. */
  code(ordinal: number): number;
  text(ordinal: number): string | null;
  /** Whether its text is the one, not null, that a store has for a row. */
  isSame(ordinal: number, store: TextStore, row: number): boolean;
  /** What `parseVersion` makes of the text behind a code. Null for code 0. */
  version(code: number): Version | null;
  /** The rows whose code is marked (one byte a code, 0 or 1; `marks[0]` is for null). */
  rowsMarked(marks: Uint8Array): DeviceSet;
  /** Marks per code: which texts the test accepts, asked once a code. */
  marksWhere(accepts: (text: string, code: number) => boolean): Uint8Array;
  /** Marks per code: which versions the test accepts; null stands for a text that is no version. */
  marksOfVersions(accepts: (version: Version | null) => boolean): Uint8Array;
  /** Marks of the texts whose folded form is among these. */
  marksEqual(folded: readonly string[]): Uint8Array;
  /** Marks of the texts whose folded form begins with this. */
  marksPrefixed(folded: string): Uint8Array;
  /** Marks of the texts whose folded form contains this. */
  marksContaining(folded: string): Uint8Array;
}

/** The side of a column that its table alone writes to. */
export interface ColumnWriter {
  write(ordinal: number, value: unknown): void;
  /** `write` of a cell that many rows get, where that can be quicker. */
  share?(ordinal: number, cell: SharedCell): void;
  /** Gives back memory held for growth. */
  trim(): void;
  save(out: SnapshotWriter): void;
  /** Into a column that never held a value. */
  load(from: SnapshotReader): void;
}

/** The same of a column of texts. Both are to be called before the first text is written, and where what is repeated changes the watcher is to be told. */
export interface TextWriter extends ColumnWriter {
  /** The column may keep no texts where its rows repeat these; it finds out at `trim`. */
  repeat(source: TextSource): RowWatcher;
  /** Writes texts of many rows. */
  writeCells(cells: ByteCells): void;
  /** The same of GUIDs, in place of those of the rows' objects. */
  repeatGuids(source: GuidSource): RowWatcher;
}

/** From so many distinct texts on a column asks whether sharing them still pays. */
export const MANY_TEXTS = 1 << 16;
/** Of texts beside their kind (GUIDs, ids) that a column of that kind bears: one in so many. */
const FEW = 8;

type Way = 'coded' | 'rows' | 'guids' | 'ids' | 'repeated';

/**
 * @param ids of the rows' objects, where they have any
 * @param many see MANY_TEXTS; lower in tests
 */
export function createTextColumn(
  name: string,
  space: RowSpace,
  ids: () => GuidSource | undefined,
  many = MANY_TEXTS,
): { readonly column: TextColumn; readonly writer: TextWriter } {
  let source: TextSource | undefined;
  let guidSource: GuidSource | undefined;
  const knownGuids = () => guidSource ?? ids();
  let coded: CodedTexts | undefined = createCodedTexts(space);
  let store: TextStore = coded;
  let way: Way = 'coded';
  /** Distinct texts at which the column asks next. */
  let asksAt = many;
  /** By code, while texts are shared. */
  let versions: (Version | null)[] = [];

  /** The store, where its texts lie elsewhere but for exceptions. */
  let borrowing: RepeatedTexts | GuidTexts | undefined;

  const begin = (wanted: Way) => {
    way = wanted;
    versions = [];
    coded = wanted === 'coded' ? createCodedTexts(space) : undefined;
    borrowing = undefined;
    if (wanted === 'repeated') borrowing = createRepeatedTexts(space, source!);
    else if (wanted === 'ids' || wanted === 'guids') borrowing = createGuidTexts(space, wanted === 'ids' ? knownGuids() : undefined);
    store = coded ?? borrowing ?? createRowTexts(space);
  };

  const go = (wanted: Way, from: TextStore, rows: number) => {
    begin(wanted);
    for (let row = 0; row < rows; row += 1) {
      const code = from.code(row);
      if (code !== 0) store.write(row, from.text(code));
    }
  };

  /** Lets go of texts that nearly all lie elsewhere. */
  const borrowIfAlike = (wanted: 'repeated' | 'ids', next: RepeatedTexts | GuidTexts) => {
    let filled = 0;
    for (let row = 0; row < space.rows; row += 1) {
      const code = store.code(row);
      if (code === 0) continue;
      if ('adopt' in next) next.adopt(row, store);
      else next.write(row, store.text(code));
      filled += 1;
      if (next.exceptions() > many && next.exceptions() * FEW > space.rows) return;
    }
    // Half of what the column bears: it is not to turn back at once.
    if (next.exceptions() * FEW * 2 > filled) return;
    way = wanted;
    borrowing = next;
    store = next;
  };

  /** How to keep texts of which hardly two are the same. */
  const wayFor = ({ rows, filled, code, text }: CodedTexts): Way => {
    const known = knownGuids();
    let [guids, same] = [0, 0];
    for (let row = 0; row < rows(); row += 1) {
      const at = code(row);
      if (at === 0) continue;
      const each = text(at);
      if (each.length === GUID_LENGTH && GUID.test(each)) guids += 1;
      if (known?.is(row, each)) same += 1;
    }
    const bears = (count: number) => (filled() - count) * FEW <= filled();
    if (bears(guids) && bears(same)) return 'ids';
    return bears(guids) ? 'guids' : 'rows';
  };

  const settle = () => {
    if (coded !== undefined) {
      if (coded.distinct() < asksAt) return;
      asksAt *= 2;
      if (coded.distinct() * 2 > coded.filled()) go(wayFor(coded), coded, coded.rows());
    } else if (borrowing !== undefined) {
      const exceptions = borrowing.exceptions();
      if (exceptions > many && exceptions * FEW > space.rows) go('rows', store, space.rows);
    }
  };

  const follow = (change: DictionaryChange) => {
    if (change === 'grown') settle();
    else if (change === 'renamed') versions = [];
  };

  const versionOf = (code: number): Version | null => {
    if (code === 0) return null;
    if (coded === undefined) return parseVersion(store.text(code));
    let version = versions[code];
    if (version === undefined) {
      version = parseVersion(store.text(code));
      versions[code] = version;
    }
    return version;
  };

  const markAll = () => new Uint8Array(store.size() + 1).fill(1, 1);

  const column: TextColumn = {
    kind: 'text',
    name,
    dictionary: () => store,
    code: (ordinal) => store.code(ordinal),
    text(ordinal) {
      const code = store.code(ordinal);
      return code === 0 ? null : store.text(code);
    },
    isSame: (ordinal, other, row) => store.isSame?.(ordinal, other, row) ?? column.text(ordinal) === other.text(other.code(row)),
    version: versionOf,
    rowsMarked: (marks) => store.rowsMarked(marks),
    marksWhere: (accepts) => store.marksWhere(accepts),
    marksOfVersions: (accepts) => store.marksWhere((_, code) => accepts(versionOf(code))),
    marksEqual: (folded) => store.marksEqual(folded),
    marksPrefixed: (folded) => (folded === '' ? markAll() : store.marksPrefixed(folded)),
    marksContaining: (folded) => (folded === '' ? markAll() : store.marksContaining(folded)),
  };

  const watcher: RowWatcher = {
    before(row) {
      if (borrowing === undefined) return;
      borrowing.before(row);
      settle();
    },
    after: (row) => borrowing?.after(row),
  };

  const writer: TextWriter = {
    repeat(given) {
      source = given;
      return watcher;
    },
    repeatGuids(given) {
      guidSource = given;
      return watcher;
    },
    write(ordinal, value) {
      const text = typeof value === 'string' ? value : null;
      if (coded === undefined) {
        store.write(ordinal, text);
        if (borrowing !== undefined) settle();
        return;
      }
      follow(coded.put(ordinal, text));
    },
    share(ordinal, cell) {
      if (coded === undefined || typeof cell.value !== 'string') writer.write(ordinal, cell.value);
      else follow(coded.putShared(ordinal, cell, cell.value));
    },
    writeCells(cells) {
      if (coded !== undefined) {
        follow(coded.putCells(cells));
        return;
      }
      eachCell(cells, store.writeBytes);
      if (borrowing !== undefined) settle();
    },
    trim() {
      if (way === 'rows' && source !== undefined) borrowIfAlike('repeated', createRepeatedTexts(space, source));
      if (way === 'guids' && guidSource !== undefined) borrowIfAlike('ids', createGuidTexts(space, guidSource));
      store.trim();
    },
    save(out) {
      out.json('way', way);
      out.json('asksAt', asksAt);
      store.save(out);
    },
    load(from) {
      const saved = from.json('way') as Way;
      if (saved === 'repeated' && source === undefined) throw new SnapshotMismatch(`nothing that ${name} repeats`);
      begin(saved);
      asksAt = from.json('asksAt') as number;
      store.load(from);
    },
  };
  return { column, writer };
}

const GUID_LENGTH = 36;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
