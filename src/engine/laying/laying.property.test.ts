import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { managedDeviceColumns, managedDeviceForm, managedDeviceRow } from '../columns/managed-device.js';
import { type Column, createTable, type RowValues, type Table } from '../columns/table.js';
import { isReadOf } from '../read-members.js';
import { columnSpecs, deviceColumns, rowForm, type Subject, userColumns } from '../rules/dynamic/index.js';
import { createHandedWriter, readHanded } from '../snapshot/handed.js';
import type { SnapshotReader } from '../snapshot/sections.js';
import type { PolicyTarget } from '../targeting/index.js';
import { createTenantEngine, type TenantEngine } from '../tenant-engine.js';
import type { LaidKind } from './lay-rows.js';
import { type ApartKind, createObjectsApart } from './objects-apart.js';
import type { RowForm } from './row-form.js';
import { createRowReader } from './row-reader.js';
import { frameOf, rowsOf } from './testing/framed-samples.js';

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
const guid = (n: number) => `${hex(n * 0x9e37 + 1, 8)}-0000-4000-8000-${hex(n, 12)}`;

/** Texts as people write them, and what might be taken for something else. */
const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('Sales', 'Sales Europe', 'sales', 'IT', 'x'.repeat(60), 'Windows', 'company', 'true', 'null', '7'),
  },
  { weight: 1, arbitrary: fc.constantFrom('', 'Zürich', '中文', 'a"b', 'back\\slash', 'line\nend', '\u{1f600}', 'Kelvin \u212a') },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 99999 }).map((n) => `host-${n}`) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 }).map(guid) },
);
const odd = fc.constantFrom<JsonValue>(null, true, false, 0, 1.5, [], {}, ['a', 'b'], [null, 3]);
const plan = fc.record({
  capabilityStatus: fc.constantFrom('Enabled', 'Deleted'),
  service: fc.constantFrom('SCO', 'exchange'),
  servicePlanId: fc.constantFrom('c1ec4a95-1f05-45b3-a911-aa3fa01094f5', 'efb87545-963c-4e0d-99df-69c6916d9eb0'),
});
const attributes = fc.record({ extensionAttribute1: text, extensionAttribute7: fc.oneof(text, odd) }, { requiredKeys: [] });

const oneOf = (...values: readonly JsonValue[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: fc.oneof(text, odd) });
const some = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.record(members, { requiredKeys: [] }) as unknown as fc.Arbitrary<JsonObject>;
const texts = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: odd })]));

const USER = some({
  ...texts('department', 'displayName', 'mail', 'userPrincipalName', 'id', 'city', 'faxNumber', 'userType', 'jobTitle'),
  accountEnabled: oneOf(true, false),
  onPremisesSyncEnabled: oneOf(true, false),
  employeeHireDate: oneOf('2024-03-01T08:00:00Z', '1999-12-31'),
  imAddresses: fc.oneof(fc.array(text, { maxLength: 2 }), odd),
  onPremisesSipInfo: oneOf({ sipPrimaryAddress: 'sip:a' }, { sipPrimaryAddress: null }),
  businessPhones: fc.oneof(fc.array(text, { maxLength: 2 }), odd),
  otherMails: fc.oneof(fc.array(text, { maxLength: 2 }), odd),
  assignedPlans: fc.oneof(fc.array(plan, { maxLength: 3 }), odd),
  onPremisesExtensionAttributes: fc.oneof(attributes, odd),
});
const DEVICE = some({
  ...texts('deviceCategory', 'deviceId', 'displayName', 'manufacturer', 'model', 'operatingSystem', 'trustType', 'id'),
  accountEnabled: oneOf(true, false),
  isRooted: oneOf(true, false),
  systemLabels: fc.oneof(fc.array(text, { maxLength: 2 }), odd),
  physicalIds: fc.oneof(fc.array(text, { maxLength: 2 }), odd),
  extensionAttributes: fc.oneof(attributes, odd),
});
const MANAGED = some({
  ...texts(
    'deviceName',
    'manufacturer',
    'model',
    'deviceCategoryDisplayName',
    'enrollmentProfileName',
    'userPrincipalName',
    'id',
    'osVersion',
  ),
  operatingSystem: oneOf('Windows', 'iOS', 'macOS', 'Android', 'AndroidAOSP', 'Linux', ' windows '),
  deviceEnrollmentType: oneOf('androidEnterpriseDedicatedDevice', 'userEnrollment', 'androidAOSPUserlessDeviceEnrollment'),
  managementAgent: oneOf('mdm', 'googleCloudDevicePolicyController', 'intuneAosp'),
  deviceType: oneOf('androidForWork', 'androidnGMS', 'windowsRT'),
  managedDeviceOwnerType: oneOf('company', 'personal'),
  ownerType: oneOf('company', 'personal'),
  jailBroken: oneOf('True', 'Unknown'),
  joinType: oneOf('azureADJoined', 'unknown'),
  skuNumber: oneOf(4, 48),
  processorArchitecture: oneOf('x64', 'arM64'),
  azureADRegistered: oneOf(true, false),
  aadRegistered: oneOf(true, false),
  deviceHealthAttestationState: oneOf({ attestationIdentityKey: 'k' }, { attestationIdentityKey: null }),
  userId: oneOf(guid(1), guid(2), '', 'nobody'),
  azureADDeviceId: oneOf(guid(3), guid(4), ''),
  azureActiveDirectoryDeviceId: oneOf(guid(3), guid(4), ''),
});

