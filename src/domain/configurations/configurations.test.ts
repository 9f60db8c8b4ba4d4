import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab, schemas } from '../../../tests/support/in-process.js';

const DC = '/deviceManagement/deviceConfigurations';
const typed = (name: string, more: object = {}) => ({ '@odata.type': `#microsoft.graph.${name}`, displayName: `A ${name}`, ...more });
const bindTo = (id: string) => `https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('${id}')`;

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});

async function create(name: string, more: object = {}): Promise<string> {
  const { status, body } = await lab.call('POST', DC, typed(name, more));
  expect([status, body.error?.message]).toEqual([201, undefined]);
  return body.id;
}

const base = schemas.beta.types.get('deviceConfiguration');
const concrete = (base?.derived ?? []).filter((type) => !type.abstract).map((type) => type.name);

describe('every concrete type', () => {
  it.each(concrete)('%s is created, read, updated and deleted', async (name) => {
    const created = await lab.call('POST', DC, typed(name, { description: 'first' }));
    expect([created.status, created.body['@odata.type']]).toEqual([201, `#microsoft.graph.${name}`]);
    const path = `${DC}/${created.body.id}`;
    const properties = [...(schemas.beta.types.get(name)?.properties.keys() ?? [])];
    const read = await lab.call('GET', path);
    expect(Object.keys(read.body).filter((key) => !key.startsWith('@'))).toEqual(properties);
    const updated = await lab.call('PATCH', path, { '@odata.type': `#microsoft.graph.${name}`, description: 'second' });
    expect([updated.status, updated.body.description, updated.body.version]).toEqual([200, 'second', 2]);
    expect((await lab.call('DELETE', path)).status).toBe(204);
    expect((await lab.call('GET', path)).status).toBe(404);
  });
});

describe('creating', () => {
  it('answers as the service was seen to', async () => {
    const { body } = await lab.call('POST', DC, typed('windows10CustomConfiguration'));
    expect(Object.keys(body).slice(0, 13)).toEqual([
      '@odata.context',
      '@odata.type',
      'id',
      'lastModifiedDateTime',
      'roleScopeTagIds',
      'supportsScopeTags',
      'deviceManagementApplicabilityRuleOsEdition',
      'deviceManagementApplicabilityRuleOsVersion',
      'deviceManagementApplicabilityRuleDeviceMode',
      'createdDateTime',
      'description',
      'displayName',
      'version',
    ]);
    expect(body).toMatchObject({ roleScopeTagIds: ['0'], supportsScopeTags: true, version: 1, description: null });
    expect(body.createdDateTime).toBe('2026-03-01T08:00:00Z');
  });

  it('ignores a client id and other read-only members', async () => {
    const zero = '00000000-0000-0000-0000-000000000000';
    const { status, body } = await lab.call(
      'POST',
      DC,
      typed('iosCustomConfiguration', { id: zero, version: 9, createdDateTime: '2001-01-01T00:00:00Z' }),
    );
    expect([status, body.version, body.id === zero]).toEqual([201, 1, false]);
  });

  it.each([
    ['no type', { displayName: 'x' }, 'ModelValidationFailure'],
    ['the abstract type', typed('deviceConfiguration'), 'ModelValidationFailure'],
    ['an unknown type', typed('nopeConfiguration'), 'ModelValidationFailure'],
    ['a type that is no configuration', typed('group'), 'ModelValidationFailure'],
    ['an unknown property', typed('iosCustomConfiguration', { colour: 1 }), 'ModelValidationFailure'],
    ['a string for a boolean', typed('windows10GeneralConfiguration', { cameraBlocked: 'yes' }), 'ModelValidationFailure'],
    ['no name', { '@odata.type': '#microsoft.graph.iosCustomConfiguration' }, 'BadRequest'],
    ['a blank name', { '@odata.type': '#microsoft.graph.iosCustomConfiguration', displayName: ' ' }, 'BadRequest'],
    ['assignments inline', typed('iosCustomConfiguration', { assignments: [{ target: {} }] }), 'BadRequest'],
  ])('refuses %s', async (_name, body, code) => {
    const before = await lab.sequence();
    const answer = await lab.call('POST', DC, body);
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
    expect(await lab.sequence()).toBe(before);
  });
});

