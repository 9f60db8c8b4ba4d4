import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';
import type { ListedDevice } from '../../engine/targeting/policy.js';
import type { Resident } from '../resident.js';
import { DC, policies } from './testing/targeting-lab.js';

const COUNT = 300_000;
const device = (at: number): ListedDevice => ({ id: `d${at}`, deviceName: `PC-${String(at).padStart(7, '0')}`, userPrincipalName: null });

/** Stretches asked of the engine's list since the last test: [skip, limit]. */
const asked: [number, number][] = [];

/** The engine with a large fleet, on which every policy is applied. */
function withManyDevices(real: Resident): Resident {
  return {
    ...real,
    targeting: (ask) =>
      real.targeting((targeting) =>
        ask({
          ...targeting,
          devicesWith: () => ({
            count: COUNT,
            page(skip, limit) {
              asked.push([skip, limit]);
              return Array.from({ length: Math.max(0, Math.min(limit, COUNT - skip)) }, (_, at) => device(skip + at));
            },
          }),
        }),
      ),
  };
}

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ resident: withManyDevices });
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', policies.wifi, { displayName: 'wifi' });
});
beforeEach(() => {
  asked.length = 0;
});

const targeted = (query: string) => lab.call('GET', `${DC}/${policies.wifi}/muster.targetedDevices(outcome='applied')${query}`);
const next = (url: string) => lab.call('GET', url.replace('https://graph.example', ''));
const names = (body: { value: { deviceName: string }[] }) => body.value.map(({ deviceName }) => deviceName);

describe('a list of very many devices', () => {
  it('makes the rows of its pages alone', async () => {
    const first = await targeted('?$count=true&$top=500');
    const second = await next(first.body['@odata.nextLink']);
    const third = await next(second.body['@odata.nextLink']);
    expect(asked).toEqual([
      [0, 500],
      [500, 500],
      [1000, 500],
    ]);
    expect(third.body).toMatchObject({ '@odata.count': COUNT, value: { length: 500 } });
    expect(names(third.body)[0]).toBe('PC-0001000');
  });

  it('counts without a row', async () => {
    const { body } = await targeted('?$count=true&$top=0');
    expect(body).toMatchObject({ '@odata.count': COUNT, value: [] });
    expect(asked).toEqual([[0, 0]]);
  });

  it('ends', async () => {
    const { body } = await targeted(`?$skip=${COUNT - 1}`);
    expect([names(body), body['@odata.nextLink']]).toEqual([[device(COUNT - 1).deviceName], undefined]);
    expect((await targeted(`?$skip=${COUNT + 5}`)).body.value).toEqual([]);
  });

  it('goes on behind what earlier pages have passed when it is filtered', async () => {
    const found: string[] = [];
    let { body } = await targeted("?$filter=endswith(deviceName,'4999')&$top=3&$select=deviceName");
    found.push(...names(body));
    const begin = asked.length;
    for (let pages = 0; pages < 3; pages++) {
      ({ body } = await next(body['@odata.nextLink']));
      found.push(...names(body));
    }
    expect(found).toEqual(Array.from({ length: 12 }, (_, at) => device(at * 10_000 + 4_999).deviceName));
    // Not from the beginning: each page looks at a page's worth and the first row of the next.
    expect(asked[begin]?.[0]).toBe(34_999);
    expect(asked.length).toBeLessThan(20);
  });

  it('counts every match of a filter on every page', async () => {
    const first = await targeted("?$filter=endswith(deviceName,'50000')&$top=2&$count=true");
    const second = await next(first.body['@odata.nextLink']);
    expect([first, second].map(({ body }) => body['@odata.count'])).toEqual([3, 3]);
    expect(names(second.body)[0]).toBe(device(250_000).deviceName);
  });

  it('refuses to answer an action with more than a client can take at once', async () => {
    const body = { deviceConfigurationIds: [policies.wifi] };
    const refused = await lab.call('POST', `${DC}/getTargetedUsersAndDevices`, body);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('use $top and $skip')]);
    expect(asked.length).toBeLessThan(20);
    expect((await lab.call('POST', `${DC}/getTargetedUsersAndDevices?$top=5&$skip=20000`, body)).body.value).toEqual([]);
    expect(asked.length).toBeLessThan(20);
  });
});
