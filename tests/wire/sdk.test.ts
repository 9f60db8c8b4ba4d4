/** Both official clients over real sockets, against both stores: the ten documented paths, and the same prefixes for every other method. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsExampleBody, docsTenantPaths } from '../../src/app/tenants/docs.js';
import { type AssignmentClient, graphClientAssignments, kiotaAssignments } from './clients.js';
import { startMuster, storeKinds, type WireServer } from './server.js';

const ALL_STAFF = 'd0c50001-0000-4000-8000-000000000001';
const READERS = 'd0c50001-0000-4000-8000-000000000002';
const group = (groupId: string) => ({ '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId });
const exclusion = (groupId: string) => ({ '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId });
const allDevices = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };

const clients = [
  ['microsoft-graph-client', graphClientAssignments],
  ['msgraph-beta-sdk', kiotaAssignments],
] as const;

describe.each(storeKinds)('on the %s store', (kind) => {
  describe.each(clients)('%s', (_name, makeClient) => {
    let server: WireServer;
    let client: AssignmentClient;
    beforeAll(async () => {
      server = await startMuster(kind, 'docs');
      client = makeClient(server.http, await server.token());
    });
    afterAll(() => server?.close());

    it.each(docsTenantPaths.map(({ path, body = docsExampleBody }) => [path.replace('/beta', ''), body] as const))(
      '%s',
      async (path, body) => {
        const collection = path.slice(0, path.lastIndexOf('/'));
        const id = path.slice(collection.length + 1);

        const before = await client.get(path);
        expect(before).toMatchObject({ id, intent: 'apply', source: 'policySets', target: group(ALL_STAFF) });
        expect((await client.list(collection)).map((one) => one.id)).toEqual([id]);

        const { target, intent, source } = body as { target: Record<string, unknown>; intent: string; source: string };
        const updated = await client.update(path, { target, intent, source });
        const wanted = {
          id,
          intent: 'remove',
          source: 'policySets',
          sourceId: 'Source Id value',
          target: { ...target, '@odata.type': '#microsoft.graph.scopeTagGroupAssignmentTarget' },
        };
        expect(updated).toMatchObject(wanted);
        expect(await client.get(path)).toEqual(updated);

        const created = await client.create(collection, { target: exclusion(READERS) });
        expect(created).toMatchObject({ intent: 'apply', source: 'direct', target: exclusion(READERS) });
        expect(created.id).toMatch(/^d0c50000-[-0-9a-f]+_d0c50001-0000-4000-8000-000000000002$/);
        expect((await client.list(collection)).map((one) => one.id).sort()).toEqual([id, created.id].sort());
        expect(await client.get(`${collection}/${created.id}`)).toEqual(created);
        await client.remove(`${collection}/${created.id}`);
        await expect(client.get(`${collection}/${created.id}`)).rejects.toThrow('An error has occurred');

        const assigned = await client.assign(collection.replace(/assignments$/, 'assign'), [
          { target: allDevices },
          { target: group(READERS), intent: 'remove' },
        ]);
        expect(assigned).toHaveLength(2);
        expect(assigned).toMatchObject([{ target: allDevices }, { target: group(READERS), intent: 'remove' }].sort(byTarget(assigned)));
        expect(await client.list(collection)).toEqual(assigned);
        expect(await client.assign(collection.replace(/assignments$/, 'assign'), [])).toEqual([]);
        expect(await client.list(collection)).toEqual([]);
      },
    );
  });
});

/** In the order in which the server gave them. */
function byTarget(order: readonly { readonly target?: Readonly<Record<string, unknown>> }[]) {
  const place = (one: { readonly target: object }) =>
    order.findIndex(({ target }) => target?.['@odata.type'] === (one.target as Record<string, unknown>)['@odata.type']);
  return (left: { readonly target: object }, right: { readonly target: object }) => place(left) - place(right);
}

describe('over https, with the development CA trusted for real', () => {
  it('both clients work unmodified: updates on all ten paths, pages, errors', { timeout: 70_000 }, async () => {
    const server = await startMuster('sqlite', 'docs');
    try {
      const settings = {
        origin: server.localhost,
        tenant: server.tenant('docs'),
        client: server.client,
        paths: docsTenantPaths.map(({ path, body = docsExampleBody }) => ({ path, body })),
      };
      const program = fileURLToPath(new URL('https-clients.mjs', import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(settings)], {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: server.ca },
        timeout: 60_000,
      });
      const { graphClient, betaSdk } = JSON.parse(stdout);
      expect(graphClient.intents).toEqual(docsTenantPaths.map(() => 'remove'));
      expect(betaSdk.intents).toEqual(docsTenantPaths.map(() => 'apply'));
      // The next link is absolute and of the host that the client called: PageIterator follows it.
      expect(graphClient.next).toMatch(new RegExp(`^${server.localhost}/beta/deviceManagement/deviceConfigurations\\?.*skiptoken`));
      expect(graphClient.names).toHaveLength(20);
      expect(new Set(graphClient.names).size).toBe(20);
      expect(graphClient.failure).toEqual({ statusCode: 404, code: 'ResourceNotFound', echoed: 'my-own-id', sameId: true });
      for (const { path } of docsTenantPaths) expect((await server.call('GET', path)).body.intent).toBe('apply');
    } finally {
      await server.close();
    }
  });
});
