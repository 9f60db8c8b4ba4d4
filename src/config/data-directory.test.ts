import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskFiles, ephemeralFiles, type PrivateFiles } from './data-directory.js';
import { loadIssuerState } from './issuer-state.js';
import { readIdentity } from './tls-files.js';
import { ConfigError } from './words.js';

const root = mkdtempSync(join(tmpdir(), 'muster-data-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(root, String(++count));

describe.each<[string, () => PrivateFiles]>([
  ['on disk', () => diskFiles(fresh())],
  ['in memory', ephemeralFiles],
])('private files %s', (_where, make) => {
  it('keep what is created once, and give it back', () => {
    const files = make();
    expect(files.read('a')).toBeUndefined();
    expect(files.createOnce('a', 'first')).toBe('first');
    expect(files.createOnce('a', 'second')).toBe('first');
    expect(files.read('a')).toBe('first');
    files.replace('a', 'third');
    expect(files.read('a')).toBe('third');
  });

  it('keep the state of the issuer: the same at the second start', async () => {
    const files = make();
    let made = 0;
    const create = async () => ({ keys: [++made] });
    const first = await loadIssuerState(files, create);
    expect(first.keys).toEqual({ keys: [1] });
    expect(first.clientSecret.length).toBeGreaterThanOrEqual(32);
    expect(first.skipTokenKey).toHaveLength(32);
    expect(await loadIssuerState(files, create)).toEqual(first);
  });

  it.each(['', 'no json', '[]', '{}', '{"signing":{},"clientSecret":"","skipTokenKey":"a"}'])('say that %j is damaged', async (text) => {
    const files = make();
    files.replace('issuer.json', text);
    const state = loadIssuerState(files, async () => ({}));
    await expect(state).rejects.toThrow(ConfigError);
    await expect(state).rejects.toThrow(/issuer\.json is damaged\. Delete it/);
  });
});

it('both of two processes that start at once go on with the first one’s keys', async () => {
  const directory = fresh();
  const [one, other] = await Promise.all([1, 2].map((key) => loadIssuerState(diskFiles(directory), async () => ({ keys: [key] }))));
  expect(one).toEqual(other);
});

describe('the data directory', () => {
  it.skipIf(process.platform === 'win32')('and its files are for the owner alone, with nothing left aside', () => {
    const directory = join(fresh(), 'nested');
    const files = diskFiles(directory);
    files.createOnce('a', '1');
    files.replace('a', '2');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'a')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['a']);
  });

  it('cannot be a file', () => {
    const path = fresh();
    writeFileSync(path, '');
    expect(() => diskFiles(path)).toThrow();
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('must be writable', () => {
    const directory = fresh();
    mkdirSync(directory);
    chmodSync(directory, 0o500);
    expect(() => diskFiles(directory)).toThrow(/EACCES/);
  });
});

it.each([
  [{ cert: 'absent.pem', key: 'absent.pem' }, /^--tls-cert '.*absent\.pem' cannot be read \(ENOENT\)\.$/],
  [{ cert: 'text.pem', key: 'absent.pem' }, /^--tls-key '.*absent\.pem' cannot be read/],
  [{ cert: 'text.pem', key: 'text.pem' }, /are no pair of PEM certificate and key/],
])('certificate files %j', (names, message) => {
  const directory = fresh();
  mkdirSync(directory);
  writeFileSync(join(directory, 'text.pem'), 'text');
  const read = () => readIdentity({ cert: join(directory, names.cert), key: join(directory, names.key) });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});
