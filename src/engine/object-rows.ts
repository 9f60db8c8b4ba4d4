/** Ids of a table's objects and the ordinals of their rows, both ways. */
import type { CellValue, RowValues, Table } from './columns/table.js';
import { createIdIndex } from './id-index.js';
import type { SnapshotReader, SnapshotWriter } from './snapshot/sections.js';

export interface ObjectRows {
  readonly table: Table;
  /** Another number after every change of a row. */
  readonly revision: number;
  ordinalOf(id: string): number | undefined;
  /** The same of the GUID that was read last (`guidWords`). */
  ordinalOfRead(): number | undefined;
  idOf(ordinal: number): string;
  /** See `IdIndex.leadingOf`. */
  leadingOf(ordinal: number): number;
  /** The row of an object, made when it has none. @returns its ordinal and whether it is new */
  put(id: string, values: RowValues): { readonly ordinal: number; readonly added: boolean };
  /** The row of an object that has none, by its cells (see `Table.lay`). @returns its ordinal; undefined where it has one, which stays as it is */
  lay(id: string, cells: readonly CellValue[]): number | undefined;
  /** The same of an object whose id is the GUID that was read last (`guidWords`); its cells are to follow (see `Table.wake`). */
  wakeRead(): number | undefined;
  /** @returns the ordinal that is free now; undefined when there was no such object */
  remove(id: string): number | undefined;
  /** Until `release`, no other object gets the row of one that is removed, and one that comes back gets its own again. */
  hold(): void;
  release(): void;
  /** Gives back memory held for growth, after many objects came. */
  trim(): void;
  save(out: SnapshotWriter): void;
  /** Into rows that never held an object. */
  load(from: SnapshotReader): void;
}

export function createObjectRows(table: Table): ObjectRows {
  const ids = createIdIndex();
  table.identify(ids);
  /** Rows of objects that were removed while rows are held. */
  let held: Map<string, number> | undefined;
  /** The ordinal of a new row for an object that has none. */
  const newOrdinal = (id: string): number => {
    const ordinal = held === undefined ? table.vacancy() : (held.get(id) ?? table.rows);
    held?.delete(id);
    return ordinal;
  };
  const self: ObjectRows & { revision: number } = {
    table,
    revision: 0,
    ordinalOf: ids.ordinalOf,
    ordinalOfRead: ids.ordinalOfRead,
    idOf: ids.idOf,
    leadingOf: ids.leadingOf,
    put(id, values) {
      self.revision += 1;
      const known = ids.ordinalOf(id);
      if (known !== undefined) {
        table.set(known, values);
        return { ordinal: known, added: false };
      }
      const ordinal = newOrdinal(id);
      ids.put(id, ordinal);
      table.set(ordinal, values);
      return { ordinal, added: true };
    },
    lay(id, cells) {
      if (ids.ordinalOf(id) !== undefined) return undefined;
      self.revision += 1;
      const ordinal = newOrdinal(id);
      ids.put(id, ordinal);
      table.lay(ordinal, cells);
      return ordinal;
    },
    wakeRead() {
      if (held !== undefined) return undefined;
      const ordinal = table.vacancy();
      if (!ids.claimRead(ordinal)) return undefined;
      self.revision += 1;
      table.wake(ordinal);
      return ordinal;
    },
    remove(id) {
      const ordinal = ids.ordinalOf(id);
      if (ordinal === undefined) return undefined;
      self.revision += 1;
      table.remove(ordinal);
      ids.clear(ordinal);
      held?.set(id, ordinal);
      return ordinal;
    },
    hold() {
      held ??= new Map();
    },
    // The table has them among its free rows already.
    release() {
      held = undefined;
    },
    trim() {
      ids.trim();
      table.trim();
    },
    save(out) {
      ids.save(out.within('ids'));
      table.save(out.within('table'));
    },
    load(from) {
      self.revision += 1;
      ids.load(from.within('ids'));
      table.load(from.within('table'));
    },
  };
  return self;
}
