import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../kernel/json.js';
import { checkObject } from './check-object.js';
import { emitLines } from './emit.js';
import type { MappingOptions } from './mapping/mapping.js';
import { resolveExport } from './mapping/resolve.js';
import { nobody, type TenantNames } from './mapping/tenant-names.js';
import { loadExchangeModel } from './model.js';
import { type OpenedExport, openPath } from './open-export.js';
import { scanExports } from './scan.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../tests/fixtures/exports/${name}`, import.meta.url));
const keep: MappingOptions = { map: new Map(), missing: 'keep' };

async function read(name: string, options: MappingOptions = keep, tenant: TenantNames = nobody) {
  const model = await loadExchangeModel();
  const opened = (await openPath(fixture(name), name, undefined)) as OpenedExport;
  const scan = await scanExports([opened], model, { check: (record) => checkObject(record, model) });
  const mapping = resolveExport(scan, tenant, options);
  const lines: JsonObject[] = [];
  const passedOver: string[] = [];
  for await (const { line } of emitLines(scan, mapping, model, (_, reason) => passedOver.push(reason))) lines.push(line);
  return { opened, scan, mapping, lines, passedOver };
}

const G1 = '0a000001-0000-4000-8000-000000000001';
const G2 = '0a000001-0000-4000-8000-000000000002';
const F1 = '0b000001-0000-4000-8000-000000000001';
const C1 = '0c000001-0000-4000-8000-000000000001';
const C2 = '0c000001-0000-4000-8000-000000000002';

