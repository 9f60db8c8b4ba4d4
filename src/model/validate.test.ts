import { describe, expect, it } from 'vitest';
import { describeError } from '../kernel/errors.js';
import type { JsonValue } from '../kernel/json.js';
import { sampleBeta } from './testing/sample-schema.js';
import { thrown } from './testing/thrown.js';
import { storedTypes, validateParameters, validatePayload } from './validate.js';

const schema = sampleBeta();
const type = (name: string) => schema.types.get(name)!;
const create = (name: string, body: JsonValue) => validatePayload(schema, type(name), body, 'create');
const update = (name: string, body: JsonValue) => validatePayload(schema, type(name), body, 'update');

const GROUP = '#microsoft.graph.groupAssignmentTarget';
const SCEP = '#microsoft.graph.iosScepCertificateProfile';
const BIG = 'x'.repeat(150);

describe('the type of the payload', () => {
  it.each([
    ['create', 'deviceConfiguration', SCEP, 'iosScepCertificateProfile'],
    ['create', 'deviceConfiguration', 'microsoft.graph.iosScepCertificateProfile', 'iosScepCertificateProfile'],
    ['create', 'deviceConfiguration', '#graph.iosScepCertificateProfile', 'iosScepCertificateProfile'],
    ['create', 'deviceConfigurationAssignment', undefined, 'deviceConfigurationAssignment'],
    ['create', 'deviceConfigurationAssignment', null, 'deviceConfigurationAssignment'],
    ['update', 'iosScepCertificateProfile', undefined, 'iosScepCertificateProfile'],
    ['update', 'iosScepCertificateProfile', SCEP, 'iosScepCertificateProfile'],
    ['update', 'iosScepCertificateProfile', '#microsoft.graph.deviceConfiguration', 'iosScepCertificateProfile'],
  ] as const)('%s of %s with %j is a %s', (mode, expected, name, result) => {
    const body: JsonValue = name === undefined ? {} : { '@odata.type': name };
    expect(validatePayload(schema, type(expected), body, mode).type.name).toBe(result);
  });

  it.each([
    ['create', 'deviceConfiguration', {}, 'typeMissing', { base: 'deviceConfiguration' }],
    ['create', 'deviceConfiguration', { '@odata.type': '#microsoft.graph.deviceConfiguration' }, 'typeMissing', undefined],
    [
      'create',
      'deviceConfiguration',
      { '@odata.type': '#microsoft.graph.nonsense' },
      'typeUnresolved',
      { type: 'microsoft.graph.nonsense' },
    ],
    [
      'create',
      'deviceConfiguration',
      { '@odata.type': 'microsoft.graph.nonsense' },
      'typeUnresolved',
      { type: 'microsoft.graph.nonsense' },
    ],
    ['create', 'deviceConfiguration', { '@odata.type': 'iosScepCertificateProfile' }, 'typeUnresolved', undefined],
    ['create', 'deviceConfiguration', { '@odata.type': '' }, 'typeUnresolved', { type: '' }],
    ['create', 'deviceConfiguration', { '@odata.type': 5 }, 'typeUnresolved', { type: '5' }],
    ['create', 'deviceConfiguration', { '@odata.type': BIG }, 'typeUnresolved', { type: `${'x'.repeat(100)}…` }],
    ['create', 'deviceConfiguration', { '@odata.type': {} }, 'jsonShape', { found: 'StartObject', expected: 'PrimitiveValue' }],
    ['create', 'deviceConfiguration', { '@odata.type': GROUP }, 'typeIncompatible', undefined],
    [
      'update',
      'iosScepCertificateProfile',
      { '@odata.type': '#microsoft.graph.windows10CustomConfiguration' },
      'typeIncompatible',
      undefined,
    ],
    ['update', 'deviceConfiguration', { '@odata.type': SCEP }, 'typeIncompatible', undefined],
  ] as const)('%s of %s refuses %j: %s', (mode, expected, body, kind, params) => {
    const error = thrown(() => validatePayload(schema, type(expected), body, mode));
    expect(error?.kind).toBe(kind);
    expect(error?.target === '@odata.type' || error?.target === undefined).toBe(true);
    if (params !== undefined) expect(error?.params).toEqual(params);
  });

  it.each([
    [[], 'StartArray'],
    ['text', 'PrimitiveValue'],
    [null, 'PrimitiveValue'],
    [7, 'PrimitiveValue'],
  ] as const)('refuses %j in place of an object', (body, found) => {
    expect(thrown(() => create('deviceConfigurationAssignment', body))?.params).toEqual({ found, expected: 'StartObject' });
  });
});

