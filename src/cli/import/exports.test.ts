import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandSetting, runCommand } from '../../../tests/support/command.js';
import { loadConfig } from '../../config.js';
import { type Running, start } from '../../main.js';

const fixtures = fileURLToPath(new URL('../../../tests/fixtures/exports/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'muster-exports-'));
const data = join(root, 'data');
let server: Running;

/** One server for all: what is tried on `docs` changes nothing there. */
beforeAll(async () => {
  const flags = { data, http: '127.0.0.1:0', https: 'off', tenants: 'docs,empty', log: 'silent' };
  const { config } = await loadConfig({ flags, environment: {}, workingDirectory: root });
  server = await start(config);
}, 60_000);

afterAll(async () => {
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

const muster = (args: readonly string[], setting: Partial<CommandSetting> = {}) =>
  runCommand([...args, '--data', data, '--quiet'], { directory: root, ...setting });
const into = (tenant: string) => ['--tenant', tenant, '--json'];

let made = 0;
/** A copy of a fixture that a test may spoil. */
function copy(name: string): string {
  const path = `export-${made++}`;
  cpSync(join(fixtures, name), join(root, path), { recursive: true });
  return path;
}

function put(folder: string, path: string, value: unknown): void {
  const file = join(root, folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
}

const configuration = (id: number, more: object = {}) => ({
  '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration',
  id: `0c000002-0000-4000-8000-${String(id).padStart(12, '0')}`,
  displayName: `Configuration ${id}`,
  assignments: [],
  ...more,
});
const toGroup = (target: object) => ({
  assignments: [
    {
      intent: 'apply',
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', deviceAndAppManagementAssignmentFilterType: 'none', ...target },
    },
  ],
});
const group = (id: number, displayName: string) => ({
  '@odata.type': '#microsoft.graph.group',
  id: `0a000002-0000-4000-8000-${String(id).padStart(12, '0')}`,
  displayName,
  mailEnabled: false,
  mailNickname: `g${id}`,
  securityEnabled: true,
});

async function countOf(tenant: string): Promise<number> {
  const { out } = await muster(['export', join(root, `count-${made++}`), '--tenant', tenant, '--format', 'ndjson', '--json']);
  return (JSON.parse(out) as { objects: number }).objects;
}

describe('what is wrong is found before anything is written', () => {
  it('a file of many that is no JSON, by line and column', async () => {
    const path = copy('graph');
    for (let n = 0; n < 500; n++) put(path, `many/${n}.json`, configuration(n));
    put(path, 'many/77.json', '{\n  "@odata.type": "#microsoft.graph.iosGeneralDeviceConfiguration",\n  "id": oops\n}');
    const before = await countOf('docs');
    const refused = await muster(['import', path, ...into('docs')]);
    expect(refused.code).toBe(1);
    expect(refused.error).toContain(`${path}/many/77.json, line 3, column 9: This is not JSON`);
    expect(refused.error).toContain('Nothing has been imported. Mend it, or import the rest with --keep-going.');
    expect(JSON.parse(refused.out)).toMatchObject({ imported: 0, rejectedCount: 1, complete: false });
    expect(await countOf('docs')).toBe(before);
    const rest = await muster(['import', path, ...into('empty'), '--keep-going']);
    expect(rest.code).toBe(1);
    expect(JSON.parse(rest.out)).toMatchObject({ types: { deviceConfiguration: 501 }, rejectedCount: 1, complete: true });
  }, 60_000);

  it.each<[string, (path: string) => void, RegExp]>([
    [
      'two objects of one id, with both files',
      (path) => put(path, 'again.json', configuration(1)),
      /one\.json: The deviceConfiguration '0c000002-[-0-9]+1' stands in .*\/again\.json already/,
    ],
    [
      'an object without its type',
      (path) => put(path, 'two.json', { '@odata.context': 'https://x/$metadata#deviceManagement/deviceConfigurations/$entity', id: 'x' }),
      /two\.json: It does not say which deviceConfiguration it is/,
    ],
    [
      'a value that the type does not take',
      (path) => put(path, 'two.json', configuration(2, { cameraBlocked: 'perhaps' })),
      /two\.json: .*cameraBlocked/,
    ],
    ['an id that is none', (path) => put(path, 'two.json', { ...configuration(2), id: 'seven' }), /two\.json: 'id' is a GUID/],
    [
      'an assignment without a target',
      (path) => put(path, 'two.json', configuration(2, { assignments: [{ intent: 'apply' }] })),
      /two\.json: One of its assignments has no target/,
    ],
    [
      'an assignment to a group that it does not say',
      (path) => put(path, 'two.json', configuration(2, toGroup({}))),
      /two\.json: One of its assignments is to a group, and does not say to which/,
    ],
    [
      'a target of no kind',
      (path) => put(path, 'two.json', configuration(2, { assignments: [{ target: { '@odata.type': '#microsoft.graph.nobody' } }] })),
      /two\.json: .*assignments\[0\]/,
    ],
    [
      'a tab in YAML',
      (path) => put(path, 'two.yaml', 'displayName: x\nassignments:\n\t- target: y\n'),
      /two\.yaml, line 3, column 1: A tab stands where YAML wants spaces/,
    ],
    [
      'assignments of nobody',
      (path) =>
        put(path, 'two.json', {
          '@odata.context': "https://x/$metadata#deviceManagement/deviceConfigurations('nobody')/assignments",
          value: [],
        }),
      /two\.json: Its assignments are of the deviceConfiguration 'nobody', which is not in the export/,
    ],
    [
      'a group that is named and that nobody has',
      (path) => put(path, 'two.json', configuration(2, toGroup({ groupName: 'Nobody' }))),
      /two\.json: No group is called 'Nobody'.*--map 'Nobody=ID', make an empty one with --missing-groups create, or leave its assignments out with --missing-groups drop/,
    ],
    [
      'a filter that is named and that nobody has',
      (path) =>
        put(
          path,
          'two.json',
          configuration(
            2,
            toGroup({
              groupId: group(1, '').id,
              deviceAndAppManagementAssignmentFilterId: 'Laptops',
              deviceAndAppManagementAssignmentFilterType: 'include',
            }),
          ),
        ),
      /No assignment filter is called 'Laptops'/,
    ],
    [
      'a name that two groups of the export have',
      (path) => {
        for (const n of [1, 2]) put(path, `group-${n}.json`, group(n, 'Twins'));
        put(path, 'two.json', configuration(2, toGroup({ groupName: 'twins' })));
      },
      /two\.json: The group 'twins' is named, and 2 have this name: 0a000002-[-0-9]+1, 0a000002-[-0-9]+2\. Say which one is meant: --map 'twins=0a000002/,
    ],
  ])('%s', async (_, spoil, message) => {
    const path = `export-${made++}`;
    put(path, 'one.json', configuration(1));
    spoil(path);
    const { code, error, out } = await muster(['import', path, ...into('docs')]);
    expect(error).toMatch(message);
    expect(error).toContain('Nothing has been imported');
    expect([code, (JSON.parse(out) as { imported: number }).imported]).toEqual([1, 0]);
  });

  it('and is left out with what hangs on it, where the import is to keep going', async () => {
    const path = `export-${made++}`;
    put(path, 'one.json', configuration(901));
    put(path, 'two.json', configuration(902, toGroup({ groupName: 'Nobody' })));
    put(path, 'three.json', configuration(901));
    const { code, out } = await muster(['import', path, ...into('empty'), '--keep-going']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ imported: 1, types: { deviceConfiguration: 1 } });
  });
});

describe('who is meant', () => {
  it('is told before anything is written', async () => {
    const before = await countOf('docs');
    const { code, out, error } = await muster([
      'import',
      join(fixtures, 'intune-cd'),
      '--tenant',
      'docs',
      '--dry-run',
      '--map',
      'Sales=0a000001-0000-4000-8000-000000000002',
    ]);
    expect(out).toMatch(
      /^Read 8 files of .*intune-cd as IntuneCD: its assignments name their groups\.\n {2}not read: 1 file \(\.md\): no data of an export\nHolds: windows10CustomConfiguration 1/,
    );
    expect(out).toContain('Kept as they are, since Muster does not serve them: #microsoft.graph.deviceManagementConfigurationPolicy 1');
    expect(out).toMatch(/group +Sales +by --map +0a000001-0000-4000-8000-000000000002 +1\n/);
    expect(out).toMatch(/group +Berlin devices +nobody has this name +1\n/);
    expect(error).toContain("No group is called 'Berlin devices'");
    expect(code).toBe(1);
    expect(await countOf('docs')).toBe(before);
  });

  it('is told to programs', async () => {
    const { out } = await muster(['import', join(fixtures, 'intune-management'), '--tenant', 'docs', '--dry-run', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      dryRun: true,
      faults: [],
      exports: [{ format: 'intuneManagement', files: 10 }],
      objects: { group: 2, roleScopeTag: 2 },
      kept: { '#microsoft.graph.windows10CompliancePolicy': 1 },
      mapping: expect.arrayContaining([
        {
          kind: 'group',
          id: '0a000001-0000-4000-8000-0000000000ff',
          name: 'Old phones',
          how: 'kept',
          to: '0a000001-0000-4000-8000-0000000000ff',
          uses: 1,
        },
      ]),
    });
  });

  it('several of the tenant that have the name are listed, and --map says which', async () => {
    const twins = `export-${made++}`;
    for (const n of [11, 12]) put(twins, `${n}.json`, group(n, 'Pair'));
    expect((await muster(['import', twins, ...into('empty')])).code).toBe(0);
    const path = `export-${made++}`;
    put(path, 'one.json', configuration(911, toGroup({ groupName: 'pair' })));
    const refused = await muster(['import', path, ...into('empty')]);
    expect(refused.error).toMatch(/The group 'pair' is named, and 2 have this name: .*11, .*12\. Say which one is meant/);
    const mapped = await muster(['import', path, ...into('empty'), '--map', `Pair=${group(12, '').id}`]);
    expect([mapped.error, mapped.code]).toEqual(['', 0]);
  });

  it('those that nobody has are made, kept or left out', async () => {
    const path = `export-${made++}`;
    const id = '0a000003-0000-4000-8000-000000000001';
    put(
      path,
      'one.json',
      configuration(921, { assignments: [...toGroup({ groupName: 'Newcomers' }).assignments, ...toGroup({ groupId: id }).assignments] }),
    );
    const dropped = await muster(['import', path, ...into('empty'), '--missing-groups', 'drop']);
    expect(JSON.parse(dropped.out)).toMatchObject({ imported: 1, mapping: [{ how: 'dropped' }, { how: 'dropped' }] });
    const created = await muster(['import', path, ...into('empty'), '--missing-groups', 'create']);
    expect(JSON.parse(created.out)).toMatchObject({
      types: { group: 1, deviceConfiguration: 1 },
      mapping: [{ how: 'created' }, { how: 'kept', to: id }],
    });
    const again = await muster(['import', path, ...into('empty')]);
    expect(JSON.parse(again.out)).toMatchObject({ mapping: [{ how: 'nameInTenant' }, { how: 'kept' }], rejectedCount: 0 });
  });
});

it('what only the tenant can refuse is named by its file, and its chunk is not written', async () => {
  const path = `export-${made++}`;
  put(path, 'filter.json', {
    '@odata.type': '#microsoft.graph.deviceAndAppManagementAssignmentFilter',
    id: '0b000002-0000-4000-8000-000000000001',
    displayName: 'Windows',
    platform: 'windows10AndLater',
    rule: '(device.model -eq "X")',
  });
  put(
    path,
    'ios.json',
    configuration(
      931,
      toGroup({
        groupId: group(1, '').id,
        deviceAndAppManagementAssignmentFilterId: '0b000002-0000-4000-8000-000000000001',
        deviceAndAppManagementAssignmentFilterType: 'include',
      }),
    ),
  );
  const { code, error, out } = await muster(['import', path, ...into('empty')]);
  expect(error).toMatch(/ios\.json: /);
  expect(error).toContain('nothing of what was sent along with it has been imported. 0 objects have been imported');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ imported: 0, complete: false });
  const rest = await muster(['import', path, ...into('empty'), '--keep-going']);
  expect(JSON.parse(rest.out)).toMatchObject({ imported: 1, rejectedCount: 1 });
});

describe('the command line', () => {
  const lines = join(root, 'lines.ndjson');
  beforeAll(() => writeFileSync(lines, `${JSON.stringify(group(31, 'A'))}\n`));

  it.each<[string, readonly string[], RegExp]>([
    ['a format that is none', ['.', '--format', 'zip'], /--format 'zip' is not one of graph, intuneManagement/],
    [
      'a choice that is none',
      [join(fixtures, 'graph'), '--missing-groups', 'guess'],
      /--missing-groups 'guess' is not one of keep, create, drop/,
    ],
    ['a mapping that is none', [join(fixtures, 'graph'), '--map', 'Sales'], /--map 'Sales' is not NAME=ID/],
    ['two mappings of one', [join(fixtures, 'graph'), '--map', 'a=1', '--map', 'A=2'], /says twice who 'a' is/i],
    ['lines and an export', [lines, join(fixtures, 'graph')], /go in one after the other/],
    ['a dry run of lines', [lines, '--dry-run'], /--dry-run is for exports/],
    ['JSON that is no export', [join(root, 'strange.json')], /is no export that is known here.*--format graph\|/],
  ])('%s is refused', async (_, args, message) => {
    writeFileSync(join(root, 'strange.json'), '{"name": "package"}');
    const { code, error } = await muster(['import', ...args, '--tenant', 'empty']);
    expect(error).toMatch(message);
    expect(code).toBe(2);
  });

  it('several files of lines go in one after the other', async () => {
    const second = join(root, 'second.ndjson');
    writeFileSync(
      second,
      `${JSON.stringify(group(32, 'B'))}\n{"group":"${group(31, '').id}","member":"${group(32, '').id}","memberType":"group"}\n`,
    );
    const { code, out } = await runCommand(['import', lines, second, '--tenant', 'empty', '--data', join(root, 'other'), '--quiet'], {
      directory: root,
    });
    expect(out).toMatch(/^Imported 1 objects of .*lines\.ndjson into tenant empty .*\nImported 2 objects of .*second\.ndjson/);
    expect(code).toBe(0);
  });

  it('a tenant that the data directory does not hold yet is made', async () => {
    const { code, out, error } = await runCommand(
      ['import', join(fixtures, 'graph'), '--tenant', 'empty', '--data', join(root, 'fresh'), '--json'],
      { directory: root },
    );
    expect(JSON.parse(out)).toMatchObject({ types: { deviceConfiguration: 2, group: 2, member: 1 }, rejectedCount: 0 });
    expect(error).toContain('its database is opened for this command');
    expect(code).toBe(0);
  }, 60_000);

  it('Ctrl-C leaves nothing half done', async () => {
    const before = await countOf('empty');
    let timer: NodeJS.Timeout | undefined;
    const { code, error } = await muster(['import', join(fixtures, 'graph'), ...into('empty')], {
      signals: (send) => {
        timer = setInterval(send, 1);
      },
    });
    clearInterval(timer);
    expect(error).toContain('Stopped by a signal. Nothing has been imported.\n');
    expect(code).toBe(1);
    expect(await countOf('empty')).toBe(before);
  });
});
