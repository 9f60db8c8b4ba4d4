import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandSetting, runCommand } from '../../../tests/support/command.js';
import { loadConfig } from '../../config.js';
import { type Running, start } from '../../main.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../../tests/fixtures/exports/${name}`, import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'muster-export-'));
const data = join(root, 'data');
let server: Running;
let place: string;

const muster = (args: readonly string[], setting: Partial<CommandSetting> = {}) =>
  runCommand([...args, '--tenant', 'empty', '--data', data, '--quiet'], { directory: root, ...setting });

beforeAll(async () => {
  const flags = { data, http: '127.0.0.1:0', https: 'off', tenants: 'empty', log: 'silent' };
  const { config } = await loadConfig({ flags, environment: {}, workingDirectory: root });
  server = await start(config);
  for (const name of ['graph', 'intune-management']) expect((await muster(['import', fixture(name)])).code).toBe(0);
}, 60_000);

afterAll(async () => {
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  place = mkdtempSync(join(root, 'place-'));
});

/** Paths below a folder. */
const tree = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

const C2 = '0c000001-0000-4000-8000-000000000002';

describe('muster export', () => {
  it('writes the layout of each tool, and what Muster does not serve in its place or apart', async () => {
    const { code, out } = await muster(['export', join(place, 'im'), '--format', 'intuneManagement']);
    expect(out).toMatch(
      /^Exported \d+ objects of empty at .* into .*im in .*: \d+ files, intuneManagement\.\n {2}left out or unclear: 3 objects of the type user, which IntuneManagement does not carry/,
    );
    expect(code).toBe(0);
    expect(tree(join(place, 'im'))).toEqual([
      'AssignmentFilters/Windows laptops.json',
      'CompliancePolicies/Windows compliance.json',
      'DeviceConfiguration/Wallpaper.json',
      'DeviceConfiguration/iPad_ no camera.json',
      'Groups/Berlin devices.json',
      'Groups/Sales.json',
      'Kept/graph/deviceManagement/configurationPolicies/0d000001-0000-4000-8000-000000000001.json',
      'MigrationTable.json',
      'ScopeTags/Berlin.json',
      'ScopeTags/Default.json',
      'SettingsCatalog/Edge.json',
      'muster-export.json',
    ]);
    const table = JSON.parse(readFileSync(join(place, 'im', 'MigrationTable.json'), 'utf8'));
    expect(table).toMatchObject({
      TenantId: expect.stringMatching(/^[-0-9a-f]{36}$/),
      Objects: [{ DisplayName: 'Berlin devices', Type: 'Group' }, { DisplayName: 'Sales' }],
    });

    await muster(['export', join(place, 'cd'), '--format', 'IntuneCD', '--yaml']);
    expect(tree(join(place, 'cd'))).toContain(`Device Configurations/iPad_ no camera_iosGeneralDeviceConfiguration__${C2}.yaml`);
    expect(
      readFileSync(
        join(place, 'cd', 'Device Configurations', `Wallpaper_windows10CustomConfiguration__0c000001-0000-4000-8000-000000000001.yaml`),
        'utf8',
      ),
    ).toMatch(
      /deviceAndAppManagementAssignmentFilterId: Windows laptops\n(?:.*\n)*? +groupName: Berlin devices\n +groupType: StaticMembership/,
    );

    const { out: summary } = await muster(['export', join(place, 'g'), '--json']);
    expect(JSON.parse(summary)).toMatchObject({ format: 'graph', notCarried: {} });
    expect(tree(join(place, 'g'))).toContain('deviceManagement/configurationPolicies/0d000001-0000-4000-8000-000000000001.json');
    expect(readdirSync(place).sort()).toEqual(['cd', 'g', 'im']);
  });

  it('writes over nothing, and takes the place of an earlier export where it is told to', async () => {
    const path = join(place, 'out');
    mkdirSync(path);
    writeFileSync(join(path, 'mine.txt'), 'x');
    expect(await muster(['export', path])).toMatchObject({
      code: 1,
      error: expect.stringContaining('is not empty, and holds no earlier export of muster'),
    });
    rmSync(join(path, 'mine.txt'));
    expect((await muster(['export', path])).code).toBe(0);
    expect(await muster(['export', path])).toMatchObject({
      code: 1,
      error: expect.stringContaining('--replace puts the new one in its place'),
    });
    mkdirSync(join(path, '.git'));
    writeFileSync(join(path, '.git', 'HEAD'), 'ref');
    writeFileSync(join(path, 'notes.md'), 'mine');
    expect(await muster(['export', path, '--replace'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('holds notes.md, which the earlier export has not written'),
    });
    rmSync(join(path, 'notes.md'));
    expect((await muster(['export', path, '--replace', '--format', 'intuneCd'])).code).toBe(0);
    expect(existsSync(join(path, '.git', 'HEAD'))).toBe(true);
    expect(readdirSync(path).sort()).toEqual(['.git', 'Device Configurations', 'Filters', 'Kept', 'Scope Tags', 'muster-export.json']);
    expect(readdirSync(place)).toEqual(['out']);
    writeFileSync(join(place, 'file'), 'x');
    expect(await muster(['export', join(place, 'file')])).toMatchObject({ code: 1, error: expect.stringContaining('is a file') });
  });

  it('leaves nothing behind where it is stopped or fails', async () => {
    let timer: NodeJS.Timeout | undefined;
    const stopped = await muster(['export', join(place, 'out')], {
      signals: (send) => {
        timer = setInterval(send, 1);
      },
    });
    clearInterval(timer);
    expect(stopped).toMatchObject({ code: 1, error: expect.stringContaining('Stopped by a signal: nothing was kept.') });
    const refused = await muster(['export', join(place, 'out'), '--url', server.http ?? '', '--token', 'a.b.c']);
    expect(refused.code).toBe(1);
    expect(readdirSync(place)).toEqual([]);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'a format that is not written',
      ['--format', 'intuneBackup'],
      /--format 'intuneBackup' is not one of graph, intuneManagement, intuneCd, ndjson/,
    ],
    ['YAML of Graph', ['--yaml'], /--yaml goes with --format intuneCd/],
  ])('refuses %s', async (_, args, message) => {
    const { code, error } = await muster(['export', join(place, 'x'), ...args]);
    expect(error).toMatch(message);
    expect(code).toBe(2);
  });

  it('of lines goes in again as lines', async () => {
    const path = join(place, 'lines');
    await muster(['export', path, '--format', 'ndjson']);
    const other = join(place, 'data');
    const { code, out } = await runCommand(['import', path, '--tenant', 'empty', '--data', other, '--json'], { directory: root });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ types: { deviceConfiguration: 2, kept: 3 }, complete: true });
  });
});
