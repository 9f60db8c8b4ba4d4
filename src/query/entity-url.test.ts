import { expect, it } from 'vitest';
import { readEntityUrl } from './entity-url.js';

it.each([
  ["https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('c')", 'deviceManagement/deviceConfigurations', 'c'],
  ['https://localhost:8443/beta/deviceManagement/deviceConfigurations/c', 'deviceManagement/deviceConfigurations', 'c'],
  ['https://graph.microsoft.com/v1.0/directoryObjects/c/', 'directoryObjects', 'c'],
  ["/BETA//groups(ID='c')", 'groups', 'c'],
  ['groups(c)', 'groups', 'c'],
  ["deviceManagement/deviceConfigurations('O''Brien')", 'deviceManagement/deviceConfigurations', "O'Brien"],
  ['deviceManagement/deviceConfigurations(%27O%27%27Brien%27)', 'deviceManagement/deviceConfigurations', "O'Brien"],
  ["../deviceConfigurations('a%2Fb')", 'deviceConfigurations', 'a/b'],
  ["deviceConfigurations('a/b')", 'deviceConfigurations', 'a/b'],
  ["deviceConfigurations('c')/microsoft.graph.iosTrustedRootCertificate", 'deviceConfigurations', 'c'],
  ['/groups/c?x=y#z', 'groups', 'c'],
  ['groups/a%20b', 'groups', 'a b'],
  ['groups/(x)', 'groups', '(x)'],
])('%.80s leads to %s, %s', (url, set, id) => expect(readEntityUrl(url)).toEqual({ set, id }));

it.each([
  'c',
  '',
  '/',
  'beta/c',
  'https://graph.microsoft.com',
  "groups('a','b')",
  "groups('a",
  "groups('')",
  'groups()',
  "groups(name='a')",
  "groups('a'b')",
  'groups/%zz',
  'groups/a%00b',
  `groups/${'x'.repeat(20_000)}`,
])('%.80s leads to no entity', (url) => expect(readEntityUrl(url)).toBeUndefined());
