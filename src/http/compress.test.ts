import { expect, it } from 'vitest';
import { preferredCoding } from './compress.js';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br, gzip, deflate', 'br'],
  ['gzip, br', 'br'],
  ['gzip, br;q=0.9', 'gzip'],
  ['gzip;q=0.5, br;q=0.8', 'br'],
  ['gzip;q=0, br', 'br'],
  ['gzip; q=0', undefined],
  ['*', 'br'],
  ['*, br;q=0', 'gzip'],
  ['*, gzip;q=0', 'br'],
  ['identity, *;q=0', undefined],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['identity, gzip', 'gzip'],
  ['deflate, zstd', undefined],
  ['gzip;q=high', undefined],
])('%j -> %s', (accept, coding) => expect(preferredCoding(accept)).toBe(coding));
