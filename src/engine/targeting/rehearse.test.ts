import { expect, it } from 'vitest';
import { createTenantEngine } from '../tenant-engine.js';

const member = { kind: 'device', id: 'd' } as const;

/** Device m in group a through its directory device; the policy p is assigned to a. */
function engineWithOne() {
  const engine = createTenantEngine(() => 0, { singlyFrom: 0 });
  engine.putDevice('d', { id: 'd', deviceId: 'n' });
  engine.putManagedDevice('m', { id: 'm', azureADDeviceId: 'n', operatingSystem: 'Windows' });
  for (const group of ['a', 'b']) engine.putGroup(group, { id: group });
  engine.addMember('a', { kind: 'device', id: 'd' });
  engine.targeting.putPolicy({ id: 'p', platforms: undefined, rules: [] });
  assign(engine, 'a');
  return engine;
}

function assign({ targeting }: ReturnType<typeof createTenantEngine>, groupId: string) {
  targeting.putAssignment('p', { id: 'p_1', target: { kind: 'group', groupId, excluded: false }, intent: 'apply', filter: undefined });
}

// The group is no target any more when its member leaves, and nobody has asked yet what it reaches.
it('knows what a policy was before its assignment moved away from a group that then changes', () => {
  const engine = engineWithOne();
  const { steps, total } = engine.targeting.rehearse(
    [() => assign(engine, 'b'), () => engine.removeMember('a', member), () => engine.addMember('b', member)],
    () => {
      engine.removeMember('b', member);
      engine.addMember('a', member);
      assign(engine, 'a');
    },
    // Findings would ask what the group reaches.
    { findings: false },
  );
  expect(steps.map(({ gained, lost }) => [gained.count, lost.count])).toEqual([
    [0, 1],
    [0, 0],
    [1, 0],
  ]);
  expect([total.gained.count, total.lost.count]).toEqual([0, 0]);
});

it('knows it within one step, too', () => {
  const engine = engineWithOne();
  const both = engine.targeting.rehearse(
    [
      () => {
        assign(engine, 'b');
        engine.removeMember('a', member);
      },
    ],
    () => {
      engine.addMember('a', member);
      assign(engine, 'a');
    },
    // Findings would ask what the group reaches.
    { findings: false },
  );
  expect(both.total.lost.devices.page(0, 10).map(({ id }) => id)).toEqual(['m']);
  expect(engine.targeting.counts('p')?.applied).toBe(1);
});
