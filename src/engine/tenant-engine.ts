/**
 * A tenant's directory and devices held ready: attributes as columns, memberships as sets, groups by rule filled. Fed with entities and
 * links as they change; it knows nothing of stores and requests.
 */
import type { FramedRows } from '../kernel/framed-rows.js';
import type { JsonObject } from '../kernel/json.js';
import { framedMemberReader } from '../kernel/json-members.js';
import type { ColumnTest } from './columns/column-test.js';
import { createManagedDeviceTable, devicesOfPlatform } from './columns/managed-device.js';
import { type CellValue, createTable } from './columns/table.js';
import { repeatWithin } from './columns/text-source.js';
import { type DeviceSet, emptySet, forEach, intersect, setOf, toOrdinals } from './device-set.js';
import { devicesWhere, type TestedDevices } from './devices-where.js';
import { changedColumns, createDynamicGroups, type DynamicGroups } from './dynamic-groups.js';
import { createGroupClosure, type GroupClosure, type MemberKind } from './group-closure.js';
import { createIdIndex } from './id-index.js';
import { createLaying, type LaidKind, layOrPut, type PutRows } from './laying/lay-rows.js';
import { type ApartKind, loadApart } from './laying/objects-apart.js';
import { createObjectRows, type ObjectRows } from './object-rows.js';
import { isReadOf } from './read-members.js';
import { columnSpecs, deviceColumns, extensionColumnSpecs, readCells, type Subject, userColumns } from './rules/dynamic/index.js';
import { compileFilterRule, type FilterRule } from './rules/filter/index.js';
import type { SnapshotReader, SnapshotWriter } from './snapshot/sections.js';
import { atOnce, type Steps } from './steps.js';
import { createTargeting, type TargetingUpkeep } from './targeting/create-targeting.js';
import type { SetWays, Targeting, TargetingFeed } from './targeting/index.js';

export interface EngineObject {
  readonly kind: MemberKind;
  readonly id: string;
}

export interface TenantEngine {
  putUser(id: string, user: JsonObject, before?: JsonObject): void;
  putDevice(id: string, device: JsonObject, before?: JsonObject): void;
  putManagedDevice(id: string, device: JsonObject): void;
  /** Many of one kind, none of which has changed since it was told before. */
  putRows(kind: LaidKind, rows: FramedRows): void;
  /**
   * All objects of a kind, which were put apart from it (`createObjectsApart`), where none of the kind is known: directory devices before managed
   * devices, and before groups or while they are awaited; managed devices before policies.
   * @throws Error otherwise
   */
  adopt(kind: ApartKind, from: SnapshotReader): void;
  putGroup(id: string, group: JsonObject): void;
  remove(kind: MemberKind | 'managedDevice', id: string): void;
  addMember(groupId: string, member: EngineObject): void;
  removeMember(groupId: string, member: EngineObject): void;
  setManager(userId: string, managerId: string): void;
  removeManager(userId: string, managerId: string): void;
  /** Undefined for a group that no rule fills. */
  dynamicMembers(groupId: string): readonly EngineObject[] | undefined;
  transitiveMembers(groupId: string): readonly EngineObject[];
  groupsOf(object: EngineObject, transitive: boolean): readonly string[];
  /** managedDevice ids that a filter accepts, by device name, then id. */
  devicesMatching(rule: FilterRule, platform: string): readonly string[];
  /** managedDevices by the texts of their columns: how many pass, and a stretch of their ids in order. */
  devicesWhere(test: ColumnTest, skip: number, limit: number): TestedDevices;
  /** Rules about the time of day are asked anew if it is a while since they were; before questions to `targeting`. */
  timePassed(): void;
  readonly targeting: Targeting & TargetingFeed;
  /** Directory devices are still to come, and groups come before them: until `settling`, rules about devices are not asked. */
  awaitDevices(): void;
  /** Asks the rules that were not asked while devices were awaited. Steps of a rule each. */
  settling(): Steps;
  /** Until `trim`, many groups come that rules fill, and few changes of users and devices. */
  expectGroups(): void;
  /** Gives back memory held for growth, after many objects came. */
  trim(): void;
  /** The same in steps, each of a second at most. @param part alone, when no more of it is to come */
  trimming(part?: TrimmedPart): Steps;
  /**
   * Writes users, devices, groups, memberships and what follows from them, policies, assignments, filters and their setting. What is written must
   * not change until the snapshot is done.
   */
  save(out: SnapshotWriter): void;
  /**
   * Into an engine that was never told of anything. @throws SnapshotMismatch when the snapshot is another version's; the engine is not to be used then
   */
  load(from: SnapshotReader): void;
}