describe('properties', () => {
  it.each<[string, string, JsonValue, JsonValue]>([
    ['takes nothing', 'deviceConfigurationAssignment', {}, {}],
    ['normalises enums', 'deviceConfigurationAssignment', { intent: 'REMOVE' }, { intent: 'remove' }],
    [
      'normalises flags',
      'iosScepCertificateProfile',
      { keyUsage: 'digitalSignature, keyEncipherment' },
      { keyUsage: 'keyEncipherment,digitalSignature' },
    ],
    ['normalises primitives', 'everythingConfiguration', { moment: '2024-01-01T00:00:00.000+00:00' }, { moment: '2024-01-01T00:00:00Z' }],
    [
      'takes null where it is allowed',
      'everythingConfiguration',
      { description: null, maybeWindow: null, channel: null },
      { description: null, maybeWindow: null, channel: null },
    ],
    ['reads a null collection as empty', 'everythingConfiguration', { platforms: null }, { platforms: [] }],
    ['reads collections', 'everythingConfiguration', { numbers: [1, 2], platforms: ['IOS'] }, { numbers: [1, 2], platforms: ['iOS'] }],
    ['keeps untyped values', 'everythingConfiguration', { anything: { a: [null, { b: 1 }] } }, { anything: { a: [null, { b: 1 }] } }],
    [
      'reads complex values without a type where none derives',
      'everythingConfiguration',
      { window: { start: '08:00' } },
      { window: { start: '08:00:00.0000000' } },
    ],
    [
      'drops the type of a complex value where none derives',
      'everythingConfiguration',
      { window: { '@odata.type': '#microsoft.graph.timeWindow' } },
      { window: {} },
    ],
    [
      'names the type of polymorphic values first',
      'deviceConfigurationAssignment',
      { target: { groupId: 'g', '@odata.type': 'microsoft.graph.groupAssignmentTarget' } },
      { target: { '@odata.type': GROUP, groupId: 'g' } },
    ],
    [
      'reads polymorphic collections',
      'windows10CustomConfiguration',
      { omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingInteger', value: 1 }] },
      { omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingInteger', value: 1 }] },
    ],
    ['takes what open types do not declare', 'openThing', { extra: { a: 1 }, name: 'n' }, { name: 'n', extra: { a: 1 } }],
    [
      'takes null for what the model does not describe',
      'everythingConfiguration',
      { strange: null, stranges: [] },
      { strange: null, stranges: [] },
    ],
  ])('%s', (_, name, body, given) => {
    const read = update(name, body).given;
    expect(JSON.stringify(read)).toBe(JSON.stringify(given));
  });

  it('puts them in wire order', () => {
    const given = update('everythingConfiguration', {
      channel: 'x',
      text: 't',
      displayName: 'n',
      description: 'd',
      window: { note: null, start: '01:00' },
    }).given;
    expect(Object.keys(given)).toEqual(['description', 'displayName', 'text', 'window', 'channel']);
    expect(Object.keys(given.window as object)).toEqual(['start', 'note']);
  });

  it('leaves out what the service sets, unread', () => {
    const read = update('deviceConfigurationAssignment', { id: 5, source: 'nonsense', sourceId: [], intent: 'apply' });
    expect(read.given).toEqual({ intent: 'apply' });
    expect(read.ignored).toEqual(['id', 'source', 'sourceId']);
    const nested = update('everythingConfiguration', { photo: 'x', window: { seen: 'x' } });
    expect(nested.given).toEqual({ window: {} });
    expect(nested.ignored).toEqual(['photo', 'window.seen']);
  });

  it('leaves out control information', () => {
    const body = {
      '@odata.context': 'https://localhost/beta/$metadata#x',
      '@odata.id': 'x',
      '@odata.etag': 'W/"1"',
      '@odata.editLink': 'x',
      '@muster.note': { any: 'thing' },
      'createdDateTime@odata.type': '#DateTimeOffset',
      'assignments@odata.context': 'x',
      'assignments@odata.navigationLink': 'x',
      'assignments@odata.associationLink': 'x',
      'assignments@odata.count': 3,
      'displayName@some.annotation': 'x',
      '#microsoft.graph.assign': { title: 'microsoft.graph.assign', target: 'x' },
      displayName: 'n',
    };
    for (const read of [create('iosScepCertificateProfile', body), update('iosScepCertificateProfile', body)]) {
      expect(read.given).toEqual({ displayName: 'n' });
      expect(read.ignored).toEqual([]);
    }
  });

  it.each<[string, JsonValue, string, string, object?]>([
    [
      'deviceConfigurationAssignment',
      { nonsense: 1 },
      'propertyUnknown',
      'nonsense',
      { property: 'nonsense', type: 'deviceConfigurationAssignment' },
    ],
    ['deviceConfigurationAssignment', { Intent: 'apply' }, 'propertyUnknown', 'Intent'],
    [
      'deviceConfigurationAssignment',
      { target: { '@odata.type': GROUP, collectionId: 'x' } },
      'propertyUnknown',
      'target.collectionId',
      { property: 'collectionId', type: 'groupAssignmentTarget' },
    ],
    ['deviceConfigurationAssignment', { [BIG]: 1 }, 'propertyUnknown', `${'x'.repeat(100)}…`],
    ['deviceConfigurationAssignment', JSON.parse('{"__proto__":{"a":1}}'), 'propertyUnknown', '__proto__'],
    ['deviceConfigurationAssignment', { constructor: 1 }, 'propertyUnknown', 'constructor'],
    ['openThing', JSON.parse('{"__proto__":{"a":1}}'), 'propertyUnknown', '__proto__'],
    ['openThing', { 'not a name': 1 }, 'propertyUnknown', 'not a name'],
    [
      'deviceConfigurationAssignment',
      { intent: 'maybe' },
      'enumInvalid',
      'intent',
      { property: 'intent', value: 'maybe', type: 'deviceConfigAssignmentIntent', members: ['apply', 'remove'] },
    ],
    ['deviceConfigurationAssignment', { intent: true }, 'enumInvalid', 'intent'],
    ['deviceConfigurationAssignment', { intent: ['apply'] }, 'jsonShape', 'intent', { found: 'StartArray', expected: 'PrimitiveValue' }],
    [
      'deviceConfigurationAssignment',
      { intent: null },
      'nullInvalid',
      'intent',
      { property: 'intent', type: 'microsoft.graph.deviceConfigAssignmentIntent' },
    ],
    ['deviceConfigurationAssignment', { target: 'all' }, 'jsonShape', 'target', { found: 'PrimitiveValue', expected: 'StartObject' }],
    ['deviceConfigurationAssignment', { target: [] }, 'jsonShape', 'target', { found: 'StartArray', expected: 'StartObject' }],
    [
      'deviceConfigurationAssignment',
      { target: {} },
      'typeMissing',
      'target.@odata.type',
      { base: 'deviceAndAppManagementAssignmentTarget' },
    ],
    [
      'deviceConfigurationAssignment',
      { target: { '@odata.type': '#microsoft.graph.x' } },
      'typeUnresolved',
      'target.@odata.type',
      { type: 'microsoft.graph.x' },
    ],
    [
      'deviceConfigurationAssignment',
      { target: { '@odata.type': '#microsoft.graph.timeWindow' } },
      'typeIncompatible',
      'target.@odata.type',
    ],
    [
      'deviceConfigurationAssignment',
      { target: { '@odata.type': '#microsoft.graph.deviceAndAppManagementAssignmentTarget' } },
      'typeMissing',
      'target.@odata.type',
    ],
    ['everythingConfiguration', { text: 5 }, 'valueInvalid', 'text', { property: 'text', value: '5', type: 'Edm.String' }],
    [
      'everythingConfiguration',
      { guid: BIG },
      'valueInvalid',
      'guid',
      { property: 'guid', value: `${'x'.repeat(100)}…`, type: 'Edm.Guid' },
    ],
    ['everythingConfiguration', { text: {} }, 'jsonShape', 'text', { found: 'StartObject', expected: 'PrimitiveValue' }],
    ['everythingConfiguration', { text: null }, 'nullInvalid', 'text', { property: 'text', type: 'Edm.String' }],
    ['everythingConfiguration', { window: null }, 'nullInvalid', 'window'],
    ['everythingConfiguration', { numbers: null }, 'nullInvalid', 'numbers', { property: 'numbers', type: 'Collection(Edm.Int32)' }],
    ['everythingConfiguration', { numbers: 1 }, 'jsonShape', 'numbers', { found: 'PrimitiveValue', expected: 'StartArray' }],
    ['everythingConfiguration', { numbers: {} }, 'jsonShape', 'numbers', { found: 'StartObject', expected: 'StartArray' }],
    ['everythingConfiguration', { numbers: [1, '2'] }, 'valueInvalid', 'numbers[1]'],
    [
      'everythingConfiguration',
      { numbers: [JSON.parse('1e400')] },
      'valueInvalid',
      'numbers[0]',
      { property: 'numbers', value: 'Infinity', type: 'Edm.Int32' },
    ],
    ['everythingConfiguration', { numbers: [1, null] }, 'nullInvalid', 'numbers[1]', { property: 'numbers', type: 'Edm.Int32' }],
    ['everythingConfiguration', { numbers: [[1]] }, 'jsonShape', 'numbers[0]'],
    ['everythingConfiguration', { window: { start: 'noon' } }, 'valueInvalid', 'window.start'],
    ['everythingConfiguration', { window: { inner: { weight: 'x' } } }, 'valueInvalid', 'window.inner.weight'],
    ['everythingConfiguration', { strange: { a: 1 } }, 'typeUnresolved', 'strange', { type: 'microsoft.graph.undescribedType' }],
    [
      'windows10CustomConfiguration',
      { omaSettings: [{ value: '1' }] },
      'typeMissing',
      'omaSettings[0].@odata.type',
      { base: 'omaSetting' },
    ],
    ['windows10CustomConfiguration', { omaSettings: ['x'] }, 'jsonShape', 'omaSettings[0]'],
    [
      'windows10CustomConfiguration',
      { omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingString', value: 1 }] },
      'valueInvalid',
      'omaSettings[0].value',
    ],
  ])('%s refuses %j: %s at %s', (name, body, kind, target, params) => {
    for (const mode of ['create', 'update'] as const) {
      const error = thrown(() => validatePayload(schema, type(name), body, mode));
      expect([error?.kind, error?.target]).toEqual([kind, target]);
      if (params !== undefined) expect(error?.params).toEqual(params);
      expect(describeError(error!).status).toBe(400);
    }
  });
});

describe('the stored type of a complex value', () => {
  const stored = { target: { '@odata.type': GROUP, groupId: 'g' }, intent: 'apply' };
  const assignment = type('deviceConfigurationAssignment');
  const read = (target: JsonValue) =>
    validatePayload(schema, assignment, { target }, 'update', { storedTypeOf: storedTypes(schema, stored) }).given;

  it.each<[JsonValue, string]>([
    [{ groupId: 'h' }, GROUP],
    [{ deviceAndAppManagementAssignmentFilterType: 'none' }, GROUP],
    [{}, GROUP],
    [{ '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' }, '#microsoft.graph.allDevicesAssignmentTarget'],
  ])('%j is read as %s', (target, name) => {
    expect((read(target).target as Record<string, JsonValue>)['@odata.type']).toBe(name);
  });

  it('does not help a value that does not fit it', () => {
    expect(thrown(() => read({ entraObjectId: 'x' }))?.kind).toBe('typeMissing');
  });

  it('is unknown where nothing is stored', () => {
    const typeOf = storedTypes(schema, { target: null, list: [stored.target] });
    expect(['target', 'none', 'target.inner', 'list', '__proto__'].map(typeOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(storedTypes(schema, stored)('target')?.name).toBe('groupAssignmentTarget');
  });
});

describe('navigation properties', () => {
  const url = "https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('1')";

  it('collects bound references', () => {
    const read = create('iosScepCertificateProfile', { 'rootCertificate@odata.bind': url, 'extraCertificates@odata.bind': [url, 'x'] });
    expect([...read.binds]).toEqual([
      ['rootCertificate', [url]],
      ['extraCertificates', [url, 'x']],
    ]);
    expect(read.given).toEqual({});
  });

  it('takes a null bind as the removal of a reference, on update', () => {
    expect(update('iosScepCertificateProfile', { 'rootCertificate@odata.bind': null }).removedBinds).toEqual(['rootCertificate']);
    expect(create('iosScepCertificateProfile', { 'rootCertificate@odata.bind': null }).removedBinds).toEqual([]);
  });

  it('collects contained entities on create', () => {
    const items = [{ target: { '@odata.type': GROUP } }];
    const read = create('iosScepCertificateProfile', { assignments: items, deviceStatusOverview: { id: 'x' } });
    expect([...read.deepInserts]).toEqual([
      ['assignments', items],
      ['deviceStatusOverview', [{ id: 'x' }]],
    ]);
  });

  it('takes what an object read back carries empty', () => {
    const read = create('iosScepCertificateProfile', { rootCertificate: null, extraCertificates: [], deviceStatusOverview: null });
    expect([read.given, [...read.binds], [...read.deepInserts]]).toEqual([{}, [], []]);
  });

  it.each<['create' | 'update', JsonValue, string, string]>([
    ['create', { 'nonsense@odata.bind': url }, 'propertyUnknown', 'nonsense'],
    ['create', { 'displayName@odata.bind': url }, 'propertyUnknown', 'displayName'],
    ['create', { '@odata.bind': url }, 'propertyUnknown', ''],
    ['create', { 'rootCertificate@odata.bind': [url] }, 'bindInvalid', 'rootCertificate@odata.bind'],
    ['create', { 'rootCertificate@odata.bind': '' }, 'bindInvalid', 'rootCertificate@odata.bind'],
    ['create', { 'rootCertificate@odata.bind': { '@odata.id': url } }, 'bindInvalid', 'rootCertificate@odata.bind'],
    ['create', { 'extraCertificates@odata.bind': url }, 'bindInvalid', 'extraCertificates@odata.bind'],
    ['create', { 'extraCertificates@odata.bind': null }, 'bindInvalid', 'extraCertificates@odata.bind'],
    ['create', { 'extraCertificates@odata.bind': [url, 5] }, 'bindInvalid', 'extraCertificates@odata.bind'],
    ['create', { 'assignments@odata.bind': [url] }, 'bindInvalid', 'assignments@odata.bind'],
    ['create', { rootCertificate: { id: 'x' } }, 'requestInvalid', 'rootCertificate'],
    ['create', { extraCertificates: [{ id: 'x' }] }, 'requestInvalid', 'extraCertificates'],
    ['create', { assignments: {} }, 'jsonShape', 'assignments'],
    ['create', { assignments: null }, 'jsonShape', 'assignments'],
    ['create', { assignments: [null] }, 'jsonShape', 'assignments[0]'],
    ['create', { deviceStatusOverview: [] }, 'jsonShape', 'deviceStatusOverview'],
    ['update', { assignments: [] }, 'patchNavigation', 'assignments'],
    ['update', { rootCertificate: null }, 'patchNavigation', 'rootCertificate'],
  ])('%s refuses %j: %s at %j', (mode, body, kind, target) => {
    const error = thrown(() => validatePayload(schema, type('iosScepCertificateProfile'), body, mode));
    expect([error?.kind, error?.target]).toEqual([kind, target]);
  });
});

describe('validateParameters', () => {
  const assign = schema.operations[0]!;

  it.each<[JsonValue | undefined, JsonValue]>([
    [undefined, {}],
    [{}, {}],
    [{ '@odata.type': 'x', limit: 5 }, { limit: 5 }],
    [{ assignments: [{ target: { anything: 1 } }] }, { assignments: [{ target: { anything: 1 } }] }],
    [{ assignments: null }, { assignments: [] }],
    [{ window: { start: '01:00' } }, { window: { start: '01:00:00.0000000' } }],
  ])('reads %j', (body, values) => {
    expect(validateParameters(schema, assign, body)).toEqual(values);
  });

  it.each<[JsonValue, string, string | undefined]>([
    [[], 'jsonShape', undefined],
    [{ nonsense: 1 }, 'propertyUnknown', 'nonsense'],
    [JSON.parse('{"__proto__":1}'), 'propertyUnknown', '__proto__'],
    [{ assignments: {} }, 'jsonShape', 'assignments'],
    [{ assignments: [1] }, 'jsonShape', 'assignments[0]'],
    [{ limit: null }, 'nullInvalid', 'limit'],
    [{ limit: 'x' }, 'valueInvalid', 'limit'],
  ])('refuses %j: %s', (body, kind, target) => {
    const error = thrown(() => validateParameters(schema, assign, body));
    expect([error?.kind, error?.target]).toEqual([kind, target]);
  });
});
