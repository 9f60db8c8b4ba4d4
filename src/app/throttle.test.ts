import { describe, expect, it } from 'vitest';
import { openLab, schemas, surface } from '../../tests/support/in-process.js';
import { bind } from '../odata/bind.js';
import { createServiceThrottle } from './throttle.js';

const DC = '/deviceManagement/deviceConfigurations';
const START = Date.parse('2026-03-01T08:00:00Z');

/** A lab whose time is moved by hand. */
async function throttled() {
  let now = START;
  const lab = await openLab({ clock: { now: () => now }, throttle: createServiceThrottle(surface) });
  const wait = (millis: number) => {
    now += millis;
  };
  /** Send until one is refused. */
  const until = async (method: string, path: string, body?: unknown) => {
    for (let sent = 0; ; sent++) {
      const answer = await lab.call(method, path, body);
      if (answer.status === 429) return { sent, answer };
    }
  };
  return { lab, wait, until };
}

describe('with the limits of the service', () => {
  it.each<[string, string, string, unknown, number]>([
    ['configurations, written', 'PATCH', `${DC}/nowhere`, {}, 100],
    ['configurations, read', 'GET', `${DC}/nowhere`, undefined, 1000],
    ['assignments, deleted', 'DELETE', `${DC}/nowhere/assignments/x`, undefined, 100],
    ['managed devices, written', 'DELETE', '/deviceManagement/managedDevices/nowhere', undefined, 200],
    ['scope tags, written', 'DELETE', '/deviceManagement/roleScopeTags/nowhere', undefined, 100],
    ['policy sets, written', 'DELETE', '/deviceAppManagement/policySets/nowhere', undefined, 100],
  ])('an app is stopped: %s', async (_name, method, path, body, most) => {
    const { until } = await throttled();
    const { sent, answer } = await until(method, path, body);
    expect(sent).toBe(most);
    expect(answer.headers['retry-after']).toBe('20');
    expect(answer.body.error).toMatchObject({
      code: 'TooManyRequests',
      message: 'Too many requests.',
      innerError: { 'request-id': answer.headers['request-id'] },
    });
  });

  it('goes on as requests pass out of the window, and never lets more into one', async () => {
    const { lab, until, wait } = await throttled();
    const write = async () => (await until('PATCH', `${DC}/nowhere`, {})).sent;
    for (let n = 0; n < 40; n++) await lab.call('PATCH', `${DC}/nowhere`, {});
    wait(15_000);
    expect(await write()).toBe(60);
    expect((await until('PATCH', `${DC}/nowhere`, {})).answer.headers['retry-after']).toBe('5');
    wait(4_999);
    expect(await write()).toBe(0);
    wait(1);
    expect(await write()).toBe(40);
    wait(15_000);
    expect(await write()).toBe(60);
    wait(1_000_000);
    expect(await write()).toBe(100);
    wait(-1_000_000);
    expect(await write()).toBe(0);
    wait(20_000);
    expect(await write()).toBe(100);
  });

  it('leaves reads and other areas alone when writes are used up', async () => {
    const { lab, until } = await throttled();
    await until('PATCH', `${DC}/nowhere`, {});
    expect((await lab.call('GET', DC)).status).toBe(200);
    expect((await lab.call('GET', '/groups')).status).toBe(200);
    expect((await lab.call('DELETE', '/deviceManagement/managedDevices/nowhere')).status).toBe(404);
  });

  it('counts each request of a batch, and answers the batch', async () => {
    const { lab } = await throttled();
    const requests = Array.from({ length: 20 }, (_, n) => ({ id: String(n), method: 'DELETE', url: `${DC}/nowhere` }));
    const statuses = [];
    for (let round = 0; round < 6; round++) {
      const { status, body } = await lab.call('POST', '/$batch', { requests });
      expect(status).toBe(200);
      statuses.push(...body.responses.map((one: { status: number }) => one.status));
      if (round === 5) expect(body.responses[0].headers['Retry-After']).toBe('20');
    }
    expect(statuses).toEqual([...Array(100).fill(404), ...Array(20).fill(429)]);
  });

  it.each([
    ['one of many', '/users/nobody', 1],
    ['a list', '/users', 2],
    ['a chosen property', '/users?$select=id', 1],
    ['a short page', '/users?$top=5', 1],
    ['what is expanded', '/users?$expand=manager', 3],
    ['members', '/groups/nowhere/members', 3],
    ['members of members, in part', '/groups/nowhere/transitiveMembers?$select=id', 4],
    ['licences', '/subscribedSkus', 3],
    ['the groups of a user', '/users/nobody/memberOf', 2],
  ])('a request of the directory has its cost in resource units: %s', (_name, url, units) => {
    const plan = bind({ method: 'GET', url: `/beta${url}`, headers: {}, origin: 'https://graph.example', body: undefined }, schemas.beta);
    const limit = createServiceThrottle(surface);
    expect(limit({ appId: 'a', tenantId: 't' }, plan, START)).toEqual({ 'x-ms-resource-unit': String(units) });
  });

  it('the directory counts units in a bucket, says what is used, and what is used up', async () => {
    const { lab, wait } = await throttled();
    const users = () => lab.call('GET', '/users');
    let answer = await users();
    expect([answer.status, answer.headers['x-ms-resource-unit'], answer.headers['x-ms-throttle-limit-percentage']]).toEqual([
      200,
      '2',
      undefined,
    ]);
    for (let n = 1; n < 3200; n++) answer = await users();
    expect(answer.headers['x-ms-throttle-limit-percentage']).toBe('0.80');
    for (let n = 3200; n < 4000; n++) answer = await users();
    expect([answer.status, answer.headers['x-ms-throttle-limit-percentage']]).toEqual([200, '1.00']);
    answer = await users();
    expect([answer.status, answer.headers['retry-after'], answer.headers['x-ms-throttle-information']]).toEqual([
      429,
      '1',
      'ResourceUnitLimitExceeded',
    ]);
    expect(answer.headers['x-ms-throttle-scope']).toMatch(/^Tenant_Application\/ReadWrite\/[^/]+\/[^/]+$/);
    wait(2);
    expect((await users()).status).toBe(429);
    wait(1);
    expect((await users()).status).toBe(200);
  });

  it('the directory counts writes, too', async () => {
    const { until, wait } = await throttled();
    const { sent, answer } = await until('DELETE', '/groups/nowhere');
    expect([sent, answer.headers['x-ms-throttle-information']]).toEqual([3000, 'WriteLimitExceeded']);
    wait(50);
    expect((await until('DELETE', '/groups/nowhere')).sent).toBe(1);
  });

  it('holds per app and per tenant', async () => {
    const limit = createServiceThrottle(surface);
    const path = [
      { kind: 'singleton', name: 'deviceManagement', type: {} },
      { kind: 'navigation', property: { name: 'assignmentFilters', contains: true, type: { kind: 'unknown' } } },
    ];
    const plan = { method: 'POST', path } as never;
    const admitted = (appId: string, tenantId: string, most = 1000) => {
      for (let sent = 0; sent < most; sent++) {
        try {
          limit({ appId, tenantId }, plan, START);
        } catch {
          return sent;
        }
      }
      return most;
    };
    expect(admitted('a', 't')).toBe(100);
    expect(admitted('b', 't', 50)).toBe(50);
    expect(admitted('c', 't')).toBe(50);
    // What the tenant refused took nothing from the app.
    expect(admitted('a', 'other')).toBe(100);
    // Thousands of callers leave the count of the others as it is.
    for (let n = 0; n < 3000; n++) admitted(`app-${n}`, `tenant-${n}`, 1);
    expect(admitted('a', 't')).toBe(0);
  });
});

it('nothing is limited without it', async () => {
  const lab = await openLab();
  for (let n = 0; n < 150; n++) expect((await lab.call('DELETE', `${DC}/nowhere`)).status).toBe(404);
});
