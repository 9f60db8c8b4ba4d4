/** What else people do with the two clients: page, expand, filter, count, create with references, read secrets, and read errors. */
import { HttpMethod, type ParsableFactory, RequestInformation } from '@microsoft/kiota-abstractions';
import { type Client, GraphError } from '@microsoft/microsoft-graph-client';
import type { GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk';
import * as models from '@microsoft/msgraph-beta-sdk/models/index.js';
import type { ODataError } from '@microsoft/msgraph-beta-sdk/models/oDataErrors/index.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphClient, kiotaAdapter, kiotaCall, kiotaErrors, kiotaRequest } from './clients.js';
import { startMuster, storeKinds, type WireServer } from './server.js';

const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';
const HEALTH = 'd0c50000-0001-4000-8000-000000000001';
const IOS_SCEP = 'd0c50000-0005-4000-8000-000000000001';
const IOS_ROOT = 'd0c50000-0005-4000-8000-000000000002';
const WIFI = 'd0c50000-0010-4000-8000-000000000001';
const WIFI_ROOT = 'd0c50000-0010-4000-8000-000000000002';
const PATH_1_ASSIGNMENTS = `${CONFIGURATIONS}/${HEALTH}/assignments`;
const READERS = 'd0c50001-0000-4000-8000-000000000002';
/** Of the docs tenant. */
const CONFIGURATION_COUNT = 20;

/** Lists are in alphabetical order, whatever the case. */
const byName = (left: string, right: string) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1);

