import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../kernel/json.js';
import { isReadOf } from './read-members.js';
import { createTenantEngine, type TenantEngine } from './tenant-engine.js';

/** An object that notes which of its members are asked for. */
function watched(members: JsonObject, asked: Set<string>): JsonObject {
  return new Proxy(members, {
    get(target, name) {
      if (typeof name === 'string') asked.add(name);
      return Reflect.get(target, name) as unknown;
    },
    getOwnPropertyDescriptor(target, name) {
      if (typeof name === 'string') asked.add(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
}

const id = '00000000-0000-4000-8000-000000000001';
const extension = 'extension_0123456789abcdef0123456789abcdef_Site';
const tells: readonly [Parameters<typeof isReadOf>[0], (engine: TenantEngine, object: JsonObject) => void, readonly JsonObject[]][] = [
  ['user', (engine, object) => engine.putUser(id, object), [{ id }, { id, [extension]: 'x' }, { department: 'IT', assignedPlans: [] }]],
  ['device', (engine, object) => engine.putDevice(id, object), [{ id }, { operatingSystem: 'Windows', deviceId: id }]],
  [
    'group',
    (engine, object) => engine.putGroup(id, object),
    [{}, { groupTypes: ['DynamicMembership'], membershipRuleProcessingState: 'On' }],
  ],
  [
    'managedDevice',
    (engine, object) => engine.putManagedDevice(id, object),
    ['Windows', 'iOS', 'macOS', 'Android', 'Linux'].flatMap((operatingSystem) => [
      { operatingSystem },
      { operatingSystem, deviceEnrollmentType: 'androidEnterpriseDedicatedDevice', managementAgent: 'googleCloudDevicePolicyController' },
      {
        operatingSystem,
        deviceEnrollmentType: 'userEnrollment',
        deviceType: 'androidForWork',
        skuNumber: 4,
        managedDeviceOwnerType: 'company',
      },
      { operatingSystem, userId: id, azureADDeviceId: id },
    ]),
  ],
];

describe('what an engine reads of an object', () => {
  it.each(tells)('%s: is what it says it reads', (kind, tell, objects) => {
    const asked = new Set<string>();
    for (const object of objects)
      tell(
        createTenantEngine(() => 0),
        watched(object, asked),
      );
    expect(asked.size).toBeGreaterThan(2);
    expect([...asked].filter((name) => !isReadOf(kind, name))).toEqual([]);
  });
});
