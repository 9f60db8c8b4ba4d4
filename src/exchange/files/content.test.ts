import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kindOfBeginning, readContent } from './content.js';
import { walk } from './walk.js';

const root = mkdtempSync(join(tmpdir(), 'muster-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const kind = (text: string | Buffer, path = 'x', whole = true) => kindOfBeginning(Buffer.from(text as string), whole, path);
const line = '{"@odata.type":"#microsoft.graph.user","id":"1"}';

describe('kindOfBeginning', () => {
  it.each([
    ['{\n  "a": 1\n}', 'x.json', 'json'],
    ['[{"a":1}]', 'anything.txt', 'json'],
    ['{"value":[]}', 'x', 'json'],
    [`${line}\n`, 'x.json', 'json'],
    [`${line}\n`, 'x.ndjson', 'ndjson'],
    [`${line}\n${line}\n`, 'x.json', 'ndjson'],
    [`\n\n${line}\n\n${line}`, 'x', 'ndjson'],
    ['{"group":"1","member":"2"}', 'x', 'ndjson'],
    [`{"broken"\n${line}`, 'x.ndjson', 'ndjson'],
    [`{"broken"\n${line}`, 'x.json', 'json'],
    ['Configuration C { Import-DscResource -ModuleName Microsoft365DSC\n}', 'x', 'dsc'],
    ["  IntuneDeviceConfigurationPolicyIOS 'x'\n  {\n", 'x.ps1', 'dsc'],
    ['Write-Host "hello"', 'x.ps1', 'other'],
    ['a: 1', 'x.yaml', 'yaml'],
    ['a: 1', 'x.md', 'other'],
    ['not json', 'x.json', 'json'],
    ['', 'x.json', 'json'],
  ])('%j in %s is %s', (text, path, expected) => expect(kind(text, path)).toBe(expected));

  it('reads UTF-16 as PowerShell writes it', () => {
    expect(kind(Buffer.from('\uFEFF{"a":\n1}', 'utf16le'))).toBe('json');
    expect(kind(Buffer.from([0xff, 0x00, 0xfe]), 'x.bin')).toBe('other');
  });
});

describe('readContent', () => {
  const read = (name: string, bytes: string | Buffer, as: 'json' | 'yaml' = 'json') => {
    const absolute = join(root, name);
    writeFileSync(absolute, bytes);
    return readContent({ path: name, absolute, size: bytes.length }, as, name);
  };

  it.each([
    ['utf8.json', Buffer.from('\uFEFF{"name":"é"}')],
    ['utf16.json', Buffer.from('\uFEFF{"name":"é"}', 'utf16le')],
    ['utf16be.json', Buffer.from('\uFEFF{"name":"é"}', 'utf16le').swap16()],
  ])('%s', async (name, bytes) => expect(await read(name, bytes)).toEqual({ kind: 'json', value: { name: 'é' } }));

  it.each([
    ['broken.json', '{\n  "a": 1,\n}', 'line 3, column 1', /This is not JSON/],
    ['twice.json', '{"a":1,"a":2}', undefined, /member 'a' twice/],
    ['deep.json', '['.repeat(100_000), undefined, /nested/],
    ['empty.json', '', undefined, /empty/],
    ['latin.json', Buffer.from([0x7b, 0xe9, 0x7d]), undefined, /neither UTF-8/],
  ])('%s', async (name, bytes, at, reason) => {
    const found = await read(name, bytes);
    expect(found).toMatchObject({ file: name, reason: expect.stringMatching(reason), ...(at === undefined ? {} : { at }) });
  });
});

describe('walk', () => {
  it('stays inside the folder and comes to an end', async () => {
    const folder = join(root, 'walk');
    mkdirSync(join(folder, 'b', '.git'), { recursive: true });
    writeFileSync(join(root, 'secret.json'), '{}');
    for (const name of ['a.json', 'b/c.json', 'b/.git/config', '.hidden.json']) writeFileSync(join(folder, name), '{}');
    symlinkSync(join(root, 'secret.json'), join(folder, 'out.json'));
    symlinkSync(root, join(folder, 'up'));
    symlinkSync(folder, join(folder, 'b', 'loop'));
    symlinkSync(join(folder, 'a.json'), join(folder, 'b', 'inside.json'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'));
    const { files, passedOver } = await walk(folder);
    expect(files.map(({ path }) => path)).toEqual(['a.json', 'b/c.json', 'b/inside.json']);
    expect(passedOver).toEqual([
      'b/loop: a link to a folder that it lies in',
      'dangling: a link to nothing',
      'out.json: a link that leaves the folder',
      'up: a link that leaves the folder',
    ]);
  });

  it('takes a file for itself', async () => {
    expect((await walk(join(root, 'secret.json'))).files).toMatchObject([{ path: 'secret.json', size: 2 }]);
    await expect(walk(join(root, 'absent'))).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });
});