describe.each(storeKinds)('on the %s store', (kind) => {
  let server: WireServer;
  let client: Client;
  let adapter: GraphBetaRequestAdapter;
  beforeAll(async () => {
    server = await startMuster(kind, 'docs');
    const token = await server.token();
    client = graphClient(server.http, token);
    adapter = kiotaAdapter(server.http, token);
  });
  afterAll(() => server?.close());

  describe('microsoft-graph-client', () => {
    const query = () => client.api(CONFIGURATIONS);

    it('filters, counts, expands and selects in one request', async () => {
      const page = await query()
        .filter("startswith(displayName,'Path 4')")
        .expand('assignments')
        .select(['id', 'displayName'])
        .count(true)
        .top(2)
        .get();
      expect(page['@odata.count']).toBe(3);
      expect(page.value).toHaveLength(2);
      for (const item of page.value) {
        expect(Object.keys(item).sort()).toEqual(['@odata.type', 'assignments', 'assignments@odata.context', 'displayName', 'id']);
      }
    });

    it('filters by type with isof, and finds nothing of another', async () => {
      const of = (type: string) => query().filter(`isof('microsoft.graph.${type}')`).get();
      const found = (await of('windows81TrustedRootCertificate')).value as { '@odata.type': string }[];
      expect(found).toHaveLength(3);
      expect(new Set(found.map((item) => item['@odata.type']))).toEqual(new Set(['#microsoft.graph.windows81TrustedRootCertificate']));
      expect((await of('androidCustomConfiguration')).value).toEqual([]);
    });

    it('counts alone', async () => {
      expect(await client.api(`${CONFIGURATIONS}/$count`).get()).toBe(String(CONFIGURATION_COUNT));
    });

    it('speaks v1.0 too', async () => {
      const page = await client.api(CONFIGURATIONS).version('v1.0').get();
      expect(page['@odata.context']).toContain('/v1.0/$metadata#deviceManagement/deviceConfigurations');
    });

    it('creates with a bound reference, reads it, replaces and removes it by $ref, and deletes', async () => {
      const created = await query().post({
        '@odata.type': '#microsoft.graph.iosScepCertificateProfile',
        displayName: 'Bound',
        certificateValidityPeriodScale: 'years',
        certificateValidityPeriodValue: 1,
        subjectNameFormat: 'commonName',
        subjectAlternativeNameType: 'none',
        renewalThresholdPercentage: 20,
        keySize: 'size2048',
        keyUsage: 'digitalSignature',
        'rootCertificate@odata.bind': `${server.http}/beta${CONFIGURATIONS}('${IOS_ROOT}')`,
      });
      expect(created).not.toHaveProperty('rootCertificate@odata.bind');
      const root = `${CONFIGURATIONS}/${created.id}/microsoft.graph.iosScepCertificateProfile/rootCertificate`;
      expect((await client.api(root).get()).id).toBe(IOS_ROOT);

      const other = await query().post({
        '@odata.type': '#microsoft.graph.iosTrustedRootCertificate',
        displayName: 'Another root',
        certFileName: 'another.cer',
        trustedRootCertificate: (await client.api(`${CONFIGURATIONS}/${IOS_ROOT}`).get()).trustedRootCertificate,
      });
      await client.api(`${root}/$ref`).put({ '@odata.id': `${server.http}/beta${CONFIGURATIONS}/${other.id}` });
      expect((await client.api(root).get()).id).toBe(other.id);
      await client.api(`${root}/$ref`).delete();
      await expect(client.api(root).get()).rejects.toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
      for (const { id } of [created, other]) await client.api(`${CONFIGURATIONS}/${id}`).delete();
      expect(await client.api(`${CONFIGURATIONS}/$count`).get()).toBe(String(CONFIGURATION_COUNT));
    });

    it('masks secrets, and shows one on request', async () => {
      const created = await query().post({
        '@odata.type': '#microsoft.graph.windows10CustomConfiguration',
        displayName: 'Custom',
        omaSettings: [
          { '@odata.type': '#microsoft.graph.omaSettingString', displayName: 'Secret', omaUri: './Vendor/MSFT/X', value: 'swordfish' },
        ],
      });
      const [setting] = (await client.api(`${CONFIGURATIONS}/${created.id}`).get()).omaSettings;
      expect(setting).toMatchObject({ isEncrypted: true, value: '****' });
      const shown = await client
        .api(`${CONFIGURATIONS}/${created.id}/getOmaSettingPlainTextValue(secretReferenceValueId='${setting.secretReferenceValueId}')`)
        .get();
      expect(shown.value).toBe('swordfish');
      await client.api(`${CONFIGURATIONS}/${created.id}`).delete();
    });

    it.each([
      ['an unknown assignment', `${PATH_1_ASSIGNMENTS}/nope`, { intent: 'remove' }, 404, 'ResourceNotFound', 'An error has occurred - '],
      ['an unknown group', PATH_1_ASSIGNMENTS, undefined, 400, 'BadRequest', 'Invalid GroupId : nope provided'],
    ])('surfaces %s', async (_what, path, change, statusCode, code, message) => {
      const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: 'nope' };
      const request = client.api(path);
      const failure = await (change === undefined ? request.post({ target }) : request.patch(change)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(GraphError);
      const error = failure as GraphError;
      expect(error).toMatchObject({ statusCode, code });
      expect(JSON.parse(error.message)).toMatchObject({ _version: 3, Message: expect.stringContaining(message) });
      expect(error.requestId).toMatch(/^[-0-9a-f]{36}$/);
      expect(error.requestId).toBe(error.headers?.get('request-id'));
      expect(JSON.parse(error.body).innerError['request-id']).toBe(error.requestId);
    });
  });

  describe('msgraph-beta-sdk', () => {
    const factory = <T extends object>(make: unknown) => make as ParsableFactory<T>;
    const one = factory<models.DeviceConfiguration>(models.createDeviceConfigurationFromDiscriminatorValue);
    const many = factory<models.DeviceConfigurationCollectionResponse>(
      models.createDeviceConfigurationCollectionResponseFromDiscriminatorValue,
    );
    const get = <T extends object>(path: string, make: ParsableFactory<T>) => kiotaCall(adapter, HttpMethod.GET, path, make);

    it('follows next links to the end', async () => {
      let page = await get(`${CONFIGURATIONS}?$top=6&$orderby=displayName`, many);
      const names = page?.value?.map((item) => item.displayName) ?? [];
      while (page?.odataNextLink) {
        const next = new RequestInformation(HttpMethod.GET);
        next.URL = page.odataNextLink;
        page = await adapter.send(next, many, kiotaErrors);
        names.push(...(page?.value?.map((item) => item.displayName) ?? []));
      }
      expect(names).toHaveLength(CONFIGURATION_COUNT);
      expect(names).toEqual([...names].sort((left, right) => byName(left ?? '', right ?? '')));
    });

    it('filters, counts and expands; what comes is of its own class', async () => {
      const page = await get(
        `${CONFIGURATIONS}?$filter=displayName%20eq%20'Path%2010%3A%20trusted%20root'&$count=true&$expand=assignments`,
        many,
      );
      expect(page?.odataCount).toBe(1);
      const root = page?.value?.[0] as models.Windows81TrustedRootCertificate;
      expect(root).toMatchObject({ odataType: '#microsoft.graph.windows81TrustedRootCertificate', certFileName: 'contoso-docs-root.cer' });
      expect(root.assignments).toHaveLength(1);
      expect(root.createdDateTime).toBeInstanceOf(Date);
    });

    it('counts alone', async () => {
      const information = kiotaRequest(adapter, HttpMethod.GET, `${CONFIGURATIONS}/$count`);
      information.headers.clear();
      information.headers.add('Accept', 'text/plain');
      expect(await adapter.sendPrimitive<number>(information, 'number', kiotaErrors)).toBe(CONFIGURATION_COUNT);
    });

    it('creates with a bound reference, changes and deletes what its models wrote', async () => {
      const profile: models.IosScepCertificateProfile = {
        odataType: '#microsoft.graph.iosScepCertificateProfile',
        displayName: 'By the SDK',
        certificateValidityPeriodScale: models.CertificateValidityPeriodScaleObject.Years,
        certificateValidityPeriodValue: 2,
        subjectNameFormat: models.AppleSubjectNameFormatObject.CommonName,
        subjectAlternativeNameType: [models.SubjectAlternativeNameTypeObject.None],
        renewalThresholdPercentage: 20,
        keySize: models.KeySizeObject.Size2048,
        keyUsage: [models.KeyUsagesObject.KeyEncipherment, models.KeyUsagesObject.DigitalSignature],
        scepServerUrls: ['https://scep.example/'],
        additionalData: { 'rootCertificate@odata.bind': `${adapter.baseUrl}${CONFIGURATIONS}/${IOS_ROOT}` },
      };
      const created = await kiotaCall(adapter, HttpMethod.POST, CONFIGURATIONS, one, profile, models.serializeIosScepCertificateProfile);
      expect(created).toMatchObject({
        odataType: profile.odataType,
        displayName: 'By the SDK',
        certificateValidityPeriodValue: 2,
        scepServerUrls: ['https://scep.example/'],
        version: 1,
      });
      const path = `${CONFIGURATIONS}/${created?.id}`;
      // What the SDK writes of flags is kept; what it reads of them is its own.
      expect((await server.call('GET', path)).body.keyUsage).toBe('keyEncipherment,digitalSignature');
      expect((await get(`${path}/rootCertificate`, one))?.id).toBe(IOS_ROOT);

      const change: models.IosScepCertificateProfile = { odataType: profile.odataType ?? null, certificateValidityPeriodValue: 3 };
      await kiotaCall(adapter, HttpMethod.PATCH, path, one, change, models.serializeIosScepCertificateProfile);
      expect(await get(path, one)).toMatchObject({ certificateValidityPeriodValue: 3, displayName: 'By the SDK' });

      await adapter.sendNoResponseContent(kiotaRequest(adapter, HttpMethod.DELETE, path), kiotaErrors);
      await expect(get(path, one)).rejects.toMatchObject({ responseStatusCode: 404 });
    });

    it('adds to a collection of references and takes from it by $ref', async () => {
      const roots = `${CONFIGURATIONS}/${WIFI}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation`;
      const another = 'd0c50000-0002-4000-8000-000000000002';
      const ids = async () => (await get(roots, many))?.value?.map((item) => item.id);
      const send = (method: HttpMethod, path: string, body?: models.ReferenceCreate) => {
        const information = kiotaRequest(adapter, method, path);
        if (body !== undefined) information.setContentFromParsable(adapter, 'application/json', body, models.serializeReferenceCreate);
        return adapter.sendNoResponseContent(information, kiotaErrors);
      };
      await send(HttpMethod.POST, `${roots}/$ref`, { odataId: `${adapter.baseUrl}${CONFIGURATIONS}/${another}` });
      expect((await ids())?.sort()).toEqual([another, WIFI_ROOT]);
      await send(HttpMethod.DELETE, `${roots}/${another}/$ref`);
      expect(await ids()).toEqual([WIFI_ROOT]);
    });

    it('shows a masked OMA setting in plain text', async () => {
      const profile: models.Windows10CustomConfiguration = {
        odataType: '#microsoft.graph.windows10CustomConfiguration',
        displayName: 'Custom',
        // kiota#6777 again: the setting is written as its base type, so its value goes as additional data.
        omaSettings: [
          { odataType: '#microsoft.graph.omaSettingString', displayName: 'S', omaUri: './X', additionalData: { value: 'swordfish' } },
        ],
      };
      const created = (await kiotaCall(
        adapter,
        HttpMethod.POST,
        CONFIGURATIONS,
        one,
        profile,
        models.serializeWindows10CustomConfiguration,
      )) as models.Windows10CustomConfiguration;
      const path = `${CONFIGURATIONS}/${created.id}`;
      const read = (await get(path, one)) as models.Windows10CustomConfiguration;
      const [setting] = read.omaSettings ?? [];
      expect(setting).toMatchObject({ value: '****', isEncrypted: true });
      const shown = await adapter.send(
        kiotaRequest(
          adapter,
          HttpMethod.GET,
          `${path}/getOmaSettingPlainTextValue(secretReferenceValueId='${setting?.secretReferenceValueId}')`,
        ),
        () =>
          (result: object = {}) => ({
            value: (node) => {
              (result as { value?: string | undefined }).value = node.getStringValue();
            },
          }),
        kiotaErrors,
      );
      expect(shown).toMatchObject({ value: 'swordfish' });
      await adapter.sendNoResponseContent(kiotaRequest(adapter, HttpMethod.DELETE, path), kiotaErrors);
    });

    it('gets the Intune error for the group that its serialiser loses (kiota#6777)', async () => {
      const lost: models.DeviceConfigurationAssignment = {
        target: { odataType: '#microsoft.graph.groupAssignmentTarget', groupId: READERS } as models.GroupAssignmentTarget,
      };
      const answer = factory<models.DeviceConfigurationAssignment>(models.createDeviceConfigurationAssignmentFromDiscriminatorValue);
      const failure = await kiotaCall(
        adapter,
        HttpMethod.POST,
        PATH_1_ASSIGNMENTS,
        answer,
        lost,
        models.serializeDeviceConfigurationAssignment,
      ).catch((error: unknown) => error);
      const { responseStatusCode, errorEscaped } = failure as ODataError;
      expect([responseStatusCode, errorEscaped?.code]).toEqual([400, 'BadRequest']);
      const nested = JSON.parse(errorEscaped?.message ?? '');
      expect(nested.Message).toMatch(/^Invalid GroupId : {2}provided, a valid AADGroupId is expected\. - Operation ID/);
      expect(nested.Message).toContain(`Activity ID: ${errorEscaped?.innerError?.requestId}`);
      expect(errorEscaped?.innerError?.clientRequestId).toBe(errorEscaped?.innerError?.requestId);
      expect(errorEscaped?.innerError?.date).toBeInstanceOf(Date);
    });

    it('refuses a cast that is not the runtime type', async () => {
      const path = `${CONFIGURATIONS}/${IOS_SCEP}/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate`;
      await expect(get(path, one)).rejects.toMatchObject({ errorEscaped: { code: expect.any(String) } });
    });
  });
});
