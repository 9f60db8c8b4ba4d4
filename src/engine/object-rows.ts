/** Ids of a table's objects and the ordinals of their rows, both ways. */
import type { RowValues, Table } from './columns/table.js';

export interface ObjectRows {
  readonly table: Table;
  ordinalOf(id: string): number | undefined;
  idOf(ordinal: number): string;
  /** The row of an object, made when it has none. @returns its ordinal and whether it is new */
  put(id: string, values: RowValues): { readonly ordinal: number; readonly added: boolean };
  /** @returns the ordinal that is free now; undefined when there was no such object */
  remove(id: string): number | undefined;
}

export function createObjectRows(table: Table): ObjectRows {
  const ordinals = new Map<string, number>();
  const ids: string[] = [];
  return {
    table,
    ordinalOf: (id) => ordinals.get(id),
    idOf: (ordinal) => ids[ordinal] ?? '',
    put(id, values) {
      const known = ordinals.get(id);
      if (known !== undefined) {
        table.set(known, values);
        return { ordinal: known, added: false };
      }
      const ordinal = table.add(values);
      ordinals.set(id, ordinal);
      ids[ordinal] = id;
      return { ordinal, added: true };
    },
    remove(id) {
      const ordinal = ordinals.get(id);
      if (ordinal === undefined) return undefined;
      ordinals.delete(id);
      ids[ordinal] = '';
      table.remove(ordinal);
      return ordinal;
    },
  };
}
