import type { DeviceSet } from '../device-set.js';
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

function flagOf(value: unknown): number {
  return typeof value !== 'boolean' ? NULL : value ? TRUE : FALSE;
}

export function createBooleanColumn(name: string, space: RowSpace): { readonly column: BooleanColumn; readonly writer: ColumnWriter } {
  let flags = new Uint8Array(16);
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
      reserve(rows) {
        if (rows <= flags.length) return;
        const longer = new Uint8Array(Math.max(rows, flags.length * 2));
        longer.set(flags);
        flags = longer;
      },
      write(ordinal, value) {
        flags[ordinal] = flagOf(value);
      },
    },
  };
}

export function createNumberColumn(name: string, space: RowSpace): { readonly column: NumberColumn; readonly writer: ColumnWriter } {
  let numbers = new Float64Array(16).fill(Number.NaN);
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
          const value = values[ordinal]!;
          return Number.isNaN(value) ? whenNull : accepts(value);
        });
      },
    },
    writer: {
      reserve(rows) {
        if (rows <= numbers.length) return;
        const longer = new Float64Array(Math.max(rows, numbers.length * 2)).fill(Number.NaN);
        longer.set(numbers);
        numbers = longer;
      },
      write(ordinal, value) {
        numbers[ordinal] = typeof value === 'number' ? value : Number.NaN;
      },
    },
  };
}
