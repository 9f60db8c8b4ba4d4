import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../columns/fold.js';
import { managedDeviceColumns } from '../columns/managed-device.js';
import { selectContaining, selectEqual, selectNull, selectPrefixed } from '../columns/select.js';
import { createTable } from '../columns/table.js';
import { type DeviceSet, toOrdinals } from '../device-set.js';
import { createGroupClosure } from '../group-closure.js';
import { createObjectRows, type ObjectRows } from '../object-rows.js';
import { throughBytes } from '../snapshot/format.js';
import { createTargeting } from './create-targeting.js';

/** Tables whose columns look for what they can repeat from a few texts on. */
const MANY = 3;
const texts = (...names: readonly string[]) =>
  createObjectRows(
    createTable(
      names.map((name) => ({ name, kind: 'text' })),
      MANY,
    ),
  );

function newTenant() {
  const users = texts('objectId', 'userPrincipalName');
  const devices = texts('deviceId', 'displayName');
  const managed = createObjectRows(createTable(managedDeviceColumns, MANY));
  const groups = { ordinalOf: () => undefined, idOf: () => '' };
  const targeting = createTargeting({ managed, users, devices, closure: createGroupClosure(1 << 20), groups });
  const parts = { users, devices, managed, targeting };
  return {
    ...parts,
    trim() {
      for (const part of [users, devices, managed, targeting]) part.trim();
    },
    reloaded() {
      const next = newTenant();
      for (const name of ['users', 'devices', 'managed', 'targeting'] as const) {
        next[name].load(throughBytes((out) => parts[name].save(out)));
      }
      return next;
    },
  };
}
type Tenant = ReturnType<typeof newTenant>;
type Texts = Readonly<Record<string, string | null>>;

const idOf = (n: number) => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;
const guidOf = (n: number) => `bbbbbbbb-0000-4000-8000-${String(n).padStart(12, '0')}`;

const PEOPLE = 12;
const person = fc.nat(PEOPLE);
/** Names are those of few, so that they meet; a device is the person's of its number, or another's, or nobody's. */
const name = fc.oneof(
  person.map((n) => `Name${n}`),
  fc.constantFrom('NAME1', 'é', 'É', 'K'),
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('user' as const), n: person, name: fc.option(name) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('device' as const), n: person, as: person, name: fc.option(name) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('managed' as const), n: person, user: person, device: person, alike: fc.boolean(), name }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('noUser' as const, 'noDevice' as const, 'noManaged' as const), n: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('trim' as const, 'save' as const), n: person }) },
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

interface Played {
  tenant: Tenant;
  readonly held: Readonly<Record<'users' | 'devices' | 'managed', Map<string, Texts>>>;
}

/** As the tenant engine tells its parts of it. */
function play({ tenant, held }: Played, each: Exclude<Step, { do: 'save' }>): void {
  const { users, devices, targeting } = tenant;
  const { upkeep } = targeting;
  const id = idOf(each.n);
  if (each.do === 'user') {
    const user = { id, objectId: id, userPrincipalName: each.name };
    held.users.set(id, user);
    upkeep.userPut(users.put(id, user).ordinal, id, user);
  } else if (each.do === 'device') {
    const device = { deviceId: each.as === PEOPLE ? 'No GUID' : guidOf(each.as), displayName: each.name };
    held.devices.set(id, device);
    upkeep.devicePut(devices.put(id, device).ordinal, id, { id, ...device });
  } else if (each.do === 'managed') {
    const shown = {
      deviceName: each.alike ? (held.devices.get(idOf(each.device))?.displayName ?? each.name) : each.name,
      userPrincipalName: each.alike ? (held.users.get(idOf(each.user))?.userPrincipalName ?? null) : each.name,
    };
    held.managed.set(id, shown);
    upkeep.putManagedDevice(id, { id, ...shown, userId: idOf(each.user), azureADDeviceId: guidOf(each.device) });
  } else if (each.do === 'noManaged') {
    held.managed.delete(id);
    upkeep.removeManagedDevice(id);
  } else if (each.do === 'noUser' || each.do === 'noDevice') {
    const rows = each.do === 'noUser' ? users : devices;
    const ordinal = rows.ordinalOf(id);
    if (ordinal === undefined) return;
    if (each.do === 'noUser') upkeep.userLeaves(ordinal, id);
    else upkeep.deviceLeaves(ordinal, id);
    rows.remove(id);
    (each.do === 'noUser' ? held.users : held.devices).delete(id);
  } else tenant.trim();
}

