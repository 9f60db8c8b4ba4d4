/**
 * The resident engine's answers computed from the store at each call: slow, plain, and free of state. It serves where no engine runs, and
 * is what the engine is tested against.
 */

import { type ColumnTest, passes } from '../engine/columns/column-test.js';
import { managedDeviceRow, platformOfDevice } from '../engine/columns/managed-device.js';
import type { JsonObject } from '../kernel/json.js';
import type { Reader, StoredEntity } from '../storage/store.js';
import { membersByRule, objectAcceptedBy } from './directory/membership-rule.js';
import { byId, GROUPS, isDirectorySet, isFilledByRule, objectKey, parsed } from './directory/objects.js';
import type { Memberships, ObjectRef } from './resident.js';

const MANAGED_DEVICES = 'deviceManagement/managedDevices';

/** @param now what `system.now` says in a membership rule, milliseconds since the epoch */
export function storeResident(reader: Reader, tenant: string, now: number): Memberships {
  const source = { reader, tenant, now };

  const wholeSet = async (set: string): Promise<readonly StoredEntity[]> =>
    (await reader.list(tenant, { set, parent: '', filter: undefined, orderBy: [], skip: 0, limit: undefined, count: false })).entities;

  const linkedMembers = async (groupId: string): Promise<readonly ObjectRef[]> =>
    (await reader.links(tenant, { kind: 'members', from: groupId })).flatMap(({ to: id, toSet: set }) =>
      isDirectorySet(set) ? [{ set, id }] : [],
    );

  const dynamicMembers: Memberships['dynamicMembers'] = async (groupId) => {
    const [group] = await reader.read(tenant, [{ set: GROUPS, parent: '', id: groupId }]);
    const json = group === undefined ? undefined : parsed(group);
    if (json === undefined || !isFilledByRule(json)) return undefined;
    return [...(await membersByRule(String(json.membershipRule ?? ''), source))].sort(byId);
  };

  const members = async (groupId: string): Promise<readonly ObjectRef[]> =>
    (await dynamicMembers(groupId)) ?? (await linkedMembers(groupId));

  /** Groups that hold an object directly; `dynamic` is read once for a whole walk. */
  const holders = async (object: ObjectRef, dynamic: ReadonlyMap<string, string>): Promise<readonly string[]> => {
    const links = await reader.links(tenant, { kind: 'members', to: object.id });
    // Links of a group that its rule fills are left from before and do not count.
    const found = new Set(links.flatMap(({ from, toSet }) => (toSet === object.set && !dynamic.has(from) ? [from] : [])));
    if (dynamic.size > 0 && object.set !== 'groups') {
      const [stored] = await reader.read(tenant, [objectKey(object)]);
      if (stored === undefined) return [];
      for (const [groupId, rule] of dynamic) if (await objectAcceptedBy(rule, stored, source)) found.add(groupId);
    }
    found.delete(object.id);
    return [...found];
  };

  const dynamicGroups = async (): Promise<ReadonlyMap<string, string>> => {
    const rules = new Map<string, string>();
    for (const entity of await wholeSet(GROUPS)) {
      const json = parsed(entity);
      if (isFilledByRule(json)) rules.set(entity.id, String(json.membershipRule ?? ''));
    }
    return rules;
  };

  return {
    dynamicMembers,
    async transitiveMembers(groupId) {
      const seen = new Map<string, ObjectRef>();
      const waiting = [groupId];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        for (const member of await members(next)) {
          const key = `${member.set}/${member.id}`;
          if (seen.has(key) || (member.set === 'groups' && member.id === groupId)) continue;
          seen.set(key, member);
          if (member.set === 'groups') waiting.push(member.id);
        }
      }
      return [...seen.values()].sort(byId);
    },
    async groupsOf(object, transitive) {
      const dynamic = await dynamicGroups();
      const seen = new Set<string>();
      const waiting: ObjectRef[] = [object];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        for (const id of await holders(next, dynamic)) {
          if (seen.has(id) || (object.set === 'groups' && id === object.id)) continue;
          seen.add(id);
          if (transitive) waiting.push({ set: 'groups', id });
        }
      }
      return [...seen].sort();
    },
    async devicesMatching(rule, platform) {
      const matching = (await wholeSet(MANAGED_DEVICES))
        .map((entity) => ({ id: entity.id, json: parsed(entity) }))
        .filter(({ json }) => platformOfDevice(json) === platform && rule.accepts(json));
      return matching.sort((a, b) => compareText(nameOf(a.json), nameOf(b.json)) || compareText(a.id, b.id)).map(({ id }) => id);
    },
    async devicesWhere(test, skip, limit) {
      const ids = (await wholeSet(MANAGED_DEVICES))
        .filter((entity) => passesTest(managedDeviceRow(parsed(entity)), test))
        .map(({ id }) => id);
      return { total: ids.length, ids: ids.sort().slice(skip, skip + limit) };
    },
  };
}

function passesTest(row: Readonly<Record<string, string | null>>, test: ColumnTest): boolean {
  switch (test.kind) {
    case 'and':
      return passesTest(row, test.left) && passesTest(row, test.right);
    case 'or':
      return passesTest(row, test.left) || passesTest(row, test.right);
    case 'not':
      return !passesTest(row, test.operand);
    default: {
      const text = row[test.column] ?? null;
      return text !== null && passes(text, test);
    }
  }
}

function nameOf(device: JsonObject): string {
  return typeof device.deviceName === 'string' ? device.deviceName.toLowerCase() : '';
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
