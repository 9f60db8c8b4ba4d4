import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { encodedBody, preferredCoding, takesNothing } from './compress.js';

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

it.each([
  [undefined, false],
  ['', false],
  ['deflate', false],
  ['gzip;q=0, br;q=0', false],
  ['identity;q=0', true],
  ['*;q=0', true],
  ['identity;q=0.0, deflate', true],
  ['identity;q=0, gzip', false],
  ['*;q=0, br', false],
  ['*;q=0, identity', false],
])('%j takes nothing that is spoken here: %s', (accept, nothing) => expect(takesNothing(accept)).toBe(nothing));

it.each([
  ['gzip', undefined],
  ['identity;q=0, gzip', 'gzip'],
  ['*;q=0, br', 'br'],
])('a short answer with %j is in %s', async (accept, coding) => expect((await encodedBody('{}', accept))?.coding).toBe(coding));

it('a body that is sent again is encoded once in each coding', async () => {
  const body = Buffer.from('{"value":"said again"}'.repeat(999));
  const decoded = { br: brotliDecompressSync, gzip: gunzipSync } as const;
  for (const coding of ['br', 'gzip'] as const) {
    const [first, second] = await Promise.all([encodedBody(body, coding), encodedBody(body, coding)]);
    expect(second?.bytes).toBe(first?.bytes);
    expect(decoded[coding](first?.bytes ?? '').equals(body)).toBe(true);
    expect((await encodedBody(Buffer.from(body), coding))?.bytes).not.toBe(first?.bytes);
  }
});
