/** Texts that objects on two sides of a bridge nearly always share: one side keeps them, the other repeats them. */

import type { Table } from '../columns/table.js';
import { markedIn, type RowWatcher } from '../columns/text-source.js';
import { forEach, fromWords, wordCount } from '../device-set.js';
import { type Bridge, type NameIndex, NONE } from './bridges.js';

interface Named {
  readonly table: Table;
  /** The column. */
  readonly name: string;
}

/** A column of devices repeats one of their objects. To be called, as the others, while no table has a row. */
export function repeatObjects(devices: Named, objects: Named, bridge: Bridge): void {
  const column = objects.table.textColumn(objects.name);
  if (column === undefined || devices.table.textColumn(devices.name) === undefined) return;
  const watcher = devices.table.repeat(devices.name, {
    column,
    rowOf: (device) => bridge.objectOf(device),
    rowsMarked(ask) {
      const { rows } = devices.table;
      const words = new Uint32Array(wordCount(rows));
      bridge.layDevices(markedIn(column, ask), words, 0, rows);
      return fromWords(words, rows);
    },
  });
  bridge.watchDevices(watcher);
  objects.table.watch(objects.name, {
    before: (object) => bridge.forEachDevice(object, watcher.before),
    after: (object) => bridge.forEachDevice(object, watcher.after),
  });
}

/** A column of objects repeats one of their devices, of several the one tied last. */
export function repeatDevices(objects: Named, devices: Named, bridge: Bridge): void {
  const column = devices.table.textColumn(devices.name);
  if (column === undefined || objects.table.textColumn(objects.name) === undefined) return;
  const watcher = objects.table.repeat(objects.name, {
    column,
    rowOf: (object) => bridge.deviceOf(object),
    rowsMarked(ask) {
      const { rows } = objects.table;
      const words = new Uint32Array(wordCount(rows));
      forEach(markedIn(column, ask), (device) => {
        const object = bridge.objectOf(device);
        if (object !== NONE && bridge.deviceOf(object) === device) words[object >>> 5]! |= 1 << (object & 31);
      });
      return fromWords(words, rows);
    },
  });
  bridge.watchObjects(watcher);
  const tell = (what: keyof RowWatcher) => (device: number) => {
    const object = bridge.objectOf(device);
    if (object !== NONE && bridge.deviceOf(object) === device) watcher[what](object);
  };
  devices.table.watch(devices.name, { before: tell('before'), after: tell('after') });
}

/** A column repeats the names that an index has of the rows. */
export function repeatNames({ table, name }: Named, names: NameIndex): void {
  if (table.textColumn(name) !== undefined) names.watch(table.repeatGuids(name, names));
}

interface Sides {
  readonly managed: { readonly table: Table };
  readonly users: { readonly table: Table };
  readonly devices: { readonly table: Table };
}

/** What is alike in a tenant: a device shows its user's name, goes by one name in the directory too, and is known by its `deviceId`. */
export function repeatAlike(
  { managed, users, devices }: Sides,
  bridges: { readonly user: Bridge; readonly device: Bridge },
  deviceNames: NameIndex,
): void {
  const userPrincipalName = 'userPrincipalName';
  repeatObjects({ table: managed.table, name: userPrincipalName }, { table: users.table, name: userPrincipalName }, bridges.user);
  repeatDevices({ table: devices.table, name: 'displayName' }, { table: managed.table, name: 'deviceName' }, bridges.device);
  repeatNames({ table: devices.table, name: 'deviceId' }, deviceNames);
}
