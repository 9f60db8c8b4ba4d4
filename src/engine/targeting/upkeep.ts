/** What happens to devices, users, groups and memberships: each first names what it touches, then changes it. */
import type { JsonObject } from '../../kernel/json.js';
import { managedDeviceRow } from '../columns/managed-device.js';
import { forEach } from '../device-set.js';
import type { MemberKind } from '../group-closure.js';
import { guidText, guidWords } from '../guid-words.js';
import { NONE } from './bridges.js';
import { ALL_DEVICES, ALL_USERS, collectionKey, objectKey, type Placed } from './catalogue.js';
import { isLicensed } from './licensed.js';
import { SIDES } from './outcome-flags.js';
import type { ReachKind } from './policy.js';
import { meet } from './predicates.js';
import type { TargetingState } from './state.js';
import { nameOfDevice, namesIn, type TieNames } from './tie-names.js';

/** What the tenant engine tells of objects that it holds itself. Every call comes before the engine's own sets change, unless it says otherwise. */
export interface TargetingUpkeep {
  putManagedDevice(id: string, device: JsonObject): void;
  removeManagedDevice(id: string): void;
  /** The user's row is there; memberships have not changed yet. */
  userPut(ordinal: number, id: string, user: JsonObject): void;
  userLeaves(ordinal: number, id: string): void;
  devicePut(ordinal: number, id: string, device: JsonObject): void;
  deviceLeaves(ordinal: number, id: string): void;
  groupComes(id: string): void;
  groupLeaves(id: string): void;
  membershipChanges(group: number, kind: MemberKind, member: number): void;
  /** Whether nothing depends on objects yet, so that new ones can be laid. */
  isIdle(): boolean;
  /** Whether managed devices wait for users, or for directory devices, that are not there. */
  awaits(kind: ReachKind): boolean;
  /** A user that nobody awaits has a row. */
  userLaid(ordinal: number, licensed: boolean): void;
  /** The same of a directory device; its name is the GUID that was read last (`guidWords`). */
  deviceLaid(ordinal: number): void;
  /** The object whose name is the GUID that was read last; undefined where there is none. */
  objectRead(kind: ReachKind): number | undefined;
  /** A managed device that is new has a row. @param user NONE for none */
  managedLaid(ordinal: number, user: number, device: number): void;
  /** Directory devices have rows, where none had: all that are to be. @param names their own */
  devicesCame(names: TieNames): void;
  /** The same of managed devices. @param names those that they name */
  managedCame(names: Readonly<Record<ReachKind, TieNames>>): void;
}

