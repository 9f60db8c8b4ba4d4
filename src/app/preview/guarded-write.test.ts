import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lab, openLab, TENANT } from '../../../tests/support/in-process.js';
import { fixedClock } from '../../kernel/clock.js';
import { createMemoryStore } from '../../storage/memory/memory-store.js';
import type { Store } from '../../storage/store.js';
import { createResolution } from '../resolution.js';
import {
  CLOCK,
  DEVICES,
  deviceId,
  difference,
  directoryId,
  groupId,
  openFleet,
  policyId,
  standing,
  toldBy,
  wholeStore,
} from './testing/fleet.js';

const DC = '/deviceManagement/deviceConfigurations';
const url = `${DC}/${policyId(0)}/assignments/${policyId(0)}_${groupId(0)}`;
const assign = `${DC}/${policyId(0)}/assign`;
const ANNOTATED = { prefer: 'odata.include-annotations="muster.*"' };
const guard = (limit: string, more = {}) => ({ 'muster-max-affected': limit, ...more });
const everyDevice = { assignments: [{ target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }] };

let lab: Lab;
beforeEach(async () => {
  lab = await openFleet();
});

describe('the impact with the write', () => {
  it.each<[string, string, string, object]>([
    ['an entity', 'PATCH', url, { intent: 'remove' }],
    ['a collection', 'POST', assign, { assignments: [] }],
    ['a new entity', 'POST', `${DC}/${policyId(4)}/assignments`, everyDevice.assignments[0] as object],
  ])('comes with %s', async (_name, method, path, body) => {
    const before = await standing(lab.store);
    const { headers, body: answer } = await lab.call(method, path, body, ANNOTATED);
    const made = difference(before, await standing(lab.store));
    expect(toldBy(answer['@muster.impact'])).toEqual(made);
    expect(made.affectedDevices).toBeGreaterThan(0);
    expect(headers['preference-applied']).toBe('odata.include-annotations="muster.*"');
    const plain = await openFleet();
    const { body: bare } = await plain.call(method, path, body);
    expect({ ...answer, '@muster.impact': undefined }).toEqual(bare);
  });

  it.each<[string, Readonly<Record<string, string>>, number, string | undefined]>([
    ['every annotation', { prefer: 'odata.include-annotations="*"' }, 200, 'odata.include-annotations="muster.*"'],
    [
      'this one alone',
      { prefer: 'return=representation, odata.include-annotations="muster.impact"' },
      200,
      'return=representation, odata.include-annotations="muster.*"',
    ],
    ['no metadata besides', { ...ANNOTATED, accept: 'application/json;odata.metadata=none' }, 200, 'odata.include-annotations="muster.*"'],
  ])('comes when %s is asked for', async (_name, headers, status, applied) => {
    const answer = await lab.call('PATCH', url, { intent: 'remove' }, headers);
    expect([answer.status, answer.headers['preference-applied']]).toEqual([status, applied]);
    expect(answer.body['@muster.impact'].removed.count).toBe(3);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['not asked for', {}],
    ['other annotations are', { prefer: 'odata.include-annotations="display.*"' }],
    ['it is excluded', { prefer: 'odata.include-annotations="*,-muster.*"' }],
  ])('does not come when %s', async (_name, headers) => {
    const answer = await lab.call('PATCH', url, { intent: 'remove' }, headers);
    expect(answer.body).not.toHaveProperty('@muster.impact');
    expect(answer.headers).not.toHaveProperty('muster-impact');
  });

  it.each<[string, string, string, unknown, Readonly<Record<string, string>>, string]>([
    ['DELETE', 'DELETE', url, undefined, ANNOTATED, 'gained=0,lost=3,removed=0'],
    ['return=minimal', 'PATCH', url, { intent: 'remove' }, { prefer: `return=minimal, ${ANNOTATED.prefer}` }, 'gained=0,lost=3,removed=3'],
    ['a group', 'DELETE', `/groups/${groupId(0)}`, undefined, ANNOTATED, 'gained=0,lost=3,removed=0'],
  ])('is a header where there is no body: %s', async (_name, method, path, body, headers, impact) => {
    const answer = await lab.call(method, path, body, headers);
    expect([answer.status, answer.text, answer.headers['muster-impact']]).toEqual([204, undefined, impact]);
  });

  it('is nothing where nothing is written', async () => {
    const { body } = await lab.call('PATCH', url, {}, ANNOTATED);
    expect(toldBy(body['@muster.impact'])).toMatchObject({ gained: { count: 0 }, affectedDevices: 0, findings: [] });
  });
});