describe('updating', () => {
  it('changes nothing for a body that changes nothing', async () => {
    const id = await create('iosCustomConfiguration', { description: 'same' });
    const { body } = await lab.call('PATCH', `${DC}/${id}`, { description: 'same' });
    expect(body.version).toBe(1);
  });

  it('refuses another type', async () => {
    const id = await create('iosCustomConfiguration');
    expect((await lab.call('PATCH', `${DC}/${id}`, typed('macOSCustomConfiguration'))).status).toBe(400);
  });

  it('refuses navigation properties', async () => {
    const id = await create('iosCustomConfiguration');
    const { status, body } = await lab.call('PATCH', `${DC}/${id}`, { assignments: [] });
    expect([status, body.error.message.startsWith("Cannot apply PATCH to navigation property 'assignments'")]).toEqual([400, true]);
  });
});

describe('OMA settings', () => {
  const setting = (value: string, omaUri = './Vendor/A') => ({
    '@odata.type': '#microsoft.graph.omaSettingString',
    displayName: 'secret',
    omaUri,
    value,
  });
  const number = { '@odata.type': '#microsoft.graph.omaSettingInteger', displayName: 'n', omaUri: './Vendor/N', value: 7 };
  const plain = async (id: string, secretId: string) =>
    await lab.call('GET', `${DC}/${id}/getOmaSettingPlainTextValue(secretReferenceValueId='${secretId}')`);

  it('never show their texts, but for the one function', async () => {
    const created = await lab.call('POST', DC, typed('windows10CustomConfiguration', { omaSettings: [setting('hush'), number] }));
    const [masked, shown] = created.body.omaSettings;
    expect(masked).toMatchObject({ value: '****', isEncrypted: true });
    expect(shown).toMatchObject({ value: 7, isEncrypted: false, secretReferenceValueId: null });
    expect(masked.secretReferenceValueId.split('_')[1]).toBe(created.body.id);
    for (const url of [`${DC}/${created.body.id}`, DC, `${DC}?$select=id,microsoft.graph.windows10CustomConfiguration/omaSettings`]) {
      expect((await lab.call('GET', url)).text).not.toContain('hush');
    }
    const answer = await plain(created.body.id, masked.secretReferenceValueId);
    expect(answer.body).toEqual({ '@odata.context': 'https://graph.example/beta/$metadata#Edm.String', value: 'hush' });
    const changes = await lab.store.changesSince('11111111-1111-4111-8111-111111111111', 0, 1000);
    expect(JSON.stringify(changes)).not.toContain('hush');
  });

  it('keep a secret that comes back masked, and replace one that does not', async () => {
    const id = await create('windows10CustomConfiguration', { omaSettings: [setting('one'), setting('two', './Vendor/B')] });
    const before = (await lab.call('GET', `${DC}/${id}`)).body.omaSettings;
    await lab.call('PATCH', `${DC}/${id}`, { omaSettings: [before[0], setting('three', './Vendor/B')] });
    const after = (await lab.call('GET', `${DC}/${id}`)).body.omaSettings;
    expect((await plain(id, after[0].secretReferenceValueId)).body.value).toBe('one');
    expect((await plain(id, after[1].secretReferenceValueId)).body.value).toBe('three');
    expect((await plain(id, before[1].secretReferenceValueId)).status).toBe(404);
  });

  it('survive a change of something else', async () => {
    const id = await create('windows10CustomConfiguration', { omaSettings: [setting('one')] });
    await lab.call('PATCH', `${DC}/${id}`, { description: 'new' });
    const [kept] = (await lab.call('GET', `${DC}/${id}`)).body.omaSettings;
    expect((await plain(id, kept.secretReferenceValueId)).body.value).toBe('one');
  });
});

