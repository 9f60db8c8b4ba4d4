/**
 * Directory devices or managed devices, put apart from the engine that is to have them: on another thread, while that one is told of others. What they
 * name is tied when the engine adopts them.
 */
import type { FramedRows } from '../../kernel/framed-rows.js';
import type { JsonObject } from '../../kernel/json.js';
import { framedMemberReader } from '../../kernel/json-members.js';
import { createManagedDeviceTable, managedDeviceRow } from '../columns/managed-device.js';
import { type CellValue, createTable } from '../columns/table.js';
import { guidWords, readGuidBytes } from '../guid-words.js';
import { createObjectRows, type ObjectRows } from '../object-rows.js';
import { isReadOf } from '../read-members.js';
import { columnSpecs, deviceColumns, readCells } from '../rules/dynamic/index.js';
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import type { ReachKind } from '../targeting/policy.js';
import { createTieNames, nameOfDevice, namesIn, type TieNames } from '../targeting/tie-names.js';
import type { TargetingUpkeep } from '../targeting/upkeep.js';
import { type LayRows, layDevices, layManaged, layOrPut, type Tying } from './lay-rows.js';

export type ApartKind = 'device' | 'managedDevice';

export interface ObjectsApart {
  /** An object that was not put before. */
  put(id: string, object: JsonObject): void;
  /** Many of them. */
  putRows(rows: FramedRows): void;
  /** Writes what an engine adopts. Nothing is to be put any more. */
  save(out: SnapshotWriter): void;
}

export function createObjectsApart(kind: ApartKind): ObjectsApart {
  return kind === 'device' ? devicesApart() : managedApart();
}

function devicesApart(): ObjectsApart {
  const rows = createObjectRows(createTable(columnSpecs('device')));
  const names = createTieNames();
  const naming = { isAwaited: () => false, deviceLaid: (ordinal: number) => names.putWords(ordinal, guidWords) };
  const cells: CellValue[] = [];
  return apart('device', rows, {
    layWith: (wanted) => layDevices(rows, naming, wanted),
    put(id, device) {
      const ordinal = readCells('device', device, cells) ? rows.lay(id, cells) : undefined;
      names.put(ordinal ?? rows.put(id, deviceColumns(device)).ordinal, nameOfDevice(device));
    },
    saveNames: (out) => names.save(out.within('names')),
  });
}

function managedApart(): ObjectsApart {
  const rows = createObjectRows(createManagedDeviceTable());
  const names = { user: createTieNames(), device: createTieNames() };
  return apart('managedDevice', rows, {
    layWith: (wanted) => layManaged(rows, tyingLater(names), wanted),
    put(id, device) {
      const { ordinal } = rows.put(id, managedDeviceRow(device));
      const named = namesIn(device);
      names.user.put(ordinal, named.user);
      names.device.put(ordinal, named.device);
    },
    saveNames(out) {
      names.user.save(out.within('user'));
      names.device.save(out.within('device'));
    },
  });
}

interface KindApart {
  layWith(wanted: (member: string) => boolean): LayRows;
  put(id: string, object: JsonObject): void;
  saveNames(out: SnapshotWriter): void;
}

function apart(kind: ApartKind, rows: ObjectRows, { layWith, put, saveNames }: KindApart): ObjectsApart {
  const wanted = (name: string) => isReadOf(kind, name);
  const lay = layWith(wanted);
  const putting = { read: framedMemberReader(wanted), put };
  return {
    put,
    putRows: (framed) => layOrPut(framed, lay, putting),
    save(out) {
      rows.save(out.within('rows'));
      saveNames(out);
    },
  };
}

/** Keeps the names of rows that name by GUIDs, or nobody. */
function tyingLater(names: Readonly<Record<ReachKind, TieNames>>): Tying {
  const last = { user: new Uint32Array(4), device: new Uint32Array(4) };
  return {
    read(kind, bytes, start, end) {
      const isNamed = end > start;
      if (isNamed && !readGuidBytes(bytes, start, end)) return false;
      for (let word = 0; word < 4; word += 1) last[kind][word] = isNamed ? guidWords[word]! : 0;
      return true;
    },
    tie(ordinal) {
      names.user.putWords(ordinal, last.user);
      names.device.putWords(ordinal, last.device);
    },
  };
}

/** Into rows that never held an object. */
export function loadApart(kind: ApartKind, rows: ObjectRows, upkeep: TargetingUpkeep, from: SnapshotReader): void {
  rows.load(from.within('rows'));
  if (kind === 'device') {
    const names = createTieNames();
    names.load(from.within('names'));
    upkeep.devicesCame(names);
    return;
  }
  const names = { user: createTieNames(), device: createTieNames() };
  names.user.load(from.within('user'));
  names.device.load(from.within('device'));
  upkeep.managedCame(names);
}
