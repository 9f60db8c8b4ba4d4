import { expect, it } from 'vitest';
import { referenceKey } from './reference.js';

it.each([
  ["https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('c')", 'c'],
  ['https://localhost:8443/beta/deviceManagement/deviceConfigurations/c', 'c'],
  ['https://graph.microsoft.com/v1.0/directoryObjects/c/', 'c'],
  ["deviceManagement/deviceConfigurations('O''Brien')", "O'Brien"],
  ["../deviceConfigurations('a%2Fb')", 'a/b'],
  ["deviceConfigurations('a/b')", 'a/b'],
  ["deviceConfigurations('c')/microsoft.graph.iosTrustedRootCertificate", 'c'],
  ['/groups/c?x=y#z', 'c'],
  ['groups/a%20b', 'a b'],
  ['c', undefined],
  ['', undefined],
  ['https://graph.microsoft.com', undefined],
  ["groups('a','b')", undefined],
  ["groups('a", undefined],
  ['groups/%zz', undefined],
  [`groups/${'x'.repeat(20_000)}`, undefined],
])('%.80s refers to %s', (url, key) => expect(referenceKey(url)).toBe(key));
