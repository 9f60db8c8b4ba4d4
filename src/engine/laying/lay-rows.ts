/** Users, directory devices and managed devices laid out of framed rows: for a tenant that is told whole, before anything depends on its objects. */
import { type FramedRows, idOfRow, textOfRow } from '../../kernel/framed-rows.js';
import type { FramedText } from '../../kernel/framed-text.js';
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
    device: layDevices(devices, { isAwaited: () => upkeep.awaits('device'), deviceLaid: upkeep.deviceLaid }, (member) =>
      isRead('device', member),
    ),
    managedDevice: layManaged(managed, tyingNow(upkeep), (member) => isRead('managedDevice', member)),
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

/** Who is told of the directory devices that are laid. */
export type DeviceNaming = Pick<TargetingUpkeep, 'deviceLaid'> & { isAwaited(): boolean };

export function layDevices(devices: ObjectRows, naming: DeviceNaming, wanted: Wanted): LayRows {
  const reader = createRowReader({ ...rowForm('device'), names: ['deviceId'] }, devices.table, wanted);
  return (rows) => {
    // Names that are no GUIDs are rare.
    const readName = (row: number) => readGuidBytes(rows.bytes, reader.nameStart(0, row), reader.nameEnd(0, row));
    return laid(
      rows,
      reader,
      devices,
      (row) => !naming.isAwaited() && readName(row),
      (ordinal, row) => readName(row) && naming.deviceLaid(ordinal),
    );
  };
}

const [USER, DEVICE, OTHER_DEVICE] = [0, 1, 2];

/** Who ties managed devices to the objects that they name. */
export interface Tying {
  /** Reads the name of a row, which ends at 0 where it names nobody. @returns whether the row can be laid */
  read(kind: ReachKind, bytes: Buffer, start: number, end: number): boolean;
  /** The row of the names that were read last has come to life. */
  tie(ordinal: number): void;
}

export function layManaged(managed: ObjectRows, tying: Tying, wanted: Wanted): LayRows {
  const form: RowForm = { ...managedDeviceForm, names: ['userId', 'azureADDeviceId', 'azureActiveDirectoryDeviceId'] };
  const reader = createRowReader(form, managed.table, wanted);
  return (rows) => {
    const read = (kind: ReachKind, name: number, row: number) =>
      tying.read(kind, rows.bytes, reader.nameStart(name, row), reader.nameEnd(name, row));
    return laid(
      rows,
      reader,
      managed,
      (row) => read('user', USER, row) && read('device', reader.nameEnd(DEVICE, row) === 0 ? OTHER_DEVICE : DEVICE, row),
      tying.tie,
    );
  };
}

/** Ties rows to objects that are there. */
function tyingNow(upkeep: TargetingUpkeep): Tying {
  const objects = { user: NONE, device: NONE };
  return {
    read(kind, bytes, start, end) {
      objects[kind] = NONE;
      if (end === 0 || start === end) return true;
      const object = readGuidBytes(bytes, start, end) ? upkeep.objectRead(kind) : undefined;
      if (object !== undefined) objects[kind] = object;
      return object !== undefined;
    },
    tie: (ordinal) => upkeep.managedLaid(ordinal, objects.user, objects.device),
  };
}

/** Rows as JSON, for those that cannot be laid. */
export interface PutRows {
  read(text: FramedText): JsonObject;
  put(id: string, object: JsonObject): void;
}

/** Lays the rows that can be laid, and puts the others. @param lay undefined: none can */
export function layOrPut(rows: FramedRows, lay: LayRows | undefined, { read, put }: PutRows): void {
  const laid = lay?.(rows);
  for (let row = 0; row < rows.frames.length; row += 1)
    if (laid === undefined || laid[row]! < 0) put(idOfRow(rows, row), read(textOfRow(rows, row)));
}
