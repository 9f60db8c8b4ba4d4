/** Users, directory devices and managed devices laid out of framed rows: for a tenant that is told whole, before anything depends on its objects. */
import type { FramedRows } from '../../kernel/framed-rows.js';
import type { JsonObject } from '../../kernel/json.js';
import { managedDeviceForm } from '../columns/managed-device.js';
import { readGuidBytes } from '../guid-words.js';
import type { ObjectRows } from '../object-rows.js';
import { rowForm } from '../rules/dynamic/index.js';
import { NONE } from '../targeting/bridges.js';
import { isLicensed } from '../targeting/licensed.js';
import type { ReachKind } from '../targeting/policy.js';
import type { TargetingUpkeep } from '../targeting/upkeep.js';
import type { RowForm } from './row-form.js';
import { createRowReader, type RowReader } from './row-reader.js';

export type LaidKind = 'user' | 'device' | 'managedDevice';

/** @returns by row, the ordinal that it was laid at; -1 where it is of another form, or the object is there already: it is to be put as JSON then */
export type LayRows = (rows: FramedRows) => Int32Array;

export interface Laid {
  readonly users: ObjectRows;
  readonly devices: ObjectRows;
  readonly managed: ObjectRows;
  readonly upkeep: TargetingUpkeep;
}

/** @param isRead whether the engine reads a member of such an object */
export function createLaying(
  { users, devices, managed, upkeep }: Laid,
  isRead: (kind: LaidKind, member: string) => boolean,
): Readonly<Record<LaidKind, LayRows>> {
  return {
    user: layUsers(users, upkeep, (member) => isRead('user', member)),
    device: layDevices(devices, upkeep, (member) => isRead('device', member)),
    managedDevice: layManaged(managed, upkeep, (member) => isRead('managedDevice', member)),
  };
}

type Wanted = (member: string) => boolean;

const PLANS = 'assignedPlans';

/**
 * Reads the rows, wakes those that can be laid, and writes them.
 * @param accepts asked for each row that is of the form, before it comes to life
 * @param woken told of it before its cells are written: columns that repeat names find them then
 */
function laid(
  rows: FramedRows,
  reader: RowReader,
  into: ObjectRows,
  accepts: (row: number) => boolean,
  woken: (ordinal: number, row: number) => void,
): Int32Array {
  const { bytes, spans } = rows;
  const isRead = reader.read(rows);
  const ordinals = new Int32Array(rows.frames.length).fill(-1);
  for (let row = 0; row < ordinals.length; row += 1) {
    if (isRead[row] === 0 || !accepts(row)) continue;
    const ordinal = readGuidBytes(bytes, spans[4 * row]!, spans[4 * row + 1]!) ? into.wakeRead() : undefined;
    if (ordinal === undefined) continue;
    ordinals[row] = ordinal;
    woken(ordinal, row);
  }
  reader.write(ordinals);
  return ordinals;
}

function layUsers(users: ObjectRows, upkeep: TargetingUpkeep, wanted: Wanted): LayRows {
  const form = rowForm('user');
  const plans = form.groups.findIndex(({ members }) => members.includes(PLANS));
  const groups = form.groups.map((group, index) =>
    index === plans ? { ...group, derive: (object: JsonObject) => [...group.derive(object), isLicensed(object)] } : group,
  );
  const reader = createRowReader({ ...form, groups, names: [] }, users.table, wanted);
  return (rows) => {
    const ordinals = laid(
      rows,
      reader,
      users,
      () => !upkeep.awaits('user'),
      () => undefined,
    );
    for (let row = 0; row < ordinals.length; row += 1)
      if (ordinals[row]! >= 0) upkeep.userLaid(ordinals[row]!, reader.fact(plans, row) === true);
    return ordinals;
  };
}

function layDevices(devices: ObjectRows, upkeep: TargetingUpkeep, wanted: Wanted): LayRows {
  const reader = createRowReader({ ...rowForm('device'), names: ['deviceId'] }, devices.table, wanted);
  return (rows) => {
    // Names that are no GUIDs are rare.
    const readName = (row: number) => readGuidBytes(rows.bytes, reader.nameStart(0, row), reader.nameEnd(0, row));
    return laid(
      rows,
      reader,
      devices,
      (row) => !upkeep.awaits('device') && readName(row),
      (ordinal, row) => readName(row) && upkeep.deviceLaid(ordinal),
    );
  };
}

const [USER, DEVICE, OTHER_DEVICE] = [0, 1, 2];

function layManaged(managed: ObjectRows, upkeep: TargetingUpkeep, wanted: Wanted): LayRows {
  const form: RowForm = { ...managedDeviceForm, names: ['userId', 'azureADDeviceId', 'azureActiveDirectoryDeviceId'] };
  const reader = createRowReader(form, managed.table, wanted);
  /** The object of a name: NONE where there is no name; undefined for one that cannot be found by its bytes. */
  const objectOf = (kind: ReachKind, { bytes }: FramedRows, name: number, row: number): number | undefined => {
    const [start, end] = [reader.nameStart(name, row), reader.nameEnd(name, row)];
    if (end === 0 || start === end) return NONE;
    return readGuidBytes(bytes, start, end) ? upkeep.objectRead(kind) : undefined;
  };
  return (rows) => {
    let [user, device]: [number | undefined, number | undefined] = [NONE, NONE];
    return laid(
      rows,
      reader,
      managed,
      (row) => {
        user = objectOf('user', rows, USER, row);
        device = objectOf('device', rows, reader.nameEnd(DEVICE, row) === 0 ? OTHER_DEVICE : DEVICE, row);
        return user !== undefined && device !== undefined;
      },
      (ordinal) => upkeep.managedLaid(ordinal, user ?? NONE, device ?? NONE),
    );
  };
}