/** Of what the fixtures of all formats say of one tenant. */
const configuration = (lines: readonly JsonObject[], displayName: string) => lines.find((line) => line.displayName === displayName);
const targets = (line: JsonObject | undefined) =>
  (line?.assignments as readonly { readonly target: JsonObject }[] | undefined)?.map(({ target }) => [
    String(target['@odata.type']).replace(/#microsoft.graph.|AssignmentTarget/g, ''),
    target.groupId,
    target.deviceAndAppManagementAssignmentFilterId ?? undefined,
  ]);

describe('formats are told by what lies in them', () => {
  it.each([
    ['graph', 'graph'],
    ['intune-management', 'intuneManagement'],
    ['intune-cd', 'intuneCd'],
    ['intune-cd-yaml', 'intuneCd'],
    ['intune-backup', 'intuneBackup'],
    ['microsoft365dsc', 'microsoft365Dsc'],
    ['microsoft365dsc-json', 'microsoft365Dsc'],
    ['microsoft365dsc-template', 'microsoft365Dsc'],
    ['microsoft365dsc/M365TenantConfig.ps1', 'microsoft365Dsc'],
    ['graph/configurations.json', 'graph'],
  ])('%s', async (name, format) => {
    const opened = await openPath(fixture(name), name, undefined);
    expect(opened.kind === 'export' && opened.reader.format).toBe(format);
  });
});

describe('exports become lines', () => {
  it('of Graph', async () => {
    const { lines, scan, mapping } = await read('graph');
    expect(scan.faults).toEqual([]);
    expect(mapping.faults).toEqual([]);
    expect(targets(configuration(lines, 'Wallpaper'))).toEqual([
      ['group', G1, F1],
      ['exclusionGroup', G2, undefined],
    ]);
    expect(targets(configuration(lines, 'iPad: no camera'))).toEqual([['allDevices', undefined, undefined]]);
    expect(configuration(lines, 'Wallpaper')).toMatchObject({ id: C1, version: 3, roleScopeTagIds: ['0', '1'] });
    expect(lines.filter((line) => 'member' in line || 'manager' in line)).toEqual([
      { group: G1, member: '0f000001-0000-4000-8000-000000000001', memberType: 'user' },
      { user: '0f000001-0000-4000-8000-000000000001', manager: '0f000001-0000-4000-8000-000000000002' },
    ]);
    expect(lines.at(-1)).toMatchObject({
      '@muster.kept': {
        type: '#microsoft.graph.deviceManagementConfigurationPolicy',
        name: 'Edge',
        format: 'graph',
        content: { name: 'Edge' },
      },
    });
    expect([...scan.leftOut.keys()]).toEqual(['answers of a batch with status 403']);
    expect(mapping.rows.map(({ kind, how, uses }) => [kind, how, uses])).toEqual([
      ['group', 'idInExport', 1],
      ['group', 'idInExport', 1],
      ['filter', 'idInExport', 1],
      ['scopeTag', 'idInTenant', 0],
      ['scopeTag', 'idInExport', 0],
    ]);
  });

  it('of IntuneManagement, whose table names groups that are gone', async () => {
    const { lines, scan, mapping } = await read('intune-management');
    expect([scan.faults, mapping.faults]).toEqual([[], []]);
    expect(targets(configuration(lines, 'Wallpaper'))).toEqual([
      ['group', G1, F1],
      ['exclusionGroup', G2, undefined],
    ]);
    const gone = mapping.rows.find(({ name }) => name === 'Old phones');
    expect(gone).toMatchObject({ kind: 'group', how: 'kept', uses: 1 });
    expect([...scan.kept]).toEqual([
      ['#microsoft.graph.windows10CompliancePolicy', 1],
      ['#microsoft.graph.deviceManagementConfigurationPolicy', 1],
    ]);
    const made = await read('intune-management', { ...keep, missing: 'create' });
    expect(made.mapping.created).toMatchObject([{ displayName: 'Old phones', id: gone?.to }]);
    const dropped = await read('intune-management', { ...keep, missing: 'drop' });
    expect(targets(configuration(dropped.lines, 'iPad: no camera'))).toEqual([['allDevices', undefined, undefined]]);
  });

  it.each(['intune-cd', 'intune-cd-yaml'])('of IntuneCD, where everybody is named: %s', async (name) => {
    const { scan, mapping, lines } = await read(name);
    expect(scan.faults).toEqual([]);
    expect(mapping.faults.map(({ reason }) => reason)).toEqual([
      "No group is called 'Berlin devices', in the export or in the tenant. Say its id with --map 'Berlin devices=ID', make an empty one with --missing-groups create, or leave its assignments out with --missing-groups drop.",
      expect.stringContaining("No group is called 'Sales'"),
    ]);
    expect(configuration(lines, 'Wallpaper')).toBeUndefined();

    const tenant: TenantNames = {
      byId: () => undefined,
      byName: (home, wanted) => (home === 'group' && wanted === 'Sales' ? [{ id: G2, name: 'Sales' }] : []),
    };
    const made = await read(name, { map: new Map([['berlin devices', G1]]), missing: 'keep' }, tenant);
    const filter = made.lines.find((line) => line['@odata.type'] === '#microsoft.graph.deviceAndAppManagementAssignmentFilter');
    expect(targets(configuration(made.lines, 'Wallpaper'))).toEqual([
      ['group', G1, filter?.id],
      ['exclusionGroup', G2, undefined],
    ]);
    expect(configuration(made.lines, 'Wallpaper')?.roleScopeTagIds).toEqual(['0', '1']);
    expect(configuration(made.lines, 'iPad: no camera')?.id).toBe(C2);
    expect((await read(name, { map: new Map(), missing: 'create' })).mapping.created).toMatchObject([
      { displayName: 'Berlin devices' },
      { displayName: 'Sales', groupTypes: ['DynamicMembership'], membershipRule: '(user.department -eq "Sales")' },
    ]);
  });

  it('of IntuneBackupAndRestore, with assignments in files of their own', async () => {
    const { lines, scan } = await read('intune-backup');
    expect(scan.faults).toEqual([]);
    expect(targets(configuration(lines, 'Wallpaper'))).toEqual([
      ['group', G1, F1],
      ['exclusionGroup', G2, undefined],
    ]);
    expect(targets(configuration(lines, 'iPad: no camera'))).toEqual([['allDevices', undefined, undefined]]);
    expect(configuration(lines, 'Wallpaper')?.createdDateTime).toBe('2026-01-05T08:00:00.000Z');
    expect([...scan.kept.keys()]).toEqual(['Settings Catalog/Assignments', '#microsoft.graph.deviceManagementConfigurationPolicy']);
  });

  it('of Microsoft365DSC, whose PowerShell is read and never run', async () => {
    const { lines, scan, mapping } = await read('microsoft365dsc', { ...keep, missing: 'create' });
    expect([scan.faults, mapping.faults]).toEqual([[], []]);
    expect(configuration(lines, 'Wallpaper')).toMatchObject({
      id: C1,
      omaSettings: [{ '@odata.type': '#microsoft.graph.omaSettingString' }],
    });
    expect(targets(configuration(lines, 'Wallpaper'))).toEqual([
      ['group', G1, F1],
      ['exclusionGroup', mapping.created[0]?.id, undefined],
    ]);
    expect(configuration(lines, 'iPad: no camera')).toMatchObject({ cameraBlocked: true });
    expect([...scan.leftOut.keys()]).toEqual([
      'property NotOfThisType of IntuneDeviceConfigurationPolicyIOS',
      'resources that are to be absent',
    ]);
    expect([...scan.kept]).toEqual([['IntuneSettingCatalogCustomPolicyWindows10', 1]]);
    expect((await read('microsoft365dsc-json')).mapping.faults).toHaveLength(1);
    expect((await read('microsoft365dsc-template')).lines).toMatchObject([
      { '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration', assignments: [] },
    ]);
  });
});