/** In the order in which they are trimmed. */
export const TRIMMED_PARTS = ['usersAndGroups', 'devices'] as const;
export type TrimmedPart = (typeof TRIMMED_PARTS)[number];

/** Bytes for what groups hold through others: targeting keeps what it makes of it, so little need be kept twice. */
const CLOSURE_BUDGET = 16 * 1024 * 1024;

/** A group whose rule is on; its members come from the rule alone. */
export function isFilledByRule(group: JsonObject): boolean {
  const types = group.groupTypes;
  return Array.isArray(types) && types.includes('DynamicMembership') && group.membershipRuleProcessingState === 'On';
}

/** @param now milliseconds since the epoch */
/** @param ways how sets are combined; for tests */
export function createTenantEngine(now: () => number, ways?: SetWays): TenantEngine {
  const silent = createGroupClosure(CLOSURE_BUDGET);
  const users = createObjectRows(createTable(columnSpecs('user')));
  // Most people are written to by the name that they sign in with.
  repeatWithin(users.table, 'mail', 'userPrincipalName');
  const devices = createObjectRows(createTable(columnSpecs('device')));
  const managed = createObjectRows(createManagedDeviceTable());
  const groups = createIds();
  const targeting = createTargeting({ managed, users, devices, closure: silent, groups }, ways);
  const closure = observed(silent, targeting.upkeep);
  const rowsOf: Readonly<Record<Subject, ObjectRows>> = { user: users, device: devices };
  /** Memberships laid by hand on groups that a rule fills now: they wait until it does no more. */
  const parked = new Map<number, Map<string, EngineObject>>();
  const reports = new Map<string, Set<string>>();

  const ordinalOf = ({ kind, id }: EngineObject) => (kind === 'group' ? groups.ordinalOf(id) : rowsOf[kind].ordinalOf(id));
  const idOf = (kind: MemberKind, ordinal: number) => (kind === 'group' ? groups.idOf(ordinal) : rowsOf[kind].idOf(ordinal));
  const directMembers = (groupId: string, kind: Subject): DeviceSet => {
    const group = groups.ordinalOf(groupId);
    return group === undefined ? emptySet(0) : closure.directMembers(group, kind);
  };
  const dynamic: DynamicGroups = createDynamicGroups(
    { user: users.table, device: devices.table },
    closure,
    {
      user: {
        directMembers: (groupId) => directMembers(groupId, 'user'),
        directReports: (managerId) =>
          setOf(
            [...(reports.get(managerId) ?? [])].flatMap((id) => users.ordinalOf(id) ?? []).sort((a, b) => a - b),
            users.table.rows,
          ),
      },
      device: { directMembers: (groupId) => directMembers(groupId, 'device'), directReports: () => emptySet(devices.table.rows) },
    },
    now,
    (group) => dynamic.membersChanged(groups.idOf(group)),
  );

  /** Of the row that is being put: most are new, and a fleet has many. */
  const cells: Readonly<Record<Subject, CellValue[]>> = { user: [], device: [] };
  const putRow = (subject: Subject, id: string, after: JsonObject, before: JsonObject | undefined) => {
    const rows = rowsOf[subject];
    const { table } = rows;
    const laid = before === undefined && readCells(subject, after, cells[subject]) ? rows.lay(id, cells[subject]) : undefined;
    if (laid !== undefined) {
      if (subject === 'user') targeting.upkeep.userPut(laid, id, after);
      else targeting.upkeep.devicePut(laid, id, after);
      dynamic.rowChanged(subject, laid, undefined);
      return;
    }
    if (subject === 'user') for (const spec of extensionColumnSpecs(after)) table.addColumn(spec);
    const valuesOf = (object: JsonObject) => (subject === 'user' ? userColumns(object, table.columns) : deviceColumns(object));
    const values = valuesOf(after);
    const { ordinal, added } = rowsOf[subject].put(id, values);
    if (subject === 'user') targeting.upkeep.userPut(ordinal, id, after);
    else targeting.upkeep.devicePut(ordinal, id, after);
    const changed = added || before === undefined ? undefined : changedColumns(valuesOf(before), values);
    if (changed?.size !== 0) dynamic.rowChanged(subject, ordinal, changed);
  };

  /** What is read of a kind as JSON, and put. */
  const putting = (kind: LaidKind): PutRows => ({
    read: framedMemberReader((name) => isReadOf(kind, name)),
    put: kind === 'managedDevice' ? targeting.upkeep.putManagedDevice : (id, object) => putRow(kind, id, object, undefined),
  });
  const startTelling = () => ({
    laying: createLaying({ users, devices, managed, upkeep: targeting.upkeep }, isReadOf),
    putting: { user: putting('user'), device: putting('device'), managedDevice: putting('managedDevice') },
  });
  /** While rows come: what is learnt of them is much, and of no use afterwards. */
  let telling: ReturnType<typeof startTelling> | undefined;
  const putRows = (kind: LaidKind, rows: FramedRows) => {
    telling ??= startTelling();
    const isFree = targeting.upkeep.isIdle() && (kind === 'managedDevice' || dynamic.ignores(kind));
    layOrPut(rows, isFree ? telling.laying[kind] : undefined, telling.putting[kind]);
  };

  const list = (kind: MemberKind, set: DeviceSet): readonly EngineObject[] => {
    const found: EngineObject[] = [];
    forEach(set, (ordinal) => found.push({ kind, id: idOf(kind, ordinal) }));
    return found;
  };

  function* trimming(part?: TrimmedPart): Steps {
    telling = undefined;
    if (part !== 'devices') {
      dynamic.trim();
      users.trim();
      yield;
      yield* silent.trimming();
    }
    if (part === 'usersAndGroups') return;
    // After managed devices: directory devices repeat their names.
    for (const rows of [devices, managed]) {
      rows.trim();
      yield;
    }
    targeting.trim();
  }

  return {
    putUser: (id, user, before) => putRow('user', id, user, before),
    putDevice: (id, device, before) => putRow('device', id, device, before),
    putManagedDevice: (id, device) => targeting.upkeep.putManagedDevice(id, device),
    putRows,
    adopt(kind, from) {
      const rows = kind === 'device' ? devices : managed;
      const isFree = kind === 'device' ? dynamic.ignores(kind) && !targeting.upkeep.awaits(kind) : targeting.upkeep.isIdle();
      if (rows.table.rows > 0 || !isFree) throw new Error(`an engine that knows of ${kind} objects cannot adopt others`);
      loadApart(kind, rows, targeting.upkeep, from);
    },
    putGroup(id, group) {
      const ordinal = groups.intern(id);
      targeting.upkeep.groupComes(id);
      closure.addGroup(ordinal);
      if (isFilledByRule(group)) {
        if (!dynamic.has(ordinal)) parkMembers(ordinal);
        dynamic.fill(ordinal, String(group.membershipRule ?? ''));
      } else if (dynamic.release(ordinal)) unparkMembers(ordinal);
      dynamic.membersChanged(id);
    },
    remove(kind, id) {
      if (kind === 'managedDevice') {
        targeting.upkeep.removeManagedDevice(id);
      } else if (kind === 'group') {
        const ordinal = groups.ordinalOf(id);
        if (ordinal === undefined) return;
        targeting.upkeep.groupLeaves(id);
        dynamic.release(ordinal);
        parked.delete(ordinal);
        closure.removeFromAll('group', ordinal);
        closure.removeGroup(ordinal);
        groups.remove(id);
        dynamic.membersChanged(id);
      } else {
        const ordinal = rowsOf[kind].ordinalOf(id);
        if (ordinal === undefined) return;
        if (kind === 'user') targeting.upkeep.userLeaves(ordinal, id);
        else targeting.upkeep.deviceLeaves(ordinal, id);
        closure.removeFromAll(kind, ordinal);
        rowsOf[kind].remove(id);
      }
    },
    addMember(groupId, member) {
      const group = groups.intern(groupId);
      if (dynamic.has(group)) {
        parkedOf(group).set(`${member.kind}:${member.id}`, member);
        return;
      }
      const ordinal = member.kind === 'group' ? groups.intern(member.id) : ordinalOf(member);
      if (ordinal !== undefined && closure.addMember(group, member.kind, ordinal)) dynamic.membersChanged(groupId);
    },
    removeMember(groupId, member) {
      const group = groups.ordinalOf(groupId);
      if (group === undefined) return;
      if (dynamic.has(group)) {
        parked.get(group)?.delete(`${member.kind}:${member.id}`);
        return;
      }
      const ordinal = ordinalOf(member);
      if (ordinal !== undefined && closure.removeMember(group, member.kind, ordinal)) dynamic.membersChanged(groupId);
    },
    setManager(userId, managerId) {
      const known = reports.get(managerId) ?? new Set<string>();
      reports.set(managerId, known.add(userId));
      dynamic.reportsChanged(managerId);
    },
    removeManager(userId, managerId) {
      if (reports.get(managerId)?.delete(userId)) dynamic.reportsChanged(managerId);
    },
    dynamicMembers(groupId) {
      dynamic.timePassed();
      const group = groups.ordinalOf(groupId);
      const members = group === undefined ? undefined : dynamic.members(group);
      return members === undefined ? undefined : list(members.subject, members.ordinals);
    },
    transitiveMembers(groupId) {
      dynamic.timePassed();
      const group = groups.ordinalOf(groupId);
      if (group === undefined) return [];
      const kinds: readonly MemberKind[] = ['group', 'user', 'device'];
      return kinds.flatMap((kind) => list(kind, closure.transitiveMembers(group, kind)));
    },
    groupsOf(object, transitive) {
      dynamic.timePassed();
      const ordinal = ordinalOf(object);
      if (ordinal === undefined) return [];
      const parents = transitive ? closure.transitiveParents(object.kind, ordinal) : closure.directParents(object.kind, ordinal);
      return [...toOrdinals(parents)].map((parent) => groups.idOf(parent));
    },
    devicesMatching(rule, platform) {
      const { table } = managed;
      const matching = toOrdinals(intersect(devicesOfPlatform(table, platform), compileFilterRule(rule).evaluate(table)));
      const names = table.textColumn('deviceName');
      const keyed = [...matching].map((ordinal) => ({ id: managed.idOf(ordinal), name: names?.text(ordinal)?.toLowerCase() ?? '' }));
      keyed.sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
      return keyed.map(({ id }) => id);
    },
    devicesWhere: (test, skip, limit) => devicesWhere(managed, test, skip, limit),
    timePassed: () => dynamic.timePassed(),
    targeting,
    awaitDevices: () => dynamic.awaitRows('device'),
    settling: () => dynamic.asking(),
    expectGroups() {
      users.table.expectQuestions();
      devices.table.expectQuestions();
    },
    trim: () => atOnce(trimming()),
    trimming,
    save(out) {
      users.save(out.within('users'));
      devices.save(out.within('devices'));
      managed.save(out.within('managed'));
      groups.save(out.within('groups'));
      silent.save(out.within('closure'));
      dynamic.save(out.within('dynamic'));
      targeting.save(out.within('targeting'));
      out.json(
        'parked',
        [...parked].map(([group, members]) => [group, [...members.values()]]),
      );
      out.json(
        'reports',
        [...reports].map(([manager, persons]) => [manager, [...persons]]),
      );
    },
    load(from) {
      users.load(from.within('users'));
      devices.load(from.within('devices'));
      managed.load(from.within('managed'));
      groups.load(from.within('groups'));
      silent.load(from.within('closure'));
      dynamic.load(from.within('dynamic'));
      targeting.load(from.within('targeting'));
      for (const [group, members] of from.json('parked') as readonly (readonly [number, readonly EngineObject[]])[]) {
        const waiting = parkedOf(group);
        for (const member of members) waiting.set(`${member.kind}:${member.id}`, member);
      }
      for (const [manager, persons] of from.json('reports') as readonly (readonly [string, readonly string[]])[]) {
        reports.set(manager, new Set(persons));
      }
    },
  };

  function parkedOf(group: number): Map<string, EngineObject> {
    const waiting = parked.get(group) ?? new Map<string, EngineObject>();
    parked.set(group, waiting);
    return waiting;
  }

  function parkMembers(group: number): void {
    for (const kind of ['user', 'device', 'group'] as const) {
      for (const member of list(kind, closure.directMembers(group, kind))) {
        parkedOf(group).set(`${kind}:${member.id}`, member);
        const ordinal = ordinalOf(member);
        if (ordinal !== undefined) closure.removeMember(group, kind, ordinal);
      }
    }
  }

  function unparkMembers(group: number): void {
    for (const member of parked.get(group)?.values() ?? []) {
      const ordinal = member.kind === 'group' ? groups.intern(member.id) : ordinalOf(member);
      if (ordinal !== undefined) closure.addMember(group, member.kind, ordinal);
    }
    parked.delete(group);
  }
}