/** Everybody's name is `Name` and a number, everybody has a device that shows it, and its name is the directory's. */
function begun(people: number): Played {
  const played: Played = { tenant: newTenant(), held: { users: new Map(), devices: new Map(), managed: new Map() } };
  for (let n = 0; n < people; n += 1) {
    play(played, { do: 'user', n, name: `Name${n}` });
    play(played, { do: 'device', n, as: n, name: `Name${n}` });
    play(played, { do: 'managed', n, user: n, device: n, alike: true, name: 'none' });
  }
  played.tenant.trim();
  return played;
}

function expectColumn(rows: ObjectRows, held: ReadonlyMap<string, Texts>, column: string, probe: string): void {
  const texts = rows.table.textColumn(column)!;
  const ids = (set: DeviceSet) => [...toOrdinals(set)].map((ordinal) => rows.idOf(ordinal)).sort();
  const where = (accepts: (text: string | null) => boolean) =>
    [...held].flatMap(([id, row]) => (accepts(row[column] ?? null) ? [id] : [])).sort();
  const folded = foldText(probe);
  for (const [id, row] of held) {
    const ordinal = rows.ordinalOf(id)!;
    expect(texts.text(ordinal)).toBe(row[column] ?? null);
    expect(texts.code(ordinal) === 0).toBe(texts.text(ordinal) === null);
    if (texts.code(ordinal) !== 0) expect(texts.dictionary().folded(texts.code(ordinal))).toBe(foldText(row[column] ?? ''));
  }
  expect(ids(selectEqual(texts, [probe]))).toEqual(where((text) => text !== null && foldText(text) === folded));
  expect(ids(selectPrefixed(texts, probe))).toEqual(where((text) => text !== null && foldText(text).startsWith(folded)));
  expect(ids(selectContaining(texts, probe))).toEqual(where((text) => text !== null && foldText(text).includes(folded)));
  expect(ids(selectNull(texts))).toEqual(where((text) => text === null));
}

function wayOf(rows: ObjectRows, column: string): unknown {
  const at = rows.table.columns.findIndex(({ name: each }) => each === column);
  return throughBytes((out) => rows.table.save(out))
    .within(String(at))
    .json('way');
}

describe('columns that repeat across bridges', () => {
  it('equal ones with texts of their own, whatever comes, changes, goes and is tied anew', () => {
    fc.assert(
      fc.property(fc.nat(PEOPLE), fc.array(step, { maxLength: 60 }), fc.oneof(name, person.map(guidOf)), (people, steps, probe) => {
        const played = begun(people);
        for (const each of steps) {
          if (each.do === 'save') played.tenant = played.tenant.reloaded();
          else play(played, each as Exclude<Step, { do: 'save' }>);
        }
        const { tenant, held } = played;
        expectColumn(tenant.users, held.users, 'userPrincipalName', probe);
        expectColumn(tenant.managed, held.managed, 'userPrincipalName', probe);
        expectColumn(tenant.managed, held.managed, 'deviceName', probe);
        expectColumn(tenant.devices, held.devices, 'displayName', probe);
        expectColumn(tenant.devices, held.devices, 'deviceId', probe);
      }),
      { numRuns: 300 },
    );
  });

  it('keep nothing where all is alike', () => {
    const { tenant } = begun(PEOPLE);
    expect(wayOf(tenant.managed, 'userPrincipalName')).toBe('repeated');
    expect(wayOf(tenant.devices, 'displayName')).toBe('repeated');
    expect(wayOf(tenant.devices, 'deviceId')).toBe('ids');
    expect([wayOf(tenant.managed, 'deviceName'), wayOf(tenant.users, 'userPrincipalName')]).toEqual(['rows', 'rows']);
  });

  it('keep nothing of what comes later and is alike', () => {
    const played = begun(PEOPLE);
    play(played, { do: 'device', n: 40, as: 40, name: 'Name40' });
    play(played, { do: 'managed', n: 40, user: 3, device: 40, alike: true, name: 'none' });
    for (const [rows, column] of [
      [played.tenant.devices, 'deviceId'],
      [played.tenant.devices, 'displayName'],
      [played.tenant.managed, 'userPrincipalName'],
    ] as const) {
      const at = rows.table.columns.findIndex(({ name: each }) => each === column);
      expect(
        throughBytes((out) => rows.table.save(out))
          .within(String(at))
          .json('apart'),
        column,
      ).toEqual([]);
    }
  });

  it('name a directory device by the enrolled one tied last, not by the others', () => {
    const played = begun(PEOPLE);
    play(played, { do: 'managed', n: 5, user: 5, device: 0, alike: false, name: 'Last' });
    play(played, { do: 'device', n: 0, as: 0, name: 'Last' });
    expectColumn(played.tenant.devices, played.held.devices, 'displayName', 'Last');
    expectColumn(played.tenant.devices, played.held.devices, 'displayName', 'Name0');
  });
});