describe('muster-max-affected', () => {
  it.each<[string, number]>([
    ['2', 412],
    ['3', 200],
    [' 10 ', 200],
    ['0', 412],
  ])('%s answers %i to a write that changes three devices', async (limit, status) => {
    const untouched = await wholeStore(lab.store);
    const answer = await lab.call('POST', assign, { assignments: [] }, guard(limit));
    expect(answer.status).toBe(status);
    if (status !== 412) return;
    expect(await wholeStore(lab.store)).toEqual(untouched);
    const { error } = answer.body;
    expect([error.code, error.message]).toEqual(['PreconditionFailed', expect.stringContaining('3 devices get')]);
    expect(toldBy(error.innerError['@muster.impact'])).toMatchObject({ lost: { count: 3 }, affectedDevices: 3 });
  });

  it('counts different devices, whatever becomes of them', async () => {
    // Each of the three is lost and removed.
    expect((await lab.call('PATCH', url, { intent: 'remove' }, guard('3'))).status).toBe(200);
  });

  it('lets pass what changes nobody', async () => {
    expect((await lab.call('PATCH', url, {}, guard('0'))).status).toBe(200);
    expect(
      (
        await lab.call(
          'PATCH',
          `${DC}/${policyId(0)}`,
          { '@odata.type': '#microsoft.graph.windows10GeneralConfiguration', displayName: 'x' },
          guard('0'),
        )
      ).status,
    ).toBe(200);
  });

  it.each(['-1', '1.5', 'many', '', '1e3', '99999999999999999999', '0x10'])("refuses '%s', and writes nothing", async (limit) => {
    const before = await lab.sequence();
    const { status, body } = await lab.call('DELETE', url, undefined, guard(limit));
    expect([status, body.error.message]).toEqual([400, expect.stringContaining("Invalid header 'muster-max-affected'")]);
    expect(await lab.sequence()).toBe(before);
  });

  it('does not hold up reads, and is refused by imports', async () => {
    expect((await lab.call('GET', url, undefined, guard('0'))).status).toBe(200);
    const line = new TextEncoder().encode('{"@odata.type":"#microsoft.graph.deviceCategory","displayName":"x"}');
    const headers = guard('0', { 'content-type': 'application/x-ndjson' });
    expect((await lab.call('POST', '/muster/import', line, headers)).body.error.message).toContain('an import does not take it');
  });

  it('comes after permissions and validation', async () => {
    expect((await lab.call('DELETE', url, undefined, guard('0', { authorization: 'Bearer app' }))).status).toBe(403);
    expect((await lab.call('PATCH', url, { intent: 'perhaps' }, guard('0'))).body.error.code).toBe('ModelValidationFailure');
  });
});

/** A memory store in which somebody else writes just after the read of that number. */
function interrupted(): { readonly store: Store; arm(reads: number, write: () => Promise<unknown>): void; disarm(): void } {
  const types = { isA: () => false, now: () => Date.parse(CLOCK) };
  const base = createMemoryStore({ types });
  let left = 0;
  let write: (() => Promise<unknown>) | undefined;
  const store: Store = {
    ...base,
    async read(tenant, keys) {
      const found = await base.read(tenant, keys);
      if (write !== undefined && --left === 0) {
        const now = write;
        write = undefined;
        await now();
      }
      return found;
    },
  };
  return {
    store,
    arm(reads, next) {
      [left, write] = [reads, next];
    },
    disarm() {
      write = undefined;
    },
  };
}

