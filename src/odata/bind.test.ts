import { describe, expect, it } from 'vitest';
import { describeError } from '../kernel/errors.js';
import { thrown } from '../model/testing/thrown.js';
import { bind } from './bind.js';
import { plan, request, steps, v1 } from './testing/model.js';

const DC = '/beta/deviceManagement/deviceConfigurations';
const dc = 'deviceManagement/deviceConfigurations';

describe('the documented PATCH paths', () => {
  it.each([
    ['/assignments/a', '/assignments'],
    ['/rootCertificate/assignments/a', '/?rootCertificate/assignments'],
    ['/identityCertificate/assignments/a', '/?identityCertificate/assignments'],
    ['/identityCertificate/rootCertificate/assignments/a', '/?identityCertificate/?rootCertificate/assignments'],
    [
      '/microsoft.graph.iosScepCertificateProfile/rootCertificate/assignments/a',
      '/<iosScepCertificateProfile>/rootCertificate/assignments',
    ],
    [
      '/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate/assignments/a',
      '/<windowsPhone81VpnConfiguration>/identityCertificate/assignments',
    ],
    [
      '/microsoft.graph.macOSWiredNetworkConfiguration/rootCertificateForServerValidation/assignments/a',
      '/<macOSWiredNetworkConfiguration>/rootCertificateForServerValidation/assignments',
    ],
    [
      '/microsoft.graph.macOSWiredNetworkConfiguration/identityCertificateForClientAuthentication/assignments/a',
      '/<macOSWiredNetworkConfiguration>/identityCertificateForClientAuthentication/assignments',
    ],
    [
      '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication/assignments/a',
      '/<windowsWifiEnterpriseEAPConfiguration>/identityCertificateForClientAuthentication/assignments',
    ],
    [
      '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/w/assignments/a',
      "/<windowsWifiEnterpriseEAPConfiguration>/rootCertificatesForServerValidation/'w'/assignments",
    ],
  ])('PATCH …/{id}%s', (path, bound) => {
    const update = plan(`PATCH ${DC}/c${path}`);
    expect(steps(update)).toBe(`${dc}/'c'${bound}/'a'`);
    expect(update).toMatchObject({ operation: 'update', collection: false, version: 'beta', method: 'PATCH' });
    expect(update.type?.name).toBe('deviceConfigurationAssignment');
    const collection = path.slice(0, -2);
    expect(plan(`GET ${DC}/c${collection}`).operation).toBe('list');
    expect(plan(`POST ${DC}/c${collection}`).operation).toBe('create');
    expect(plan(`DELETE ${DC}/c${path}`).operation).toBe('delete');
    expect(plan(`GET ${DC}/c${path}`).operation).toBe('get');
  });

  it('gives a cast-less certificate every declaration and their common ancestor', () => {
    const { path, type } = plan(`GET ${DC}/c/identityCertificate`);
    const last = path.at(-1);
    expect(last?.kind === 'derivedNavigation' && last.candidates.map((candidate) => candidate.declaredBy)).toContain('iosVpnConfiguration');
    expect(last?.kind === 'derivedNavigation' && last.candidates.length).toBeGreaterThan(10);
    expect(type?.name).toBe('deviceConfiguration');
  });
});