/** @param cameOrLeft told of each device that comes or leaves */
export function createUpkeep(state: TargetingState, cameOrLeft: () => void): TargetingUpkeep {
  const {
    managed,
    users,
    devices,
    closure,
    groups,
    table,
    catalogue,
    bridges,
    deviceNames,
    predicates,
    planes,
    collections,
    existingGroups,
  } = state;
  const { rehearsal, isLicensedNow, licence, look, markResult, touch, touchKeys, matters, keysOfGroup, dependantsOf } = state;

  /** Target keys that matter and reach a device through its user, or its directory device. */
  const keysReaching = (kind: ReachKind, object: number, id: string): readonly string[] => {
    if (object === NONE) return [];
    const keys = [objectKey('both', id), objectKey(kind, id)].filter(matters);
    for (const group of closure.waysUp(kind, object).keys()) keys.push(...keysOfGroup(groups.idOf(group)));
    return keys;
  };

  const keysOfDevice = (user: number, directoryDevice: number, id: string): ReadonlySet<string> => {
    const keys = new Set([
      ...keysReaching('user', user, users.idOf(user)),
      ...keysReaching('device', directoryDevice, devices.idOf(directoryDevice)),
    ]);
    for (const key of [ALL_DEVICES, ALL_USERS]) if (matters(key)) keys.add(key);
    for (const [collectionId, members] of collections) {
      if (members.has(id) && matters(collectionKey(collectionId))) keys.add(collectionKey(collectionId));
    }
    return keys;
  };

  const devicesOf = (kind: ReachKind, object: number): readonly number[] => {
    const found: number[] = [];
    bridges[kind].forEachDevice(object, (device) => found.push(device));
    return found;
  };

  const noteGroup = (group: number, policies: number) => {
    for (const noted of rehearsal.changedGroups) noted.set(groups.idOf(group), policies);
  };

  /** The device is about to get another user, or none. */
  const noteUser = (device: number) => {
    if (rehearsal.formerUsers.length === 0) return;
    const user = bridges.user.objectOf(device);
    for (const noted of rehearsal.formerUsers) if (!noted.has(device)) noted.set(device, user === NONE ? '' : users.idOf(user));
  };

  /** Columns in which the row differs from the table's. */
  const changedTexts = (ordinal: number, row: ReturnType<typeof managedDeviceRow>): ReadonlySet<string> => {
    const changed = new Set<string>();
    for (const [name, value] of Object.entries(row)) if ((table.textColumn(name)?.text(ordinal) ?? null) !== value) changed.add(name);
    return changed;
  };

  const dependsOn = ({ filter, state: { policy } }: Placed, changed: ReadonlySet<string> | undefined): boolean => {
    if (changed === undefined) return true;
    if (filter !== undefined && meet(predicates.filter(filter.id)?.columns ?? new Set(), changed)) return true;
    return policy !== undefined && meet(predicates.columnsOf(policy), changed);
  };

  const objectRead = (kind: ReachKind): number | undefined => {
    const object = kind === 'user' ? users.ordinalOfRead() : deviceNames.ordinalOfRead();
    return object !== undefined && bridges[kind].hasArrived(object) ? object : undefined;
  };

  return {
    putManagedDevice(id, device) {
      const row = managedDeviceRow(device);
      const names = namesIn(device);
      const known = managed.ordinalOf(id);
      const objects = { user: bridges.user.objectNamed(names.user), device: bridges.device.objectNamed(names.device) };
      const before = known === undefined ? undefined : { user: bridges.user.objectOf(known), device: bridges.device.objectOf(known) };
      const moved = before === undefined || before.user !== objects.user || before.device !== objects.device;
      const changed = known === undefined ? undefined : changedTexts(known, row);
      const keys = new Set(keysOfDevice(objects.user, objects.device, id));
      if (before !== undefined && moved) for (const key of keysOfDevice(before.user, before.device, id)) keys.add(key);
      const policies = new Set<string>();
      for (const key of keys) {
        for (const placed of catalogue.targeting(key)) if (moved || dependsOn(placed, changed)) policies.add(placed.state.id);
      }
      look(policies);
      const { ordinal } = managed.put(id, row);
      if (moved || known === undefined) {
        noteUser(ordinal);
        bridges.user.tie(ordinal, names.user);
        bridges.device.tie(ordinal, names.device);
        for (const key of keys) planes.mark(key, [ordinal]);
      } else {
        // The object may be unknown as before, under another name.
        bridges.user.tie(ordinal, names.user);
        bridges.device.tie(ordinal, names.device);
      }
      predicates.changed(ordinal, changed);
      for (const policyId of policies) markResult(policyId, [ordinal]);
      if (known === undefined) cameOrLeft();
    },
    removeManagedDevice(id) {
      const ordinal = managed.ordinalOf(id);
      if (ordinal === undefined) return;
      touchKeys(keysOfDevice(bridges.user.objectOf(ordinal), bridges.device.objectOf(ordinal), id), [ordinal]);
      noteUser(ordinal);
      managed.remove(id);
      bridges.user.tie(ordinal, '');
      bridges.device.tie(ordinal, '');
      predicates.changed(ordinal, undefined);
      cameOrLeft();
    },
    userPut(ordinal, id, user) {
      const holds = isLicensed(user);
      const arrives = !bridges.user.hasArrived(ordinal);
      const behind = arrives ? bridges.user.waitingFor(id) : devicesOf('user', ordinal);
      if (arrives && behind.length > 0) touchKeys([...keysReaching('user', ordinal, id), ALL_USERS], behind);
      else if (holds !== isLicensedNow(ordinal)) touchKeys([ALL_USERS], behind);
      licence(ordinal, holds);
      if (!arrives) return;
      for (const device of behind) noteUser(device);
      bridges.user.arrive(ordinal, id);
    },
    userLeaves(ordinal, id) {
      const behind = devicesOf('user', ordinal);
      touchKeys([...keysReaching('user', ordinal, id), ALL_USERS], behind);
      for (const device of behind) noteUser(device);
      bridges.user.leave(ordinal, id);
      licence(ordinal, false);
    },
    devicePut(ordinal, id, device) {
      const name = nameOfDevice(device);
      const before = deviceNames.nameOf(ordinal);
      if (bridges.device.hasArrived(ordinal) && before === name) return;
      const behind = [...devicesOf('device', ordinal), ...bridges.device.waitingFor(name)];
      if (behind.length > 0) touchKeys(keysReaching('device', ordinal, id), behind);
      if (bridges.device.hasArrived(ordinal)) bridges.device.leave(ordinal, before);
      deviceNames.remove(ordinal);
      deviceNames.put(name, ordinal);
      bridges.device.arrive(ordinal, name);
    },
    deviceLeaves(ordinal, id) {
      touchKeys(keysReaching('device', ordinal, id), devicesOf('device', ordinal));
      bridges.device.leave(ordinal, deviceNames.nameOf(ordinal));
      deviceNames.remove(ordinal);
    },
    groupComes(id) {
      if (existingGroups.has(id)) return;
      touchKeys(keysOfGroup(id), []);
      existingGroups.add(id);
      state.forgetDependants();
    },
    groupLeaves(id) {
      const group = groups.ordinalOf(id);
      if (group !== undefined) {
        const above = dependantsOf(group);
        noteGroup(group, above.policies.size);
        touch(above, undefined);
      }
      touchKeys(keysOfGroup(id), undefined);
      existingGroups.delete(id);
      state.forgetDependants();
    },
    isIdle: () => catalogue.policies.size === 0 && planes.isEmpty() && rehearsal.journals.length === 0,
    awaits: (kind) => bridges[kind].isAwaited(),
    userLaid(ordinal, holds) {
      licence(ordinal, holds);
      bridges.user.arriveUnawaited(ordinal);
    },
    deviceLaid(ordinal) {
      deviceNames.putRead(ordinal);
      bridges.device.arriveUnawaited(ordinal);
    },
    objectRead,
    managedLaid(ordinal, user, device) {
      if (user !== NONE) bridges.user.tieTo(ordinal, user);
      if (device !== NONE) bridges.device.tieTo(ordinal, device);
      predicates.changed(ordinal, undefined);
      cameOrLeft();
    },
    devicesCame(names) {
      deviceNames.reserve(devices.table.rows);
      names.forEach(deviceNames.putRead, (ordinal, name) => deviceNames.put(name, ordinal));
      forEach(devices.table.live(), bridges.device.arriveUnawaited);
    },
    managedCame(names) {
      for (const kind of SIDES) {
        const bridge = bridges[kind];
        names[kind].forEach(
          (ordinal) => {
            const object = objectRead(kind);
            if (object === undefined) bridge.tie(ordinal, guidText(guidWords, 0));
            else bridge.tieTo(ordinal, object);
          },
          (ordinal, name) => bridge.tie(ordinal, name),
        );
      }
      forEach(table.live(), (ordinal) => predicates.changed(ordinal, undefined));
      cameOrLeft();
    },
    membershipChanges(group, kind, member) {
      // A group that no assignment names now may be one that an assignment named before.
      state.settle();
      const above = dependantsOf(group);
      noteGroup(group, above.policies.size);
      if (kind === 'group') {
        touch(above, undefined);
        state.forgetDependants();
      } else if (above.keys.length > 0) touch(above, devicesOf(kind, member));
    },
  };
}