describe('when somebody else is faster', () => {
  // The other one takes a member out of what is being assigned, and changes the assignment itself.
  const key = { set: 'deviceManagement/deviceConfigurations/assignments', parent: policyId(0), id: `${policyId(0)}_${groupId(0)}` };
  const intrusion = async (store: Store) => {
    const [stored] = await store.pending.read(TENANT, [key]);
    const json = JSON.stringify({ ...JSON.parse(stored?.json ?? '{}'), intent: 'remove' });
    await store.commit({
      tenant: TENANT,
      actor: {},
      at: CLOCK,
      expect: [],
      operations: [
        { kind: 'put', key, type: 'deviceConfigurationAssignment', json },
        { kind: 'unlink', link: { kind: 'members', from: groupId(0), to: directoryId(1), toSet: 'devices' } },
      ],
    });
  };

  it.each([1, 2, 3, 4, 5])('after read %i, the impact is that of what is written in the end', async (reads) => {
    const { store, arm, disarm } = interrupted();
    const raced = await openFleet({ store });
    await raced.call('GET', '/deviceManagement/muster.findings()');
    let before = await standing(store);
    arm(reads, async () => {
      await intrusion(store);
      before = await standing(createView(store));
    });
    const { status, body } = await raced.call('POST', assign, everyDevice, ANNOTATED);
    disarm();
    expect(status).toBe(200);
    const after = await standing(createView(store));
    expect(toldBy(body['@muster.impact'])).toEqual(difference(before, after));
    await expectEngineLevel(raced, after);
  });

  // The third read is of names, after the rehearsal.
  it.each([1, 2])('after read %i, a preview is that of what stands', async (reads) => {
    const { store, arm } = interrupted();
    const raced = await openFleet({ store });
    await raced.call('GET', '/deviceManagement/muster.findings()');
    arm(reads, () => intrusion(store));
    const requests = [{ id: '1', method: 'POST', url: assign, body: everyDevice }];
    const { status, body } = await raced.call('POST', '/muster/preview', { requests });
    expect(status).toBe(200);
    const before = await standing(createView(store));
    await expectEngineLevel(raced, before);
    await raced.call('POST', assign, everyDevice);
    expect(toldBy(body.total)).toEqual(difference(before, await standing(createView(store))));
  });

  it('is told after many attempts', async () => {
    const base = createMemoryStore({ types: { isA: () => false, now: () => 0 } });
    let armed = false;
    const store: Store = {
      ...base,
      async commit(changes) {
        if (armed && changes.operations.length > 0) {
          armed = false;
          await intrusion(base);
          armed = true;
        }
        return base.commit(changes);
      },
    };
    const raced = await openFleet({ store });
    armed = true;
    const { status, body } = await raced.call('PATCH', url, { intent: 'apply', target: everyDevice.assignments[0]?.target }, ANNOTATED);
    expect([status, body.error.code]).toEqual([409, 'Conflict']);
  });
});

/** The engine that rehearses has not been led astray by a rehearsal on what was no more. */
async function expectEngineLevel(raced: Lab, { outcomes }: Awaited<ReturnType<typeof standing>>): Promise<void> {
  for (let n = 0; n < DEVICES; n++) {
    const { body } = await raced.call('GET', `/deviceManagement/managedDevices/${deviceId(n)}/muster.effectiveConfigurations()`);
    const seen = body.value.map((one: { deviceConfigurationId: string; outcome: string }) => [one.deviceConfigurationId, one.outcome]);
    const expected = [...outcomes].filter(([pair]) => pair.startsWith(`PC-${n} `)).map(([pair, outcome]) => [pair.split(' ')[1], outcome]);
    expect(seen.sort()).toEqual(expected.sort());
  }
}

/** The same store, unwatched. */
function createView(store: Store): Store {
  return { ...store, read: store.pending.read };
}

describe('a rehearsal', () => {
  const change = { kind: 'link', link: { kind: 'members', from: groupId(0), to: directoryId(4), toSet: 'devices' } } as const;

  it('is refused when its basis has changed since', async () => {
    const resident = createResolution(lab.store, fixedClock(CLOCK)).resident(TENANT);
    const sequence = await lab.sequence();
    await lab.link(change.link);
    const restsOn = vi.fn(() => true);
    await expect(resident.rehearse([[]], { sequence, restsOn })).rejects.toThrow('changed since');
    expect(restsOn).toHaveBeenCalledTimes(1);
    await expect(resident.rehearse([[]], { sequence, restsOn: () => false })).resolves.toMatchObject({ total: { affectedDevices: 0 } });
    await expect(resident.rehearse([[]], { sequence: sequence + 1, restsOn })).resolves.toMatchObject({ total: { affectedDevices: 0 } });
  });
});

describe('a plain write', () => {
  it('asks no engine', async () => {
    const fleet = await openLab();
    await fleet.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', policyId(0), { displayName: 'P' });
    const spied = vi.spyOn(fleet.store, 'changesSince');
    expect((await fleet.call('POST', assign, everyDevice)).status).toBe(200);
    expect(spied).not.toHaveBeenCalled();
  });
});
