import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab, schemas, TENANT } from '../../../tests/support/in-process.js';
import { labClient } from '../../../tests/support/lab-client.js';
import { seedTenant } from '../../app/tenants/index.js';
import type { JsonObject } from '../../kernel/json.js';
import { isA } from '../../model/schema.js';
import { type Part, readTenant } from './read-tenant.js';
import { referencesOf, referringTypes } from './tenant/certificate-references.js';

async function linesOf(lab: Lab, only?: readonly Part[]): Promise<readonly JsonObject[]> {
  const lines: JsonObject[] = [];
  const options = { muster: true, only: only === undefined ? undefined : new Set(only), note: () => undefined, progress: () => undefined };
  for await (const line of readTenant(labClient(lab), options)) lines.push(line);
  return lines;
}

/** Sends lines as requests of the given lengths, over and over. */
async function importInto(lab: Lab, lines: readonly JsonObject[], lengths: readonly number[] = [1000]): Promise<void> {
  for (let at = 0, turn = 0; at < lines.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1000;
    const text = lines.slice(at, at + length).map((line) => JSON.stringify(line));
    const answer = await lab.call('POST', '/muster/import', text.join('\n'), { 'content-type': 'application/x-ndjson' });
    if (answer.status !== 200) throw new Error(answer.body.error.message);
    at += length;
  }
}

const sorted = (lines: readonly JsonObject[]) => lines.map((line) => JSON.stringify(line)).sort();

async function demo(): Promise<Lab> {
  const lab = await openLab();
  for (const changes of seedTenant('demo', { schema: schemas.beta, tenantId: TENANT }).changeSets) await lab.store.commit(changes);
  return lab;
}

const kept = (path: string, content: unknown) =>
  ({ '@muster.kept': { type: 'Scripts', name: 'x', path, format: 'graph', content } }) as JsonObject;

/** What the engine says of devices, and of everything that is amiss. */
async function answers(lab: Lab, devices: readonly string[]): Promise<readonly unknown[]> {
  const of = async (path: string) => (await lab.call('GET', path)).body.value;
  const effective = devices.map((id) => of(`/deviceManagement/managedDevices/${id}/muster.effectiveConfigurations()`));
  return [...(await Promise.all(effective)), await of('/deviceManagement/muster.findings()?$top=1000')];
}

let source: Lab;
let lines: readonly JsonObject[];
let devices: readonly string[];

beforeAll(async () => {
  source = await demo();
  await importInto(source, [kept('scripts/a.json', { a: [1, null] }), kept('scripts/b.json', 'text')]);
  lines = await linesOf(source);
  devices = lines.filter((line) => line['@odata.type'] === '#microsoft.graph.managedDevice').map(({ id }) => String(id));
}, 60_000);

describe('a tenant that is read and imported', () => {
  it('is the same tenant, and answers as the first does', async () => {
    const copy = await openLab();
    await importInto(copy, lines);
    expect(sorted(await linesOf(copy))).toEqual(sorted(lines));
    const some = devices.filter((_, at) => at % 40 === 0);
    expect(await answers(copy, some)).toEqual(await answers(source, some));
  }, 60_000);

  it('is so whatever the requests are cut like, and whatever is sent twice, also while the engine answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 200, max: 4000 }), { minLength: 1, maxLength: 5 }),
        fc.tuple(fc.nat(lines.length), fc.nat(2000)),
        fc.array(fc.nat(devices.length - 1), { minLength: 5, maxLength: 5 }),
        async (lengths, [from, length], picks) => {
          const copy = await openLab();
          const some = picks.map((at) => devices[at] ?? '');
          await importInto(copy, lines.slice(0, from), lengths);
          // The engine is filled here, and follows from here on.
          await copy.call('GET', '/deviceManagement/muster.findings()');
          await importInto(copy, lines.slice(Math.max(0, from - length)), lengths);
          expect(await answers(copy, some)).toEqual(await answers(source, some));
        },
      ),
      { numRuns: 3 },
    );
  }, 120_000);

  it('stays as it is when it is imported again', async () => {
    const copy = await openLab();
    await importInto(copy, lines);
    const before = await copy.sequence();
    await importInto(copy, lines);
    expect(await copy.sequence()).toBe(before);
  }, 60_000);
});

describe('parts', () => {
  it.each([
    ['filters', '#microsoft.graph.deviceAndAppManagementAssignmentFilter', 13],
    ['scopeTags', '#microsoft.graph.roleScopeTag', 3],
    ['policySets', '#microsoft.graph.policySet', 2],
  ] as const)('%s alone', async (part, type, number) => {
    expect((await linesOf(source, [part])).map((line) => line['@odata.type'])).toEqual(Array(number).fill(type));
  });

  it('come in an order in which each line finds what it names', () => {
    const place = new Map(lines.map((line, at) => [String(line.id), at]));
    for (const [at, line] of lines.entries()) {
      for (const { property } of referencesOf(String(line['@odata.type']).replace('#microsoft.graph.', ''))) {
        for (const shown of [line[property]].flat())
          if (shown !== undefined) expect(place.get(String((shown as JsonObject).id))).toBeLessThan(at);
      }
    }
  });
});

describe('references of configurations', () => {
  const root = schemas.beta.types.get('deviceConfiguration');
  const concrete = root?.derived.filter((type) => !type.abstract) ?? [];
  const kept = (name: string) => name !== 'derivedCredentialSettings';

  it('are those of the model', () => {
    for (const type of concrete) {
      const wanted = [...type.navigation.values()].filter((property) => !property.contains && kept(property.name));
      expect({
        type: type.name,
        references: referencesOf(type.name)
          .map(({ property, many }) => `${property}${many ? '[]' : ''}`)
          .sort(),
      }).toEqual({
        type: type.name,
        references: wanted.map(({ name, collection }) => `${name}${collection ? '[]' : ''}`).sort(),
      });
    }
  });

  it('are of types that there are', () => {
    const names = concrete.map(({ name }) => name);
    expect(referringTypes.filter((name) => !names.includes(name))).toEqual([]);
    expect(root !== undefined && concrete.every((type) => isA(type, root))).toBe(true);
  });
});