describe('paths', () => {
  it.each([
    [`GET ${DC}`, 'list', dc, 'deviceConfiguration'],
    [`POST ${DC}`, 'create', dc, 'deviceConfiguration'],
    [`GET ${DC}/$count`, 'count', dc, 'deviceConfiguration'],
    [`HEAD ${DC}`, 'list', dc, 'deviceConfiguration'],
    [`GET ${DC}/x`, 'get', `${dc}/'x'`, 'deviceConfiguration'],
    [`GET ${DC}('x')`, 'get', `${dc}/'x'`, 'deviceConfiguration'],
    [`GET ${DC}(id='x')`, 'get', `${dc}/'x'`, 'deviceConfiguration'],
    [`GET ${DC}(6e1e4b7a-0000-4000-8000-000000000000)`, 'get', `${dc}/'6e1e4b7a-0000-4000-8000-000000000000'`, 'deviceConfiguration'],
    [`GET ${DC}('O''Brien%2Fx')`, 'get', `${dc}/'O'Brien/x'`, 'deviceConfiguration'],
    [`GET ${DC}%28%27x%27%29`, 'get', `${dc}/'x'`, 'deviceConfiguration'],
    [`GET ${DC}/O'Brien`, 'get', `${dc}/'O'Brien'`, 'deviceConfiguration'],
    [`GET ${DC}/Source%20Id%20value`, 'get', `${dc}/'Source Id value'`, 'deviceConfiguration'],
    [`GET ${DC}/a%20(b)`, 'get', `${dc}/'a (b)'`, 'deviceConfiguration'],
    [`GET ${DC}/assign`, 'get', `${dc}/'assign'`, 'deviceConfiguration'],
    [`GET ${DC}/displayName`, 'get', `${dc}/'displayName'`, 'deviceConfiguration'],
    ['GET //beta//DEVICEMANAGEMENT/deviceconfigurations/X/Assignments/', 'list', `${dc}/'X'/assignments`, 'deviceConfigurationAssignment'],
    [
      "GET /Beta/deviceManagement/deviceConfigurations('x')/assignments('y')",
      'get',
      `${dc}/'x'/assignments/'y'`,
      'deviceConfigurationAssignment',
    ],
    [`PATCH ${DC}/x`, 'update', `${dc}/'x'`, 'deviceConfiguration'],
    [`DELETE ${DC}/x`, 'delete', `${dc}/'x'`, 'deviceConfiguration'],
    [`GET ${DC}/microsoft.graph.iosVpnConfiguration`, 'list', `${dc}/<iosVpnConfiguration>`, 'iosVpnConfiguration'],
    [`GET ${DC}/microsoft.graph.iosVpnConfiguration/$count`, 'count', `${dc}/<iosVpnConfiguration>`, 'iosVpnConfiguration'],
    [`GET ${DC}/MICROSOFT.GRAPH.IOSVPNCONFIGURATION/x`, 'get', `${dc}/<iosVpnConfiguration>/'x'`, 'iosVpnConfiguration'],
    [`GET ${DC}/microsoft.graph.iosVpnConfiguration('x')`, 'get', `${dc}/<iosVpnConfiguration>/'x'`, 'iosVpnConfiguration'],
    [
      `GET ${DC}/x/microsoft.graph.iosVpnConfiguration/microsoft.graph.deviceConfiguration`,
      'get',
      `${dc}/'x'/<iosVpnConfiguration>/<deviceConfiguration>`,
      'deviceConfiguration',
    ],
    [`GET ${DC}/x/displayName`, 'getProperty', `${dc}/'x'/displayName`, undefined],
    [`GET ${DC}/x/DisplayName/$value`, 'getValue', `${dc}/'x'/displayName`, undefined],
    [`GET ${DC}/x/assignments/y/target`, 'getProperty', `${dc}/'x'/assignments/'y'/target`, 'deviceAndAppManagementAssignmentTarget'],
    [
      `GET ${DC}/x/assignments/y/target/microsoft.graph.groupAssignmentTarget/groupId`,
      'getProperty',
      `${dc}/'x'/assignments/'y'/target/<groupAssignmentTarget>/groupId`,
      undefined,
    ],
    [`GET ${DC}/x/roleScopeTagIds/$count`, 'count', `${dc}/'x'/roleScopeTagIds`, undefined],
    [`GET ${DC}/x/deviceStatusOverview`, 'get', `${dc}/'x'/deviceStatusOverview`, 'deviceConfigurationDeviceOverview'],
    [`PATCH ${DC}/x/deviceStatusOverview`, 'update', `${dc}/'x'/deviceStatusOverview`, 'deviceConfigurationDeviceOverview'],
    ['GET /beta/deviceManagement', 'get', 'deviceManagement', 'deviceManagement'],
    ['GET /beta/groups/g/transitiveMembers/microsoft.graph.user', 'list', "groups/'g'/transitiveMembers/<user>", 'user'],
    [
      `GET ${DC}/x/microsoft.graph.iosScepCertificateProfile/rootCertificate/$ref`,
      'getReference',
      `${dc}/'x'/<iosScepCertificateProfile>/rootCertificate`,
      'iosTrustedRootCertificate',
    ],
    [
      `PUT ${DC}/x/microsoft.graph.iosScepCertificateProfile/rootCertificate/$ref`,
      'setReference',
      `${dc}/'x'/<iosScepCertificateProfile>/rootCertificate`,
      'iosTrustedRootCertificate',
    ],
    [`PUT ${DC}/x/rootCertificate/$REF`, 'setReference', `${dc}/'x'/?rootCertificate`, 'deviceConfiguration'],
    [`DELETE ${DC}/x/rootCertificate/$ref`, 'removeReference', `${dc}/'x'/?rootCertificate`, 'deviceConfiguration'],
    ['POST /beta/groups/g/members/$ref', 'addReference', "groups/'g'/members", 'directoryObject'],
    ['GET /beta/groups/g/members/$ref', 'getReference', "groups/'g'/members", 'directoryObject'],
    ['DELETE /beta/groups/g/members/m/$ref', 'removeReference', "groups/'g'/members/'m'", 'directoryObject'],
    [
      'DELETE /beta/groups/g/members/$ref?$id=https://graph.microsoft.com/beta/directoryObjects/m',
      'removeReference',
      "groups/'g'/members/'m'",
      'directoryObject',
    ],
    ["DELETE /beta/groups/g/members/$ref?$id=../../users('m')", 'removeReference', "groups/'g'/members/'m'", 'directoryObject'],
  ])('%s', (line, operation, path, type) => {
    const bound = plan(line);
    expect([bound.operation, steps(bound), bound.type?.name]).toEqual([operation, path, type]);
    expect(bound.call).toBeUndefined();
  });

  it.each([
    [`POST ${DC}/x/assign`, 'assign', {}, true],
    [`POST ${DC}/x/microsoft.graph.assign`, 'assign', {}, true],
    [`POST ${DC}('x')/Microsoft.Graph.ASSIGN`, 'assign', {}, true],
    [`POST ${DC}/x/assign()`, 'assign', {}, true],
    [`GET ${DC}/x/muster.targetedDevices(outcome='applied')`, 'muster.targetedDevices', { outcome: 'applied' }, true],
    [`GET ${DC}/x/MUSTER.TargetedDevices(Outcome=@a)?@a=muster.outcome'removed'`, 'muster.targetedDevices', { outcome: 'removed' }, true],
    ['GET /beta/deviceManagement/managedDevices/x/muster.effectiveConfigurations', 'muster.effectiveConfigurations', {}, true],
    ['POST /beta/deviceManagement/deviceConfigurations/getTargetedUsersAndDevices', 'getTargetedUsersAndDevices', {}, true],
    [
      `GET ${DC}/x/getOmaSettingPlainTextValue(secretReferenceValueId='a%2Fb')`,
      'getOmaSettingPlainTextValue',
      { secretReferenceValueId: 'a/b' },
      false,
    ],
    [
      `GET ${DC}/x/microsoft.graph.getOmaSettingPlainTextValue(SECRETreferencevalueid='it''s')`,
      'getOmaSettingPlainTextValue',
      { secretReferenceValueId: "it's" },
      false,
    ],
    [
      `GET ${DC}/x/getOmaSettingPlainTextValue(secretReferenceValueId=@v)?@v='a''b'`,
      'getOmaSettingPlainTextValue',
      { secretReferenceValueId: "a'b" },
      false,
    ],
    ['GET /beta/deviceManagement/assignmentFilters/getState', 'getState', {}, false],
    ['GET /beta/deviceManagement/assignmentFilters/getState()', 'getState', {}, false],
    [
      "GET /beta/deviceManagement/assignmentFilters/getPlatformSupportedProperties(platform='IOS')",
      'getPlatformSupportedProperties',
      { platform: 'iOS' },
      true,
    ],
    [
      "GET /beta/deviceManagement/assignmentFilters/getPlatformSupportedProperties(platform=microsoft.graph.devicePlatformType'iOS')",
      'getPlatformSupportedProperties',
      { platform: 'iOS' },
      true,
    ],
  ])('%s calls %s', (line, name, given, collection) => {
    const bound = plan(line);
    expect(bound).toMatchObject({ operation: 'call', collection, call: { operation: { name }, arguments: given } });
  });

  it('keeps what was sent for links', () => {
    expect(plan(`GET ${DC}//x/?$select=id&foo=1`).url).toEqual({ path: `${DC}//x/`, query: '$select=id&foo=1' });
  });

  it('reads the headers', () => {
    const bound = plan(`PATCH ${DC}/x`, {
      'if-match': 'W/"1"',
      'if-none-match': '*',
      prefer: 'return=minimal',
      accept: 'application/json;odata.metadata=full',
    });
    expect(bound).toMatchObject({
      ifMatch: 'W/"1"',
      ifNoneMatch: '*',
      prefer: { return: 'minimal' },
      metadata: 'full',
      ieee754Compatible: false,
      eventual: false,
    });
    expect(plan(`GET ${DC}?$format=application/json;odata.metadata=none`).metadata).toBe('none');
    expect(plan(`GET ${DC}/$count`, { accept: 'text/plain' }).operation).toBe('count');
  });

  it('binds against the version it is given', () => {
    const bound = bind(request('GET /v1.0/deviceManagement/deviceConfigurations/x/assignments'), v1);
    expect([bound.version, steps(bound)]).toEqual(['v1.0', `${dc}/'x'/assignments`]);
    expect(thrown(() => bind(request('GET /v1.0/deviceManagement/deviceConfigurations/x/groupAssignments'), v1))?.kind).toBe(
      'segmentUnknown',
    );
    expect(thrown(() => bind(request('GET /v1.0/deviceManagement/assignmentFilters'), v1))?.kind).toBe('segmentUnknown');
  });
});

