import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLab, TENANT } from '../../tests/support/in-process.js';
import { storeResident } from '../domain/store-resident.js';
import { systemClock } from '../kernel/clock.js';
import type { JsonObject } from '../kernel/json.js';
import { createResolution } from './resolution.js';
import { memorySnapshots } from './testing/memory-snapshots.js';
import { threadsHere } from './testing/threads-here.js';

const guid = (family: number, n: number) => `${String(family).repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const user = (n: number) => guid(1, n);
const device = (n: number) => guid(2, n);
const group = (n: number) => guid(3, n);
const departments = ['Sales', 'Finance', 'IT', null];
const rules = [
  'user.department -eq "Sales"',
  'user.department -ne "IT" -and user.accountEnabled -eq true',
  'device.deviceOSType -startsWith "Win"',
  `user.memberOf -any (group.objectId -in ["${group(0)}"])`,
  `Direct Reports for "${user(0)}"`,
  'not a rule',
];

type Step =
  | { readonly do: 'user'; readonly n: number; readonly department: number; readonly enabled: boolean }
  | { readonly do: 'device'; readonly n: number; readonly windows: boolean }
  | { readonly do: 'group'; readonly n: number; readonly rule: number; readonly on: boolean }
  | { readonly do: 'member' | 'leave'; readonly group: number; readonly kind: number; readonly n: number }
  | { readonly do: 'manager' | 'noManager'; readonly n: number; readonly of: number }
  | { readonly do: 'delete'; readonly kind: number; readonly n: number };

const small = fc.nat(4);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('user' as const), n: small, department: fc.nat(3), enabled: fc.boolean() }),
  fc.record({ do: fc.constant('device' as const), n: small, windows: fc.boolean() }),
  fc.record({ do: fc.constant('group' as const), n: small, rule: fc.integer({ min: -2, max: rules.length - 1 }), on: fc.boolean() }),
  fc.record({ do: fc.constantFrom('member' as const, 'leave' as const), group: small, kind: fc.nat(2), n: small }),
  fc.record({ do: fc.constantFrom('manager' as const, 'noManager' as const), n: small, of: fc.nat(1) }),
  fc.record({ do: fc.constant('delete' as const), kind: fc.nat(2), n: small }),
);

const SETS = ['users', 'devices', 'groups'] as const;
const idOf = [user, device, group] as const;

describe('the resident engine', () => {
  it('answers as the store does, whatever happened, from the first change or from the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 15, maxLength: 60, size: 'max' }), fc.nat(60), async (history, savedAt) => {
        const lab = await openLab();
        const snapshots = { files: memorySnapshots(), log: (message: string) => void logged.push(message) };
        const logged: string[] = [];
        const resolution = createResolution(lab.store, systemClock, { snapshots });
        const early = resolution.resident(TENANT);
        await early.groupsOf({ set: 'users', id: user(0) }, true);
        const base = { tenant: TENANT, actor: {}, at: '2026-01-01T00:00:00Z', expect: [] };
        for (const [at, step] of history.entries()) {
          if (at === Math.min(savedAt, history.length - 1)) expect(await resolution.save(TENANT)).toBe(true);
          if (step.do === 'user') {
            await lab.put('users', 'user', user(step.n), {
              department: departments[step.department] ?? null,
              accountEnabled: step.enabled,
            });
          } else if (step.do === 'device') {
            await lab.put('devices', 'device', device(step.n), { operatingSystem: step.windows ? 'Windows' : 'iPhone' });
          } else if (step.do === 'group') {
            const filled: JsonObject =
              step.rule < 0
                ? { groupTypes: [] }
                : {
                    groupTypes: ['DynamicMembership'],
                    membershipRule: rules[step.rule],
                    membershipRuleProcessingState: step.on ? 'On' : 'Paused',
                  };
            await lab.put('groups', 'group', group(step.n), filled);
          } else if (step.do === 'delete') {
            // As the domain deletes: with every link to and from the object.
            const [set, id] = [SETS[step.kind] as string, (idOf[step.kind] as typeof user)(step.n)];
            const links = [
              ...(await lab.store.links(TENANT, { kind: 'members', to: id })),
              ...(await lab.store.links(TENANT, { kind: 'members', from: id })),
              ...(await lab.store.links(TENANT, { kind: 'manager', to: id })),
              ...(await lab.store.links(TENANT, { kind: 'manager', from: id })),
            ];
            const unlinks = links.map((link) => ({ kind: 'unlink' as const, link }));
            await lab.store.commit({ ...base, operations: [...unlinks, { kind: 'delete', key: { set, parent: '', id } }] });
          } else {
            const link =
              'of' in step
                ? { kind: 'manager', from: user(step.n), to: user(step.of), toSet: 'users' }
                : {
                    kind: 'members',
                    from: group(step.group),
                    to: (idOf[step.kind] as typeof user)(step.n),
                    toSet: SETS[step.kind] as string,
                  };
            const [from, to] = await lab.store.read(TENANT, [
              { set: link.kind === 'manager' ? 'users' : 'groups', parent: '', id: link.from },
              { set: link.toSet, parent: '', id: link.to },
            ]);
            if (from === undefined || to === undefined || link.from === link.to) continue;
            const lays = step.do === 'member' || step.do === 'manager';
            await lab.store.commit({ ...base, operations: [{ kind: lays ? 'link' : 'unlink', link }] });
          }
        }
        const late = createResolution(lab.store, systemClock).resident(TENANT);
        const restored = createResolution(lab.store, systemClock, { snapshots }).resident(TENANT);
        const threads = { ...threadsHere(lab.store), worthObjects: 1, log: snapshots.log };
        const helped = createResolution(lab.store, systemClock, { threads }).resident(TENANT);
        const oracle = storeResident(lab.store, TENANT, Date.now());
        for (let n = 0; n < 5; n++) {
          const [stored] = await lab.store.read(TENANT, [{ set: 'groups', parent: '', id: group(n) }]);
          for (const resident of [early, late, restored, helped]) {
            if (stored !== undefined) {
              expect(await resident.dynamicMembers(group(n))).toEqual(await oracle.dynamicMembers(group(n)));
              expect(await resident.transitiveMembers(group(n))).toEqual(await oracle.transitiveMembers(group(n)));
            }
            for (const [kind, set] of SETS.entries()) {
              const object = { set, id: (idOf[kind] as typeof user)(n) };
              const [there] = await lab.store.read(TENANT, [{ set, parent: '', id: object.id }]);
              if (there === undefined) continue;
              for (const transitive of [false, true]) {
                expect(await resident.groupsOf(object, transitive)).toEqual(await oracle.groupsOf(object, transitive));
              }
            }
          }
        }
        expect(logged).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
