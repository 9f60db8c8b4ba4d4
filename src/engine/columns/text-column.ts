import type { DeviceSet } from '../device-set.js';
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import { type CodedTexts, createCodedTexts } from './coded-texts.js';
import { createGuidTexts, type GuidSource } from './guid-texts.js';
import type { RowSpace } from './row-space.js';
import { createRowTexts } from './row-texts.js';
import type { TextStore, Texts } from './text-store.js';
import { parseVersion, type Version } from './version.js';

/** One text (or none) a row, as a code. Rows with the same text may share a code; in a column of texts that are nearly all different they do not. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  readonly dictionary: Texts;
  /** Of the row's text; 0 for null. */
  code(ordinal: number): number;
  text(ordinal: number): string | null;
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
  /** Gives back memory held for growth. */
  trim(): void;
  save(out: SnapshotWriter): void;
  /** Into a column that never held a value. */
  load(from: SnapshotReader): void;
}

/** From so many distinct texts on a column asks whether sharing them still pays. */
export const MANY_TEXTS = 1 << 16;
/** Of texts beside their kind (GUIDs, ids) that a column of that kind bears: one in so many. */
const FEW = 8;

type Way = 'coded' | 'rows' | 'guids' | 'ids';

/**
 * @param ids of the rows' objects, where they have any
 * @param many see MANY_TEXTS; lower in tests
 */
export function createTextColumn(
  name: string,
  space: RowSpace,
  ids: () => GuidSource | undefined,
  many = MANY_TEXTS,
): { readonly column: TextColumn; readonly writer: ColumnWriter } {
  let coded: CodedTexts | undefined = createCodedTexts(space);
  let store: TextStore = coded;
  let way: Way = 'coded';
  /** Distinct texts at which the column asks next. */
  let asksAt = many;
  /** By code, while texts are shared. */
  let versions: (Version | null)[] = [];

  const storeOf = (wanted: Way): TextStore => {
    if (wanted === 'rows') return createRowTexts(space);
    return createGuidTexts(space, wanted === 'ids' ? ids() : undefined);
  };

  const go = (wanted: Way, from: TextStore, rows: number) => {
    const next = storeOf(wanted);
    for (let row = 0; row < rows; row += 1) {
      const code = from.code(row);
      if (code !== 0) next.write(row, from.text(code));
    }
    store = next;
    way = wanted;
    coded = undefined;
    versions = [];
  };

  /** How to keep texts of which hardly two are the same. */
  const wayFor = ({ rows, filled, code, text }: CodedTexts): Way => {
    const known = ids();
    let [guids, same] = [0, 0];
    for (let row = 0; row < rows; row += 1) {
      const at = code(row);
      if (at === 0) continue;
      const each = text(at);
      if (each.length === GUID_LENGTH && GUID.test(each)) guids += 1;
      if (known?.is(row, each)) same += 1;
    }
    const bears = (count: number) => (filled - count) * FEW <= filled;
    if (bears(guids) && bears(same)) return 'ids';
    return bears(guids) ? 'guids' : 'rows';
  };

  const settle = () => {
    if (coded !== undefined) {
      if (coded.distinct < asksAt) return;
      asksAt *= 2;
      if (coded.distinct * 2 > coded.filled) go(wayFor(coded), coded, coded.rows);
    } else if (way === 'ids' || way === 'guids') {
      const { exceptions } = store as ReturnType<typeof createGuidTexts>;
      if (exceptions > many && exceptions * FEW > space.rows) go('rows', store, space.rows);
    }
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

  const markAll = () => new Uint8Array(store.size + 1).fill(1, 1);

  const column: TextColumn = {
    kind: 'text',
    name,
    get dictionary() {
      return store;
    },
    code: (ordinal) => store.code(ordinal),
    text(ordinal) {
      const code = store.code(ordinal);
      return code === 0 ? null : store.text(code);
    },
    version: versionOf,
    rowsMarked: (marks) => store.rowsMarked(marks),
    marksWhere: (accepts) => store.marksWhere(accepts),
    marksOfVersions: (accepts) => store.marksWhere((_, code) => accepts(versionOf(code))),
    marksEqual: (folded) => store.marksEqual(folded),
    marksPrefixed: (folded) => (folded === '' ? markAll() : store.marksPrefixed(folded)),
    marksContaining: (folded) => (folded === '' ? markAll() : store.marksContaining(folded)),
  };

  const writer: ColumnWriter = {
    write(ordinal, value) {
      const text = typeof value === 'string' ? value : null;
      if (coded === undefined) {
        store.write(ordinal, text);
        if (way !== 'rows') settle();
        return;
      }
      const change = coded.put(ordinal, text);
      if (change === 'grown') settle();
      else if (change === 'renamed') versions = [];
    },
    trim: () => store.trim(),
    save(out) {
      out.json('way', way);
      out.json('asksAt', asksAt);
      store.save(out);
    },
    load(from) {
      way = from.json('way') as Way;
      asksAt = from.json('asksAt') as number;
      versions = [];
      coded = way === 'coded' ? createCodedTexts(space) : undefined;
      store = coded ?? storeOf(way);
      store.load(from);
    },
  };
  return { column, writer };
}

const GUID_LENGTH = 36;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