/** The closure, every change of a membership told beforehand. Whoever takes a whole group away tells of it himself. */
function observed(closure: GroupClosure, upkeep: TargetingUpkeep): GroupClosure {
  return {
    ...closure,
    addMember(group, kind, member) {
      upkeep.membershipChanges(group, kind, member);
      return closure.addMember(group, kind, member);
    },
    fillGroup(group, kind, members) {
      // As a change of nesting: of whoever is behind the group, not of each member.
      upkeep.membershipChanges(group, 'group', group);
      closure.fillGroup(group, kind, members);
    },
    removeMember(group, kind, member) {
      upkeep.membershipChanges(group, kind, member);
      return closure.removeMember(group, kind, member);
    },
    removeFromAll(kind, member) {
      forEach(closure.directParents(kind, member), (group) => upkeep.membershipChanges(group, kind, member));
      closure.removeFromAll(kind, member);
    },
  };
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

interface Ids {
  /** The ordinal of an id, given out when it has none. */
  intern(id: string): number;
  ordinalOf(id: string): number | undefined;
  idOf(ordinal: number): string;
  remove(id: string): void;
  save(out: SnapshotWriter): void;
  load(from: SnapshotReader): void;
}

function createIds(): Ids {
  const ids = createIdIndex();
  let free: number[] = [];
  let count = 0;
  return {
    intern(id) {
      const known = ids.ordinalOf(id);
      if (known !== undefined) return known;
      const ordinal = free.pop() ?? count++;
      ids.put(id, ordinal);
      return ordinal;
    },
    ordinalOf: ids.ordinalOf,
    idOf: ids.idOf,
    remove(id) {
      const ordinal = ids.ordinalOf(id);
      if (ordinal === undefined) return;
      ids.clear(ordinal);
      free.push(ordinal);
    },
    save(out) {
      ids.save(out);
      out.json('free', free);
      out.json('count', count);
    },
    load(from) {
      ids.load(from);
      free = from.json('free') as number[];
      count = from.json('count') as number;
    },
  };
}
