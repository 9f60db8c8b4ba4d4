/** Many clients at one moment, on one thing: every answer is true, and what stays is what the answers said. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMuster, storeKinds, type WireServer } from './server.js';

const CLIENTS = 64;
const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';
const READERS = 'd0c50001-0000-4000-8000-000000000002';
const kinds = ['groupAssignmentTarget', 'exclusionGroupAssignmentTarget'] as const;

describe.each(storeKinds)('on the %s store', (kind) => {
  let server: WireServer;
  let path: string;
  const patch = (at: string, body: object, headers = {}) => server.call('PATCH', at, body, headers);
  const all = <T>(work: (number: number) => Promise<T>) => Promise.all(Array.from({ length: CLIENTS }, (_, number) => work(number)));

  beforeAll(async () => {
    server = await startMuster(kind, 'docs');
    const policy = { '@odata.type': '#microsoft.graph.androidCustomConfiguration', displayName: 'Contended' };
    const { body } = await server.call('POST', CONFIGURATIONS, policy);
    path = `${CONFIGURATIONS}/${body.id}/assignments`;
  });
  afterAll(() => server?.close());

  it('one of many takes a target, the others are told', async () => {
    const answers = await all((number) =>
      server.call('POST', path, { target: { '@odata.type': `#microsoft.graph.${kinds[number % 2]}`, groupId: READERS } }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(CLIENTS - 1);
    expect((await server.call('GET', path)).body.value).toHaveLength(1);
  });

  it('of many who hold one ETag, one wins', async () => {
    const [{ id }] = (await server.call('GET', path)).body.value;
    const etag = (await server.call('GET', `${path}/${id}`)).headers.get('etag') ?? '';
    const answers = await all(() => patch(`${path}/${id}`, { intent: 'remove' }, { 'if-match': etag }));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(CLIENTS - 1);
  });

  it('without ETag everybody is served, and each change is counted once', async () => {
    const owner = path.replace('/assignments', '');
    const before = (await server.call('GET', owner)).body.version;
    const answers = await all((number) => patch(owner, { description: `by ${number}` }));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await server.call('GET', owner)).body.version).toBe(before + CLIENTS);
  });

  it('assignments laid together all stay', async () => {
    const targets = (n: number) => ({
      '@odata.type': '#microsoft.graph.configurationManagerCollectionAssignmentTarget',
      collectionId: `SMS${String(n).padStart(5, '0')}`,
    });
    const answers = await all((number) => server.call('POST', path, { target: targets(number) }));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect((await server.call('GET', path)).body.value).toHaveLength(CLIENTS + 1);
  });
});
