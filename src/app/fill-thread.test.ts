import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab, TENANT } from '../../tests/support/in-process.js';
import { systemClock } from '../kernel/clock.js';
import { openSqliteScanner, openSqliteStore } from '../storage/sqlite/sqlite-store.js';
import { testTypes } from '../storage/testing/types.js';
import type { FillThreads } from './fill-thread.js';
import { createResolution } from './resolution.js';
import { threadsHere } from './testing/threads-here.js';

const guid = (family: number, n: number) => `${String(family).repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [BY_RULE, BY_HAND] = [guid(4, 1), guid(4, 2)];
const MANAGED = 'deviceManagement/managedDevices';
const DEVICES = 150;

describe('an engine that another thread helps to fill', () => {
  let directory: string;
  let lab: Lab;
  let scanner: Awaited<ReturnType<typeof openSqliteScanner>>;
  let policies: readonly string[];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fill-'));
    const path = join(directory, 'store.db');
    lab = await openLab({ store: await openSqliteStore({ path, types: testTypes }) });
    for (let n = 0; n < 20; n += 1) await lab.put('users', 'user', guid(1, n), { department: n % 2 === 0 ? 'Sales' : 'Zürich' });
    for (let n = 0; n < DEVICES; n += 1) {
      await lab.put('devices', 'device', guid(2, n), { deviceId: n % 7 === 0 ? `Name ${n}` : guid(3, n), displayName: `host-${n}` });
      await lab.put(MANAGED, 'managedDevice', guid(6, n), {
        // Some users are not there.
        userId: guid(1, n % 25),
        azureADDeviceId: n % 7 === 0 ? `Name ${n}` : guid(3, n),
        deviceName: n % 3 === 0 ? `Gerät ${n}` : `host-${n}`,
        operatingSystem: 'Windows',
      });
    }
    const rule = { membershipRule: 'device.displayName -startsWith "host-1"', membershipRuleProcessingState: 'On' };
    await lab.put('groups', 'group', BY_RULE, { groupTypes: ['DynamicMembership'], ...rule });
    await lab.put('groups', 'group', BY_HAND);
    for (let n = 0; n < 20; n += 3) await lab.link({ kind: 'members', from: BY_HAND, to: guid(1, n), toSet: 'users' });
    policies = await Promise.all(
      [BY_RULE, BY_HAND].map(async (groupId) => {
        const path = '/deviceManagement/deviceConfigurations';
        const type = '#microsoft.graph.windows10CustomConfiguration';
        const { body } = await lab.call('POST', path, { '@odata.type': type, displayName: groupId });
        const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId };
        await lab.call('POST', `${path}/${body.id}/assign`, { assignments: [{ target }] });
        return String(body.id);
      }),
    );
    scanner = await openSqliteScanner(path);
  });

  afterEach(async () => {
    await scanner.close();
    await lab.store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const answers = async (threads: FillThreads | undefined) => {
    const resident = createResolution(lab.store, systemClock, threads === undefined ? {} : { threads }).resident(TENANT);
    const reached = await resident.targeting((targeting) =>
      policies.map((id) =>
        targeting
          .devicesWith(id, 'applied')
          ?.page(0, 1000)
          .map((device) => device.id)
          .sort(),
      ),
    );
    return {
      reached,
      members: await resident.dynamicMembers(BY_RULE),
      groups: await resident.groupsOf({ set: 'devices', id: guid(2, 11) }, true),
      named: await resident.devicesWhere({ kind: 'startsWith', column: 'deviceName', needle: 'host' }, 0, 1000),
    };
  };

  it('answers as one that is filled by one', async () => {
    const alone = await answers(undefined);
    expect(alone.reached.map((ids) => (ids?.length ?? 0) > 10)).toEqual([true, true]);
    const threads = threadsHere(scanner);
    expect(await answers({ ...threads, worthObjects: 1 })).toEqual(alone);
    expect(threads.started).toEqual([
      {
        tenant: TENANT,
        sets: [
          { set: 'devices', kind: 'device' },
          { set: MANAGED, kind: 'managedDevice' },
        ],
      },
    ]);
    expect(threads.ended).toBe(1);
  });

  it('is helped with a set that holds much', async () => {
    await lab.put('devices', 'device', guid(2, DEVICES), { deviceId: guid(3, DEVICES), displayName: 'one more' });
    const threads = threadsHere(scanner);
    const alone = await answers(undefined);
    expect(await answers({ ...threads, worthObjects: DEVICES + 1 })).toEqual(alone);
    expect(threads.started.map(({ sets }) => sets.map(({ kind }) => kind))).toEqual([['device']]);
  });

  it('is helped by a thread a set where so many may run', async () => {
    const threads = threadsHere(scanner);
    const alone = await answers(undefined);
    expect(await answers({ ...threads, worthObjects: 1, atOnce: 5 })).toEqual(alone);
    expect(threads.started.map(({ sets }) => sets.map(({ kind }) => kind))).toEqual([['device'], ['managedDevice']]);
    expect(threads.ended).toBe(2);
  });

  it('is filled all the same where no thread can be started', async () => {
    const logged: string[] = [];
    const start = () => {
      throw new Error('no more threads');
    };
    const alone = await answers(undefined);
    expect(await answers({ start, worthObjects: 1, log: (line) => void logged.push(line) })).toEqual(alone);
    expect(logged).toHaveLength(2);
  });

  it('starts no thread for few objects', async () => {
    const threads = threadsHere(scanner);
    await answers(threads);
    expect(threads.started).toEqual([]);
  });

  it('is filled all the same where the thread fails, at once or between two sets', async () => {
    const alone = await answers(undefined);
    for (const failing of ['devices', MANAGED]) {
      const logged: string[] = [];
      const store = {
        scan: (async (tenant, set, ...visits) => {
          if (set === failing) throw new Error('no memory');
          await scanner.scan(tenant, set, ...visits);
        }) as typeof scanner.scan,
      };
      const threads = threadsHere(store);
      expect(await answers({ ...threads, worthObjects: 1, log: (line) => void logged.push(line) })).toEqual(alone);
      expect(logged.at(-1)).toBe(`a thread that read ${MANAGED} failed, which are read once more: no memory`);
      expect(logged).toHaveLength(failing === MANAGED ? 1 : 2);
      expect(threads.ended).toBe(1);
    }
  });
});
