import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../kernel/json.js';
import { completeEntity } from './defaults.js';
import { projectEntity } from './project.js';
import { sampleBeta, sampleV1 } from './testing/sample-schema.js';

const beta = sampleBeta();
const v1 = sampleV1();
const project = (name: string, given: JsonObject) => projectEntity(completeEntity(beta.types.get(name)!, given), name, beta, v1);

describe('projectEntity', () => {
  it.each<[string, string, string, JsonObject, JsonObject]>([
    [
      'drops properties, also inside complex values and their collections',
      'windows10CustomConfiguration',
      'windows10CustomConfiguration',
      {
        displayName: 'n',
        roleScopeTagIds: ['0'],
        omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingString', displayName: 'd', omaUri: './x', value: 'v' }],
      },
      { displayName: 'n', omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingString', omaUri: './x', value: 'v' }] },
    ],
    [
      'shows a type that is not there as its base',
      'iosTrustedRootCertificate',
      'deviceConfiguration',
      { displayName: 'n', trustedRootCertificate: 'aGk=' },
      { displayName: 'n' },
    ],
    [
      'shows a complex type that is not there as its base',
      'windows10CustomConfiguration',
      'windows10CustomConfiguration',
      { omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingInteger', omaUri: './x', value: 1 }] },
      { omaSettings: [{ '@odata.type': '#microsoft.graph.omaSetting', omaUri: './x' }] },
    ],
    [
      'keeps the type of a target',
      'deviceConfigurationAssignment',
      'deviceConfigurationAssignment',
      { intent: 'apply', target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: 'g' } },
      { target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: 'g' } },
    ],
    ['keeps null', 'deviceConfigurationAssignment', 'deviceConfigurationAssignment', { target: null }, { target: null }],
    [
      'shows enum members and shapes that are not there as what is',
      'everythingConfiguration',
      'everythingConfiguration',
      {
        platform: 'linux',
        platforms: ['iOS', 'linux'],
        window: { start: '01:00:00.0000000', note: 'x' },
        numbers: [1],
        int32: 4,
        text: 't',
      },
      {
        platform: 'unknownFutureValue',
        platforms: ['iOS', 'unknownFutureValue'],
        window: { start: '01:00:00.0000000' },
        numbers: null,
        int32: null,
        text: 't',
      },
    ],
  ])('%s', (_, name, shownAs, given, expected) => {
    const projected = project(name, given)!;
    expect(projected.type).toBe(v1.types.get(shownAs));
    expect(projected.json).toMatchObject(expected);
    expect([...projected.type.properties.keys()]).toEqual(Object.keys(projected.json));
    for (const [key, value] of Object.entries(expected)) expect(projected.json[key]).toEqual(value);
  });

  it('keeps to the properties it is given', () => {
    expect(projectEntity({ displayName: 'n', roleScopeTagIds: [] }, 'windows10CustomConfiguration', beta, v1)?.json).toEqual({
      displayName: 'n',
    });
  });

  it.each(['betaOnlyThing', 'nonsense'])('has no %s', (name) => {
    expect(projectEntity({ id: '1' }, name, beta, v1)).toBeUndefined();
  });

  it.each(['everythingConfiguration', 'windows10CustomConfiguration', 'deviceConfigurationAssignment', 'iosTrustedRootCertificate'])(
    'is idempotent for %s',
    (name) => {
      const once = project(name, {
        platforms: ['linux'],
        omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingInteger', value: 1 }],
        target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: 'g' },
      })!;
      expect(JSON.stringify(projectEntity(once.json, name, beta, v1)?.json)).toBe(JSON.stringify(once.json));
    },
  );

  it('changes nothing within one version', () => {
    const json = completeEntity(beta.types.get('everythingConfiguration')!, { platform: 'linux', window: { note: 'x' } });
    expect(JSON.stringify(projectEntity(json, 'everythingConfiguration', beta, beta)?.json)).toBe(JSON.stringify(json));
  });

  it('keeps what an open type carries', () => {
    expect(projectEntity({ id: '1', name: 'n', extra: 1 }, 'openThing', beta, beta)?.json).toEqual({ id: '1', name: 'n', extra: 1 });
  });
});
