import { describe, expect, it } from 'vitest';
import { parseContext } from './context.js';

const base = 'https://graph.microsoft.com/beta/$metadata#';

describe('parseContext', () => {
  it.each([
    ['groups', { set: 'groups', entity: false }],
    ['users/$entity', { set: 'users', entity: true }],
    ['users(id,displayName)/$entity', { set: 'users', entity: true }],
    ['groups(members())', { set: 'groups', entity: false }],
    ['groups(displayName,members(id,displayName))', { set: 'groups', entity: false }],
    ['deviceManagement/deviceConfigurations', { set: 'deviceManagement/deviceConfigurations', entity: false }],
    ['deviceManagement/deviceConfigurations(assignments())/$entity', { set: 'deviceManagement/deviceConfigurations', entity: true }],
    ["groups('a')/members", { set: 'groups', key: 'a', property: 'members', entity: false }],
    ["users('it''s')/manager/$entity", { set: 'users', key: "it's", property: 'manager', entity: true }],
    ["users('a%20b')/memberOf", { set: 'users', key: 'a b', property: 'memberOf', entity: false }],
    [
      "deviceManagement/deviceConfigurations('c')/assignments",
      { set: 'deviceManagement/deviceConfigurations', key: 'c', property: 'assignments', entity: false },
    ],
    [
      "deviceManagement/deviceConfigurations('c')/microsoft.graph.iosScepCertificateProfile/rootCertificate/$entity",
      { set: 'deviceManagement/deviceConfigurations', key: 'c', property: 'rootCertificate', entity: true },
    ],
    [
      'deviceManagement/deviceConfigurations/microsoft.graph.iosScepCertificateProfile',
      { set: 'deviceManagement/deviceConfigurations', entity: false },
    ],
  ])('%s', (path, expected) => expect(parseContext(base + path)).toEqual({ key: undefined, property: undefined, ...expected }));

  it.each(['Edm.String/x y', '', '((((', "groups('a", 'Collection(Edm.String)/%', "'"])('makes nothing of %j', (path) =>
    expect(parseContext(base + path)).toBeUndefined(),
  );

  it.each([undefined, 7, 'https://graph.microsoft.com/beta/groups', `${base}${'('.repeat(5000)}`])('makes nothing of %j', (context) =>
    expect(parseContext(context)).toBeUndefined(),
  );
});