describe('certificate references', () => {
  let root: string;
  let scep: string;
  beforeEach(async () => {
    root = await create('iosTrustedRootCertificate');
    scep = await create('iosScepCertificateProfile', { 'rootCertificate@odata.bind': bindTo(root) });
  });

  it('are bound on create, read, and never echoed', async () => {
    const nav = await lab.call('GET', `${DC}('${scep}')/microsoft.graph.iosScepCertificateProfile/rootCertificate`);
    expect([nav.status, nav.body.id, nav.body['@odata.type']]).toEqual([200, root, '#microsoft.graph.iosTrustedRootCertificate']);
    expect(nav.body['@odata.context']).toBe('https://graph.example/beta/$metadata#deviceManagement/deviceConfigurations/$entity');
    expect((await lab.call('GET', `${DC}/${scep}`)).text).not.toContain('rootCertificate');
    const ref = await lab.call('GET', `${DC}/${scep}/rootCertificate/$ref`);
    expect(ref.body['@odata.id']).toContain(root);
  });

  it('are set and removed through $ref', async () => {
    const path = `${DC}('${scep}')/microsoft.graph.iosScepCertificateProfile/rootCertificate`;
    const other = await create('iosTrustedRootCertificate');
    expect((await lab.call('PUT', `${path}/$ref`, { '@odata.id': bindTo(other) })).status).toBe(204);
    expect((await lab.call('GET', path)).body.id).toBe(other);
    expect((await lab.call('DELETE', `${path}/$ref`)).status).toBe(204);
    expect((await lab.call('GET', path)).status).toBe(404);
  });

  it('of collections are added and removed one by one', async () => {
    const wifi = await create('iosEnterpriseWiFiConfiguration', { 'rootCertificatesForServerValidation@odata.bind': [bindTo(root)] });
    const other = await create('iosTrustedRootCertificate');
    const path = `${DC}('${wifi}')/microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation`;
    expect((await lab.call('POST', `${path}/$ref`, { '@odata.id': `deviceManagement/deviceConfigurations/${other}` })).status).toBe(204);
    const listed = (await lab.call('GET', path)).body.value as { id: string }[];
    expect(listed.map((item) => item.id).sort()).toEqual([root, other].sort());
    expect((await lab.call('DELETE', `${path}/${root}/$ref`)).status).toBe(204);
    expect((await lab.call('GET', `${path}/$count`)).text).toBe('1');
  });

  it.each([
    ['something that does not exist', bindTo('nope')],
    ['a configuration of another type', 'SCEP'],
    ['an entity of another set', "https://graph.microsoft.com/beta/groups('x')"],
    ['no URL', ''],
  ])('refuse %s', async (_name, reference) => {
    const before = await lab.sequence();
    const target = reference === 'SCEP' ? bindTo(scep) : reference;
    const answer = await lab.call('POST', DC, typed('iosScepCertificateProfile', { 'rootCertificate@odata.bind': target }));
    expect(answer.status).toBe(400);
    expect(await lab.sequence()).toBe(before);
  });

  it('go with what they point at', async () => {
    await lab.call('DELETE', `${DC}/${root}`);
    expect((await lab.call('GET', `${DC}/${scep}/rootCertificate`)).status).toBe(404);
  });
});