describe('refusals', () => {
  it.each([
    ['GET /deviceManagement/deviceConfigurations', 'versionInvalid', 'Invalid version: devicemanagement'],
    ['GET /beta', 'urlInvalid', undefined],
    ['GET /beta/nope', 'segmentUnknown', "Resource not found for the segment 'nope'."],
    ['GET /beta/$batch', 'segmentUnknown', "Resource not found for the segment '$batch'."],
    ['GET /beta/deviceManagement/nope', 'segmentUnknown', "Resource not found for the segment 'nope'."],
    ["GET /beta/deviceManagement('x')", 'segmentUnknown', undefined],
    ['GET /beta/deviceManagement/$count', 'segmentUnknown', undefined],
    ['GET /beta/deviceManagement/$ref', 'segmentUnknown', undefined],
    [`GET ${DC}/$value`, 'segmentUnknown', undefined],
    [`GET ${DC}/$ref/x`, 'segmentUnknown', undefined],
    [`GET ${DC}/$count/x`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/nope`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/targetedDevices(outcome='applied')`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/muster.nope`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/omaSettings`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/displayName/y`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/displayName/$count`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/roleScopeTagIds/0`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/$value`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/microsoft.graph.nope`, 'segmentUnknown', undefined],
    [`GET ${DC}/microsoft.graph.nope`, 'segmentUnknown', undefined],
    [`POST ${DC}/x/assign/y`, 'segmentUnknown', undefined],
    [`GET ${DC}/x/deviceStatusOverview('y')`, 'segmentUnknown', undefined],
    [
      `GET ${DC}/x/microsoft.graph.user`,
      'castInvalid',
      "The type 'microsoft.graph.user' does not derive from 'microsoft.graph.deviceConfiguration'.",
    ],
    [`GET ${DC}/x/microsoft.graph.iosVpnConfiguration/microsoft.graph.macOSVpnConfiguration`, 'castInvalid', undefined],
    [`GET ${DC}(a='x')`, 'urlInvalid', undefined],
    [`GET ${DC}()`, 'urlInvalid', undefined],
    [`GET ${DC}('x)`, 'urlInvalid', undefined],
    [`GET ${DC}/x/getOmaSettingPlainTextValue`, 'urlInvalid', undefined],
    [`GET ${DC}/x/getOmaSettingPlainTextValue(nope='x')`, 'urlInvalid', undefined],
    [`GET ${DC}/x/getOmaSettingPlainTextValue(secretReferenceValueId=5)`, 'urlInvalid', undefined],
    [`GET ${DC}/x/getOmaSettingPlainTextValue(secretReferenceValueId='a',secretReferenceValueId='b')`, 'urlInvalid', undefined],
    ["GET /beta/deviceManagement/assignmentFilters/getPlatformSupportedProperties(platform='nope')", 'urlInvalid', undefined],
    [`POST ${DC}/x/assign(a='b')`, 'urlInvalid', undefined],
  ])('%s', (line, code, message) => {
    const error = thrown(() => plan(line));
    expect(error?.kind).toBe(code);
    if (message !== undefined && error !== undefined) expect(describeError(error).message).toBe(message);
  });

  it.each([
    [`GET ${DC}/x/assign`, 'POST'],
    [`POST ${DC}/x`, 'GET, HEAD, PATCH, DELETE'],
    [`PUT ${DC}/x`, 'GET, HEAD, PATCH, DELETE'],
    [`PATCH ${DC}`, 'GET, HEAD, POST'],
    [`DELETE ${DC}`, 'GET, HEAD, POST'],
    [`DELETE /beta/deviceManagement`, 'GET, HEAD, PATCH'],
    [`POST ${DC}/$count`, 'GET, HEAD'],
    [`PATCH ${DC}/x/displayName`, 'GET, HEAD'],
    [`POST ${DC}/x/rootCertificate/$ref`, 'GET, HEAD, PUT, DELETE'],
    [`PUT /beta/groups/g/members/$ref`, 'GET, HEAD, POST, DELETE'],
    [`PUT /beta/groups/g/members/m/$ref`, 'GET, HEAD, DELETE'],
    [`POST ${DC}/x/assignments/$ref`, 'GET, HEAD'],
    ['POST /beta/deviceManagement/assignmentFilters/getState()', 'GET, HEAD'],
    [`BREW ${DC}`, 'GET, HEAD, POST'],
  ])('%s is not allowed, but %s', (line, allow) => {
    expect(thrown(() => plan(line))).toMatchObject({ kind: 'methodNotAllowed', params: { allow } });
  });

  it.each([
    [`GET ${DC}/x?$filter=id eq 'x'`, 'optionInvalid'],
    [`GET ${DC}/x?$top=1`, 'optionInvalid'],
    [`GET ${DC}/$count?$top=1`, 'optionInvalid'],
    [`GET ${DC}/x/displayName?$select=id`, 'optionInvalid'],
    [`GET ${DC}/x/rootCertificate/$ref?$select=id`, 'optionInvalid'],
    [`POST ${DC}/x/deviceStatuses?$filter=id eq 'x'`, 'optionInvalid'],
    [`GET ${DC}?$id=x`, 'optionInvalid'],
    ['DELETE /beta/groups/g/members/$ref', 'optionInvalid'],
    ['DELETE /beta/groups/g/members/$ref?$id=nope', 'optionInvalid'],
    [`GET ${DC}?$top=-1`, 'optionInvalid'],
    [`GET ${DC}?$top=1.5`, 'optionInvalid'],
    [`GET ${DC}?$top=99999999999999999999`, 'optionInvalid'],
    [`GET ${DC}?$skip=x`, 'optionInvalid'],
    [`GET ${DC}?$count=yes`, 'optionInvalid'],
    [`GET ${DC}?$top=1&top=1`, 'optionInvalid'],
    [`GET ${DC}?$nope=1`, 'optionUnknown'],
    [`GET ${DC}?$format=xml`, 'notAcceptable'],
  ])('%s', (line, code) => expect(thrown(() => plan(line))?.kind).toBe(code));

  it('refuses a media type it cannot write', () => {
    expect(thrown(() => plan(`GET ${DC}`, { accept: 'application/xml' }))?.kind).toBe('notAcceptable');
  });
});

describe('options', () => {
  it.each([
    [`GET ${DC}?$top=5&$count=TRUE&$search=abc&$skiptoken=t.o`, { top: 5, skip: undefined, count: true, search: 'abc', skipToken: 't.o' }],
    [`GET ${DC}?$skip=0`, { skip: 0 }],
    [`GET ${DC}??top=5`, { top: 5 }],
    [`GET ${DC}?%24count=false`, { count: false }],
    [`GET ${DC}?$select=*`, { select: undefined }],
    [`GET ${DC}?$select=`, { select: undefined }],
    [`GET /beta/deviceManagement/assignmentFilters/f/getSupportedProperties()?$top=3`, { top: 3 }],
  ])('%s', (line, expected) => expect(plan(line).options).toMatchObject(expected));

  it('keeps $select of a write', () => {
    expect(plan(`PATCH ${DC}/x?$select=id`).options.select).toEqual([{ name: 'id', cast: undefined, path: [], text: 'id' }]);
  });
});
