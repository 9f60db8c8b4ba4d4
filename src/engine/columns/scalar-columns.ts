import type { DeviceSet } from '../device-set.js';
import { trimmedCodes } from './codes.js';
import { roomier } from './hash-index.js';
import { type RowSpace, rowsMarked, rowsWhere } from './row-space.js';
import type { ColumnWriter } from './text-column.js';

/** True, false or null a row. */
export interface BooleanColumn {
  readonly kind: 'boolean';
  readonly name: string;
  value(ordinal: number): boolean | null;
  /** The live rows with this value. */
  rowsWith(value: boolean | null): DeviceSet;
}

/** A number or null a row; an instant is kept as milliseconds since the epoch. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  value(ordinal: number): number | null;
  /** The live rows whose value the test accepts; null is asked once. */
  rowsWhere(accepts: (value: number | null) => boolean): DeviceSet;
}

const [NULL, FALSE, TRUE] = [0, 1, 2];
const NOTHING = new Uint8Array(0);

function flagOf(value: unknown): number {
  return typeof value !== 'boolean' ? NULL : value ? TRUE : FALSE;
}

export function createBooleanColumn(name: string, space: RowSpace): { readonly column: BooleanColumn; readonly writer: ColumnWriter } {
  let flags: Uint8Array<ArrayBuffer> = NOTHING;
  return {
    column: {
      kind: 'boolean',
      name,
      value: (ordinal) => ((flags[ordinal] ?? NULL) === NULL ? null : flags[ordinal] === TRUE),
      rowsWith(value) {
        const marks = new Uint8Array(3);
        marks[flagOf(value)] = 1;
        return rowsMarked(space, flags, marks);
      },
    },
    writer: {
      write(ordinal, value) {
        const flag = flagOf(value);
        if (ordinal >= flags.length) {
          if (flag === NULL) return;
          const longer = new Uint8Array(Math.max(ordinal + 1, space.rows, Math.min(roomier(flags.length), 2 * space.rows), 16));
          longer.set(flags);
          flags = longer;
        }
        flags[ordinal] = flag;
      },
      trim() {
        flags = trimmedCodes(flags, space.rows) as Uint8Array<ArrayBuffer>;
      },
      save: (out) => out.uint8('flags', flags),
      load(from) {
        flags = from.uint8('flags');
      },
    },
  };
}

export function createNumberColumn(name: string, space: RowSpace): { readonly column: NumberColumn; readonly writer: ColumnWriter } {
  let numbers = new Float64Array(0);
  const valueAt = (ordinal: number) => {
    const value = numbers[ordinal] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
  return {
    column: {
      kind: 'number',
      name,
      value: valueAt,
      rowsWhere(accepts) {
        const whenNull = accepts(null);
        const values = numbers;
        return rowsWhere(space, (ordinal) => {
          const value = values[ordinal];
          return value === undefined || Number.isNaN(value) ? whenNull : accepts(value);
        });
      },
    },
    writer: {
      write(ordinal, value) {
        if (ordinal >= numbers.length) {
          if (typeof value !== 'number') return;
          const longer = new Float64Array(Math.max(ordinal + 1, space.rows, Math.min(roomier(numbers.length), 2 * space.rows), 16));
          longer.fill(Number.NaN).set(numbers);
          numbers = longer;
        }
        numbers[ordinal] = typeof value === 'number' ? value : Number.NaN;
      },
      trim() {
        const length = space.rows + (space.rows >>> 6) + 16;
        if (numbers.length > length) numbers = numbers.slice(0, length);
      },
      save: (out) => out.float64('numbers', numbers),
      load(from) {
        numbers = from.float64('numbers');
      },
    },
  };
}
