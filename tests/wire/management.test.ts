/** Both official clients over real sockets, against both stores: groups and their members, filters, policy sets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphClientManagement, kiotaManagement, type ManagementClient } from './management-clients.js';
import { startMuster, storeKinds, type WireServer } from './server.js';

const clients = [
  ['microsoft-graph-client', graphClientManagement],
  ['msgraph-beta-sdk', kiotaManagement],
] as const;

describe.each(storeKinds)('on the %s store', (kind) => {
  describe.each(clients)('%s', (name, makeClient) => {
    let server: WireServer;
    let client: ManagementClient;
    let configurations: string[];
    beforeAll(async () => {
      server = await startMuster(kind, 'docs');
      client = makeClient(server.http, await server.token());
      configurations = [];
      for (const displayName of ['One', 'Two']) {
        const body = { '@odata.type': '#microsoft.graph.windows10CustomConfiguration', displayName };
        configurations.push((await server.call('POST', '/deviceManagement/deviceConfigurations', body)).body.id);
      }
    });
    afterAll(() => server?.close());

    const enrol = async (deviceName: string, model: string) =>
      await server.call('POST', '/deviceManagement/managedDevices', { deviceName, model, operatingSystem: 'Windows' });
    const groupsOf = async (configuration: string) => {
      const { body } = await server.call('GET', `/deviceManagement/deviceConfigurations/${configuration}/assignments`);
      return body.value.map(({ target }: { target: { groupId: string } }) => target.groupId);
    };

    it('nests groups and moves members', async () => {
      const [user] = (await server.call('GET', '/users?$top=1')).body.value as { id: string }[];
      const outer = await client.createGroup(`outer-${name}`);
      const inner = await client.createGroup(`inner-${name}`);
      await client.addMember(outer, inner);
      await client.addMember(inner, user?.id ?? '');
      expect(await client.members(outer)).toEqual([inner]);
      expect([...(await client.members(outer, true))].sort()).toEqual([inner, user?.id].sort());
      await expect(client.addMember(outer, inner)).rejects.toThrow('One or more added object references already exist');
      await client.removeMember(inner, user?.id ?? '');
      expect(await client.members(outer, true)).toEqual([inner]);
      await client.deleteGroup(inner);
      expect(await client.members(outer)).toEqual([]);
    });

    it('writes, validates and evaluates filters', async () => {
      await enrol('surface-1', 'Surface Pro');
      await enrol('surface-2', 'Surface Go');
      expect(await client.isValidRule('(device.model -startsWith "Surface")')).toBe(true);
      expect(await client.isValidRule('(device.model -equals "Surface")')).toBe(false);
      const id = await client.createFilter('Surfaces', '(device.model -startsWith "Surface")');
      await expect(client.createFilter('Bad', '(device.model -equals "x")')).rejects.toThrow('An error has occurred');
      const rule = '(device.model -eq "surface go")';
      expect(await client.changeRule(id, rule)).toBe(rule);
      const { TotalRowCount, Columns, Values } = await client.evaluate(rule);
      expect([TotalRowCount, Values[0]?.[Columns.findIndex(({ Name }) => Name === 'deviceName')]]).toEqual([1, 'surface-2']);
      await client.deleteFilter(id);
      await expect(client.deleteFilter(id)).rejects.toThrow('An error has occurred');
    });

    it('assigns policies by policy set', async () => {
      const [one = '', two = ''] = configurations;
      const [first, second] = [await client.createGroup(`first-${name}`), await client.createGroup(`second-${name}`)];
      const id = await client.createPolicySet('Set', { configurations: [one], groups: [first] });
      expect(await client.readPolicySet(id)).toEqual({ configurations: [one], groups: [first] });
      expect([await groupsOf(one), await groupsOf(two)]).toEqual([[first], []]);
      await client.updatePolicySet(id, [two], [second]);
      expect([...(await client.readPolicySet(id)).configurations].sort()).toEqual([one, two].sort());
      expect([await groupsOf(one), await groupsOf(two)]).toEqual([[second], [second]]);
      await client.deletePolicySet(id);
      expect([await groupsOf(one), await groupsOf(two)]).toEqual([[], []]);
    });
  });
});

describe('a help desk operator of the demo company', () => {
  let server: WireServer;
  let token: string;
  beforeAll(async () => {
    server = await startMuster('memory', 'demo');
    const administrator = await server.token({ tenant: 'demo' });
    const get = async (path: string) => (await server.call('GET', path, undefined, {}, administrator)).body.value;
    const [group] = await get("/groups?$filter=displayName eq 'Help desk'");
    const [member] = await get(`/groups/${group.id}/members`);
    const scopes = ['DeviceManagementConfiguration.ReadWrite.All', 'DeviceManagementManagedDevices.ReadWrite.All'];
    token = await server.token({ tenant: 'demo', user: member.userPrincipalName, scopes });
  });
  afterAll(() => server?.close());

  it('sees profiles and devices of the default scope, and assigns nothing', async () => {
    const { status, body } = await server.call(
      'GET',
      '/deviceManagement/deviceConfigurations?$select=id,roleScopeTagIds',
      undefined,
      {},
      token,
    );
    expect(status).toBe(200);
    expect(body.value.length).toBeGreaterThan(0);
    for (const { roleScopeTagIds } of body.value) expect(roleScopeTagIds).toContain('0');
    expect((await server.call('GET', '/deviceManagement/managedDevices?$top=1', undefined, {}, token)).status).toBe(200);
    const path = `/deviceManagement/deviceConfigurations/${body.value[0].id}/assign`;
    const refused = await server.call('POST', path, { assignments: [] }, {}, token);
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      expect.stringContaining('Microsoft.Intune_DeviceConfigurations_Assign'),
    ]);
  });
});
