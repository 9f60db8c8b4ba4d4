import { describe, expect, it } from 'vitest';
import { completeComplex, completeEntity } from './defaults.js';
import { sampleBeta, sampleSchema } from './testing/sample-schema.js';

const schema = sampleBeta();
const type = (name: string) => schema.types.get(name)!;
const GROUP = '#microsoft.graph.groupAssignmentTarget';

describe('completeEntity', () => {
  it('gives every property its default, in wire order', () => {
    const whole = {
      id: '',
      lastModifiedDateTime: '0001-01-01T00:00:00Z',
      roleScopeTagIds: [],
      createdDateTime: '0001-01-01T00:00:00Z',
      description: null,
      displayName: '',
      version: 0,
      text: '',
      flag: false,
      byte: 0,
      sbyte: 0,
      int16: 0,
      int32: 0,
      int64: 0,
      single: 0,
      double: 0,
      decimal: 0,
      guid: '00000000-0000-0000-0000-000000000000',
      date: '0001-01-01',
      moment: '0001-01-01T00:00:00Z',
      time: '00:00:00.0000000',
      duration: 'PT0S',
      binary: '',
      anything: null,
      platform: 'android',
      days: 'none',
      window: { start: '00:00:00.0000000', note: null, seen: 0, inner: { weight: 1 } },
      maybeWindow: null,
      setting: null,
      retries: 3,
      channel: 'stable',
      numbers: [],
      platforms: [],
      strange: null,
      stranges: [],
    };
    expect(JSON.stringify(completeEntity(type('everythingConfiguration'), {}))).toBe(JSON.stringify(whole));
  });

  it('keeps what is given, overrides first', () => {
    const whole = completeEntity(type('deviceConfigurationAssignment'), { intent: 'remove', sourceId: 'a' }, { id: '1', sourceId: 'b' });
    expect(JSON.stringify(whole)).toBe('{"id":"1","source":"direct","sourceId":"b","intent":"remove","target":null}');
  });

  it('completes complex values, also in collections', () => {
    const whole = completeEntity(type('windows10CustomConfiguration'), {
      omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingInteger', value: 1 }],
    });
    expect(whole.omaSettings).toEqual([
      { '@odata.type': '#microsoft.graph.omaSettingInteger', displayName: '', omaUri: '', value: 1, isReadOnly: false },
    ]);
    expect(completeEntity(type('everythingConfiguration'), { window: { inner: {} } }).window).toEqual({
      start: '00:00:00.0000000',
      note: null,
      seen: 0,
      inner: { weight: 1 },
    });
  });

  it('drops what the type does not declare, unless it is open', () => {
    const stray = JSON.parse('{"nonsense":1,"@odata.type":"x","__proto__":{"polluted":true},"name":"n"}');
    expect(completeEntity(type('deviceConfigurationAssignment'), stray)).not.toHaveProperty('nonsense');
    const open = completeEntity(type('openThing'), stray);
    expect(JSON.stringify(open)).toBe('{"id":"","name":"n","nonsense":1}');
    expect(Object.getPrototypeOf(open)).toBe(Object.prototype);
  });

  it('shares no default that can be changed', () => {
    const whole = completeEntity(type('everythingConfiguration'), {});
    expect(() => (whole.numbers as number[]).push(1)).toThrow(TypeError);
    expect(() => Object.assign(whole.window as object, { start: 'x' })).toThrow(TypeError);
  });

  it.each(['everythingConfiguration', 'windows10CustomConfiguration', 'deviceConfigurationAssignment'])(
    'of a complete %s is itself',
    (name) => {
      const given = {
        window: { note: 'x' },
        omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingString' }],
        target: { '@odata.type': GROUP },
      };
      const once = completeEntity(type(name), given);
      expect(JSON.stringify(completeEntity(type(name), once))).toBe(JSON.stringify(once));
    },
  );

  it('ends on complex types that hold themselves', () => {
    const cyclic = sampleSchema({
      types: { left: { properties: { right: 'right!' } }, right: { properties: { left: 'left!', n: 'Edm.Int32!' } } },
    });
    const right = completeComplex(cyclic.types.get('right')!, {});
    expect(right).toEqual({ left: { right: null }, n: 0 });
    expect(completeComplex(cyclic.types.get('left')!, {})).toEqual({ right: { left: null, n: 0 } });
  });
});

describe('completeComplex', () => {
  it.each([
    [
      'deviceAndAppManagementAssignmentTarget',
      { groupId: 'g', '@odata.type': GROUP },
      `{"@odata.type":"${GROUP}","deviceAndAppManagementAssignmentFilterId":null,"deviceAndAppManagementAssignmentFilterType":"none","groupId":"g"}`,
    ],
    [
      'groupAssignmentTarget',
      { groupId: 'g' },
      `{"@odata.type":"${GROUP}","deviceAndAppManagementAssignmentFilterId":null,"deviceAndAppManagementAssignmentFilterType":"none","groupId":"g"}`,
    ],
    ['timeWindowInner', { '@odata.type': '#microsoft.graph.timeWindowInner', weight: 2 }, '{"weight":2}'],
  ])('%s of %j', (name, given, text) => {
    expect(JSON.stringify(completeComplex(type(name), given))).toBe(text);
  });
});