describe('the ten documented paths', () => {
  const GROUP = '22222222-0000-4000-8000-00000000000a';
  const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: GROUP };

  type Chain = readonly (readonly [type: string, nav?: string])[];

  /** Each: the path below a configuration that is made by the steps, the last of which holds the assignment. */
  const chains: readonly (readonly [path: string, ...types: Chain])[] = [
    ['', ['windows10GeneralConfiguration']],
    ['/rootCertificate', ['androidTrustedRootCertificate'], ['androidScepCertificateProfile', 'rootCertificate']],
    ['/identityCertificate', ['iosPkcsCertificateProfile'], ['iosVpnConfiguration', 'identityCertificate']],
    [
      '/identityCertificate/rootCertificate',
      ['iosTrustedRootCertificate'],
      ['iosScepCertificateProfile', 'rootCertificate'],
      ['iosEasEmailProfileConfiguration', 'identityCertificate'],
    ],
    [
      '/microsoft.graph.iosScepCertificateProfile/rootCertificate',
      ['iosTrustedRootCertificate'],
      ['iosScepCertificateProfile', 'rootCertificate'],
    ],
    [
      '/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate',
      ['windowsPhone81SCEPCertificateProfile'],
      ['windowsPhone81VpnConfiguration', 'identityCertificate'],
    ],
    [
      '/microsoft.graph.macOSWiredNetworkConfiguration/rootCertificateForServerValidation',
      ['macOSTrustedRootCertificate'],
      ['macOSWiredNetworkConfiguration', 'rootCertificateForServerValidation'],
    ],
    [
      '/microsoft.graph.macOSWiredNetworkConfiguration/identityCertificateForClientAuthentication',
      ['macOSPkcsCertificateProfile'],
      ['macOSWiredNetworkConfiguration', 'identityCertificateForClientAuthentication'],
    ],
    [
      '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication',
      ['windows81SCEPCertificateProfile'],
      ['windowsWifiEnterpriseEAPConfiguration', 'identityCertificateForClientAuthentication'],
    ],
    [
      '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/{first}',
      ['windows81TrustedRootCertificate'],
      ['windowsWifiEnterpriseEAPConfiguration', 'rootCertificatesForServerValidation'],
    ],
  ];

  it.each(chains as never as [string, ...Chain][])(
    '%s/assignments answers GET, POST, PATCH and DELETE',
    async (below: string, ...types: Chain) => {
      await lab.put('groups', 'group', GROUP);
      const ids: string[] = [];
      for (const [type, nav] of types) {
        const previous = bindTo(ids.at(-1) ?? '');
        const bound = nav === 'rootCertificatesForServerValidation' ? [previous] : previous;
        ids.push(await create(type, nav === undefined ? {} : { [`${nav}@odata.bind`]: bound }));
      }
      const [first, top] = [ids[0] as string, ids.at(-1) as string];
      const path = `${DC}/${top}${below.replace('{first}', first)}/assignments`;
      const created = await lab.call('POST', path, { target });
      expect([created.status, created.body.id, created.body.sourceId]).toEqual([201, `${first}_${GROUP}`, first]);
      const patched = await lab.call('PATCH', `${path}/${created.body.id}`, { intent: 'remove' });
      expect([patched.status, patched.body.intent]).toEqual([200, 'remove']);
      expect((await lab.call('GET', `${DC}/${first}/assignments/${created.body.id}`)).body.intent).toBe('remove');
      expect((await lab.call('GET', path)).body.value).toHaveLength(1);
      expect((await lab.call('POST', path.replace(/ments$/, ''), { assignments: [] })).status).toBe(200);
      expect((await lab.call('DELETE', `${path}/${created.body.id}`)).status).toBe(404);
    },
  );

  it.each([
    ['/rootCertificate', 'windows10GeneralConfiguration'],
    ['/identityCertificate', 'iosScepCertificateProfile'],
    ['/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate', 'iosVpnConfiguration'],
  ])('%s is no route of a %s', async (below, type) => {
    const id = await create(type);
    const { status, body } = await lab.call('PATCH', `${DC}/${id}${below}/assignments/x`, { intent: 'remove' });
    expect([status, body.error.code]).toEqual([400, 'No method match route template']);
  });

  it('a PKCS profile has no root certificate to go on to', async () => {
    const identity = await create('iosPkcsCertificateProfile');
    const vpn = await create('iosVpnConfiguration', { 'identityCertificate@odata.bind': bindTo(identity) });
    const { status, body } = await lab.call('PATCH', `${DC}/${vpn}/identityCertificate/rootCertificate/assignments/x`, {
      intent: 'remove',
    });
    expect([status, body.error.code]).toEqual([400, 'No method match route template']);
  });

  it('an unset certificate answers 404', async () => {
    const id = await create('iosVpnConfiguration');
    expect((await lab.call('PATCH', `${DC}/${id}/identityCertificate/assignments/x`, { intent: 'remove' })).status).toBe(404);
  });
});

describe('deleting', () => {
  it('takes everything below along', async () => {
    const id = await create('windows10CustomConfiguration');
    await lab.call('POST', `${DC}/${id}/assignments`, { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } });
    await lab.call('DELETE', `${DC}/${id}`);
    const links = await lab.store.links('11111111-1111-4111-8111-111111111111', {
      kind: 'assignmentTarget',
      to: 'group:adadadad-808e-44e2-905a-0b7873a8a531',
    });
    expect(links).toEqual([]);
  });
});
