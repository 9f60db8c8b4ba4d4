/** The demo tenant exported and imported: what a format carries comes back as it was. */
import { beforeAll, describe, expect, it } from 'vitest';
import { seedTenant } from '../../src/app/tenants/index.js';
import { readTenant } from '../../src/cli/graph/read-tenant.js';
import { readTenantNames } from '../../src/cli/import/tenant-names.js';
import { removedMembers } from '../../src/exchange/formats/intune-cd.js';
import { wantedNames } from '../../src/exchange/mapping/tenant-names.js';
import { ordered, readFolder, sorted, withWritten } from '../../src/exchange/testing/round-trip.js';
import { isObject, type JsonObject, type JsonValue } from '../../src/kernel/json.js';
import { type Lab, openLab, schemas, TENANT } from '../support/in-process.js';
import { labClient } from '../support/lab-client.js';

async function linesOf(lab: Lab): Promise<readonly JsonObject[]> {
  const lines: JsonObject[] = [];
  for await (const line of readTenant(labClient(lab), { muster: true, note: () => undefined, progress: () => undefined })) lines.push(line);
  return lines;
}

async function importInto(lab: Lab, lines: readonly JsonObject[]): Promise<void> {
  for (let at = 0; at < lines.length; at += 1000) {
    const text = lines.slice(at, at + 1000).map((line) => JSON.stringify(line));
    const answer = await lab.call('POST', '/muster/import', text.join('\n'), { 'content-type': 'application/x-ndjson' });
    if (answer.status !== 200) throw new Error(answer.body.error.message);
  }
}

/** An export of another tool, and one of a tool whose own layout it is. */
const kept: readonly JsonObject[] = [
  {
    '@muster.kept': {
      type: '#microsoft.graph.iosCompliancePolicy',
      name: 'iOS',
      path: 'CompliancePolicies/iOS.json',
      format: 'intuneManagement',
      content: { '@odata.type': '#microsoft.graph.iosCompliancePolicy', displayName: 'iOS', x: [1, null] },
    },
  },
  {
    '@muster.kept': {
      type: '#microsoft.graph.iosCompliancePolicy',
      name: 'iOS',
      path: 'Compliance Policies/Policies/iOS.json',
      format: 'intuneCd',
      content: { '@odata.type': '#microsoft.graph.iosCompliancePolicy', displayName: 'iOS', text: 'yes' },
    },
  },
  {
    '@muster.kept': {
      type: '#microsoft.graph.iosCompliancePolicy',
      name: 'iOS',
      path: 'deviceManagement/deviceCompliancePolicies/1.json',
      format: 'graph',
      content: { '@odata.type': '#microsoft.graph.iosCompliancePolicy', id: '1', displayName: 'iOS' },
    },
  },
];

let lines: readonly JsonObject[];

beforeAll(async () => {
  const source = await openLab();
  for (const changes of seedTenant('demo', { schema: schemas.beta, tenantId: TENANT }).changeSets) await source.store.commit(changes);
  await importInto(source, kept);
  lines = await linesOf(source);
}, 60_000);

const typeOf = (line: JsonObject): string =>
  String(line['@odata.type'] ?? (isObject(line['@muster.kept']) ? 'kept' : 'link')).replace('#microsoft.graph.', '');
const isKept = (line: JsonObject) => typeOf(line) === 'kept';

/** Into a tenant that holds these lines already. */
async function through(
  format: 'graph' | 'intuneManagement' | 'intuneCd',
  yaml: boolean,
  before: readonly JsonObject[],
  missing: 'keep' | 'create' = 'keep',
) {
  return await withWritten(lines, format, { yaml }, async (path) => {
    const target = await openLab();
    await importInto(target, before);
    const read = await readFolder(path, (scan) => readTenantNames(labClient(target), wantedNames(scan), () => undefined), { missing });
    expect(read.faults).toEqual([]);
    await importInto(target, read.lines);
    return { read, after: await linesOf(target) };
  });
}

const groups = () => lines.filter((line) => typeOf(line) === 'group');

describe('import of an export is the identity', () => {
  it('graph: everything', async () => {
    const { after, read } = await through('graph', false, []);
    expect(sorted(after)).toEqual(sorted(lines));
    expect([...read.scan.leftOut]).toEqual([]);
    expect(read.mapping.rows.filter(({ how }) => how !== 'idInExport' && how !== 'idInTenant')).toEqual([]);
  }, 120_000);

  it('intuneManagement: groups, filters, scope tags, categories, configurations, policy sets', async () => {
    const not = new Set(['user', 'device', 'managedDevice', 'link']);
    for (const before of [[], groups()]) {
      const { after } = await through('intuneManagement', false, before);
      expect(sorted(after)).toEqual(sorted(lines.filter((line) => !not.has(typeOf(line)))));
    }
  });

  describe.each([false, true])('intuneCd, yaml: %s', (yaml) => {
    const not = new Set(['user', 'device', 'managedDevice', 'link', 'group', 'policySet', 'kept']);
    const references = (line: JsonObject) =>
      [...(schemas.beta.types.get(typeOf(line))?.navigation ?? [])].filter(([, { contains }]) => !contains).map(([name]) => name);

    /** What the tool writes of a line; groups by name, since their ids are not written down. */
    function carried(line: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
      const out: Record<string, JsonValue | undefined> = { ...line };
      for (const member of [...removedMembers, ...references(line)]) if (member !== 'id') delete out[member];
      if (!Array.isArray(line.assignments)) return out;
      const seen = new Set<string>();
      out.assignments = (line.assignments as readonly (JsonObject & { readonly target: JsonObject })[]).flatMap(({ intent, target }) => {
        const group = names.get(String(target.groupId)) ?? target.groupId;
        const text = JSON.stringify(ordered({ intent, target: { ...target, groupId: group } }));
        if (seen.has(text)) return [];
        seen.add(text);
        return [JSON.parse(text) as JsonObject];
      });
      return { ...out, assignments: (out.assignments as readonly JsonObject[]).map((one) => JSON.stringify(one)).sort() };
    }

    const namesOf = (some: readonly JsonObject[]) =>
      new Map(some.filter((line) => typeOf(line) === 'group').map(({ id, displayName }) => [String(id), String(displayName)]));
    const compared = (some: readonly JsonObject[]) =>
      sorted(some.filter((line) => !not.has(typeOf(line))).map((line) => carried(line, namesOf(some))));

    it('is the same in a tenant that has the groups', async () => {
      const { after } = await through('intuneCd', yaml, groups());
      expect(compared(after)).toEqual(compared(lines));
      expect(sorted(after.filter((line) => typeOf(line) === 'group'))).toEqual(sorted(groups()));
    });

    it('is the same but for the ids of groups in one that has none, and makes them', async () => {
      const { after, read } = await through('intuneCd', yaml, [], 'create');
      expect(compared(after)).toEqual(compared(lines));
      expect(read.mapping.created.length).toBeGreaterThan(20);
      const ruled = read.mapping.created.filter(({ membershipRule }) => membershipRule !== undefined);
      expect(ruled.length).toBeGreaterThan(0);
    });

    it('keeps what Muster does not serve', async () => {
      const { after } = await through('intuneCd', yaml, groups());
      // The backup is in one of the two, and so is what is kept in it.
      const own = (line: JsonObject) =>
        JSON.parse(
          JSON.stringify(line).replace('Policies/Policies/iOS.json', `Policies/Policies/iOS.${yaml ? 'yaml' : 'json'}`),
        ) as JsonObject;
      expect(sorted(after.filter(isKept))).toEqual(sorted(kept.map(own)));
    });
  });
});
