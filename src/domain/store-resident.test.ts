import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLab, TENANT } from '../../tests/support/in-process.js';
import type { CompiledFilter, ObjectRef } from './resident.js';
import { storeResident } from './store-resident.js';

const NOW = Date.parse('2026-03-01T08:00:00Z');

const at = (lab: Awaited<ReturnType<typeof openLab>>) => storeResident(lab.store, TENANT, NOW);
const text = (refs: readonly ObjectRef[] | undefined) => refs?.map(({ set, id }) => `${set}/${id}`);

describe('the store as resident engine', () => {
  it('follows nesting, rules and cycles', async () => {
    const lab = await openLab();
    await lab.put('groups', 'group', 'a', { displayName: 'A' });
    await lab.put('groups', 'group', 'b', { displayName: 'B' });
    await lab.put('groups', 'group', 'd', {
      groupTypes: ['DynamicMembership'],
      membershipRule: 'user.city -eq "Ulm"',
      membershipRuleProcessingState: 'On',
    });
    await lab.put('users', 'user', 'u1', { city: 'Ulm' });
    await lab.put('users', 'user', 'u2', { city: 'Bonn' });
    await lab.put('devices', 'device', 'x', {});
    const member = (from: string, set: string, to: string) => lab.link({ kind: 'members', from, to, toSet: set });
    await member('a', 'groups', 'b');
    await member('b', 'groups', 'a');
    await member('b', 'groups', 'd');
    await member('b', 'devices', 'x');
    // Left from before the rule took over.
    await member('d', 'users', 'u2');

    const resident = at(lab);
    expect(text(await resident.dynamicMembers('d'))).toEqual(['users/u1']);
    expect(await resident.dynamicMembers('a')).toBeUndefined();
    expect(await resident.dynamicMembers('nothing')).toBeUndefined();
    expect(text(await resident.transitiveMembers('a'))).toEqual(['groups/b', 'groups/d', 'users/u1', 'devices/x']);
    expect(await resident.groupsOf({ set: 'users', id: 'u1' }, false)).toEqual(['d']);
    expect(await resident.groupsOf({ set: 'users', id: 'u1' }, true)).toEqual(['a', 'b', 'd']);
    expect(await resident.groupsOf({ set: 'users', id: 'u2' }, true)).toEqual([]);
    expect(await resident.groupsOf({ set: 'groups', id: 'a' }, true)).toEqual(['b']);
  });

  it('a paused group, and one whose rule cannot be read, are filled by nothing', async () => {
    const lab = await openLab();
    const dynamic = { groupTypes: ['DynamicMembership'], membershipRule: 'user.city -eq "Ulm"', membershipRuleProcessingState: 'Paused' };
    await lab.put('users', 'user', 'u', { city: 'Ulm' });
    await lab.put('groups', 'group', 'paused', dynamic);
    await lab.put('groups', 'group', 'broken', { ...dynamic, membershipRule: 'nonsense', membershipRuleProcessingState: 'On' });
    expect(await at(lab).dynamicMembers('paused')).toBeUndefined();
    expect(await at(lab).dynamicMembers('broken')).toEqual([]);
    expect(await at(lab).groupsOf({ set: 'users', id: 'u' }, true)).toEqual([]);
  });

  it('members downward are groups upward', async () => {
    const groups = ['a', 'b', 'c', 'd'];
    const edges = fc.array(fc.tuple(fc.constantFrom(...groups), fc.constantFrom(...groups, 'u')), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(edges, async (links) => {
        const lab = await openLab();
        for (const id of groups) await lab.put('groups', 'group', id, {});
        await lab.put('users', 'user', 'u', {});
        for (const [from, to] of links) await lab.link({ kind: 'members', from, to, toSet: to === 'u' ? 'users' : 'groups' });
        const resident = at(lab);
        for (const group of groups) {
          for (const member of await resident.transitiveMembers(group)) expect(await resident.groupsOf(member, true)).toContain(group);
        }
        for (const id of await resident.groupsOf({ set: 'users', id: 'u' }, true)) {
          expect(text(await resident.transitiveMembers(id))).toContain('users/u');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('lists the devices of a platform that a filter accepts, by name', async () => {
    const lab = await openLab();
    const put = (id: string, given: object) => lab.put('deviceManagement/managedDevices', 'managedDevice', id, given as never);
    await put('1', { deviceName: 'pc-b', operatingSystem: 'Windows' });
    await put('2', { deviceName: 'PC-A', operatingSystem: 'Windows' });
    await put('3', { deviceName: 'pc-c', operatingSystem: 'iOS' });
    await put('4', { deviceName: 'other', operatingSystem: 'Windows' });
    const rule: CompiledFilter = {
      text: '(device.deviceName -startsWith "pc")',
      accepts: (device) => String(device.deviceName).toLowerCase().startsWith('pc'),
    };
    expect(await at(lab).devicesMatching(rule, 'windows10AndLater')).toEqual(['2', '1']);
    expect(await at(lab).devicesMatching(rule, 'iOS')).toEqual(['3']);
  });
});