interface Kind {
  readonly kind: LaidKind;
  readonly objects: fc.Arbitrary<JsonObject>;
  readonly form: Omit<RowForm, 'names'>;
  table(): Table;
  row(object: JsonObject): RowValues;
}

const ofSubject = (subject: Subject, objects: fc.Arbitrary<JsonObject>, row: (object: JsonObject) => RowValues): Kind => ({
  kind: subject,
  objects,
  form: rowForm(subject),
  table: () => createTable(columnSpecs(subject), 4),
  row,
});
const KINDS: readonly Kind[] = [
  ofSubject('user', USER, (user) => userColumns(user)),
  ofSubject('device', DEVICE, deviceColumns),
  {
    kind: 'managedDevice',
    objects: MANAGED,
    form: managedDeviceForm,
    table: () => createTable(managedDeviceColumns, 4),
    row: managedDeviceRow,
  },
];

function cell(column: Column, row: number): unknown {
  if (column.kind === 'text') return column.text(row);
  return column.kind === 'boolean' || column.kind === 'number' ? column.value(row) : column.elements(row);
}

const isAscii = (object: JsonObject) => /^[\0-\x7f]*$/.test(JSON.stringify(object));

describe('rows laid out of bytes', () => {
  it.each(KINDS)('$kind: have the cells that the same objects as JSON have', ({ kind, objects, form, table, row }) => {
    const wanted = (name: string) => isReadOf(kind, name);
    fc.assert(
      fc.property(objects, fc.array(fc.array(objects, { minLength: 1, maxLength: 12 }), { maxLength: 6 }), (defaults, batches) => {
        const laid = table();
        const set = table();
        const reader = createRowReader({ ...form, names: [] }, laid, wanted);
        const full = Object.fromEntries(batches.flat().flatMap((object) => Object.keys(object).map((name) => [name, null] as const)));
        const frames = [frameOf({ ...full, ...defaults }), frameOf(full)];
        let next = 0;
        for (const [index, batch] of batches.entries()) {
          const frame = frames[index % 2]!;
          const isRead = reader.read(rowsOf(batch.map((members, at) => ({ id: guid(at), frame, members }))));
          const ordinals = Int32Array.from(batch, (_, at) => (isRead[at] === 1 ? next++ : -1));
          for (const ordinal of ordinals) if (ordinal >= 0) laid.wake(ordinal);
          reader.write(ordinals);
          for (const [at, members] of batch.entries()) {
            // Whatever is ASCII can be read.
            if (isAscii(members)) expect(isRead[at]).toBe(1);
            const whole = { ...(JSON.parse(frame.text) as JsonObject), ...members };
            if (ordinals[at]! >= 0) set.set(ordinals[at]!, row(whole));
          }
        }
        for (let ordinal = 0; ordinal < next; ordinal += 1) {
          for (const column of set.columns) {
            expect([ordinal, column.name, cell(laid.column(column.name)!, ordinal)]).toEqual([ordinal, column.name, cell(column, ordinal)]);
          }
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 150) },
    );
  });

  it('are right where each has values of its own', () => {
    const table = createTable(columnSpecs('device'));
    const reader = createRowReader({ ...rowForm('device'), names: [] }, table, (name) => isReadOf('device', name));
    const frame = frameOf({ physicalIds: [], extensionAttributes: null, displayName: null });
    const membersOf = (n: number): JsonObject => ({
      physicalIds: [`[OrderId]:${n}`, 'x'],
      extensionAttributes: { extensionAttribute3: `centre ${n % 9000}` },
      displayName: `host ${n}`,
    });
    const count = 10_000;
    for (let from = 0; from < count; from += 100) {
      const some = Array.from({ length: 100 }, (_, index) => ({ id: guid(from + index), frame, members: membersOf(from + index) }));
      const isRead = reader.read(rowsOf(some));
      expect(isRead.every((flag) => flag === 1)).toBe(true);
      const ordinals = Int32Array.from(some, (_, index) => from + index);
      for (const ordinal of ordinals) table.wake(ordinal);
      reader.write(ordinals);
    }
    const [ids, attribute] = [table.column('devicePhysicalIds')!, table.column('extensionAttribute3')!];
    const wrong = Array.from({ length: count }, (_, n) => n).filter(
      (n) => JSON.stringify([cell(ids, n), cell(attribute, n)]) !== JSON.stringify([[`[OrderId]:${n}`, 'x'], `centre ${n % 9000}`]),
    );
    expect(wrong).toEqual([]);
  });
});

describe('an engine that is told rows', () => {
  const RULES = [
    '(user.department -eq "Sales")',
    '(user.assignedPlans -any (assignedPlan.service -eq "SCO"))',
    '(device.displayName -startsWith "host")',
  ];
  const withIds = (kind: LaidKind, objects: readonly JsonObject[]) =>
    objects.map((object, index) => {
      // Users and directory devices have the ids and names that managed devices name; of two with one name, which is meant depends on the order.
      const id = kind === 'managedDevice' ? guid(100 + index) : guid(index);
      return {
        id,
        members: { ...object, id, ...(kind === 'device' ? { deviceId: index % 3 > 0 ? id : `Name ${index}` } : {}) } as JsonObject,
      };
    });

  /** Put on another thread, some of them as JSON. */
  const apart = (kind: ApartKind, full: JsonObject, objects: ReturnType<typeof withIds>): SnapshotReader => {
    const made = createObjectsApart(kind);
    const frame = frameOf(full);
    made.putRows(rowsOf(objects.flatMap(({ id, members }, index) => (index % 4 === 3 ? [] : [{ id, frame, members }]))));
    for (const [index, { id, members }] of objects.entries()) if (index % 4 === 3) made.put(id, { ...full, ...members });
    const out = createHandedWriter();
    made.save(out);
    return readHanded(structuredClone(out.sections, { transfer: [...out.memory()] }));
  };

  it('answers as one that is told the same objects one by one', () => {
    fc.assert(
      fc.property(
        fc.array(USER, { maxLength: 12 }),
        fc.array(DEVICE, { maxLength: 12 }),
        fc.array(MANAGED, { maxLength: 12 }),
        (users, devices, managed) => {
          const [told, rows, adopting] = [createTenantEngine(() => 0), createTenantEngine(() => 0), createTenantEngine(() => 0)];
          for (const [kind, objects] of [
            ['user', withIds('user', users)],
            ['device', withIds('device', devices)],
            ['managedDevice', withIds('managedDevice', managed)],
          ] as const) {
            const full = Object.fromEntries(objects.flatMap(({ members }) => Object.keys(members).map((name) => [name, null] as const)));
            const frame = frameOf(full);
            const tell = (engine: TenantEngine, { id, members }: (typeof objects)[number]) => {
              const whole = { ...full, ...members };
              if (kind === 'user') engine.putUser(id, whole);
              else if (kind === 'device') engine.putDevice(id, whole);
              else engine.putManagedDevice(id, whole);
            };
            for (const object of objects) tell(told, object);
            const asRows = rowsOf(objects.map(({ id, members }) => ({ id, frame, members })));
            if (kind === 'user') adopting.putRows(kind, asRows);
            else adopting.adopt(kind, apart(kind, full, objects));
            // Some are known already.
            for (const object of objects.filter((_, index) => index % 5 === 4)) tell(rows, object);
            rows.putRows(kind, asRows);
          }
          const answers = [told, rows, adopting].map((engine) => {
            for (const [index, rule] of RULES.entries()) {
              engine.putGroup(guid(200 + index), {
                groupTypes: ['DynamicMembership'],
                membershipRuleProcessingState: 'On',
                membershipRule: rule,
              });
            }
            const targets: readonly PolicyTarget[] = [
              { kind: 'allUsers' },
              ...RULES.map((_, index) => ({ kind: 'group', groupId: guid(200 + index), excluded: false }) as const),
            ];
            for (const [index, target] of targets.entries()) {
              engine.targeting.putPolicy({ id: guid(300 + index), platforms: undefined, rules: [] });
              engine.targeting.putAssignment(guid(300 + index), { id: 'a', target, intent: 'apply', filter: undefined });
            }
            return {
              members: RULES.map((_, index) =>
                engine
                  .dynamicMembers(guid(200 + index))
                  ?.map(({ id }) => id)
                  .sort(),
              ),
              devices: targets.map((_, index) => {
                const found = engine.targeting.devicesWith(guid(300 + index), 'applied')?.page(0, 100) ?? [];
                return found.map((device) => JSON.stringify(device)).sort();
              }),
            };
          });
          expect(answers[1]).toEqual(answers[0]);
          expect(answers[2]).toEqual(answers[0]);
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 60) },
    );
  });
});
