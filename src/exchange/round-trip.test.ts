import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import { readYaml } from './files/read-yaml.js';
import { removedMembers } from './formats/intune-cd.js';
import type { TenantNames } from './mapping/tenant-names.js';
import { randomTenant } from './testing/random-lines.js';
import { readFolder, sorted, withWritten } from './testing/round-trip.js';
import { yamlText } from './writers/yaml-text.js';

const typeOf = (line: JsonObject) => String(line['@odata.type'] ?? (line['@muster.kept'] === undefined ? 'link' : 'kept'));

describe('lines written and read again are the same lines', () => {
  it.each(['graph', 'intuneManagement'] as const)('%s', async (format) => {
    await fc.assert(
      fc.asyncProperty(randomTenant({ uniqueNames: false }), async ({ lines }) => {
        const own = lines.map((line) => (isObject(line['@muster.kept']) ? { '@muster.kept': { ...line['@muster.kept'], format } } : line));
        for (const given of [lines, own]) {
          await withWritten(given, format, {}, async (path) => {
            const read = await readFolder(path);
            expect(read.faults).toEqual([]);
            expect(sorted(read.lines)).toEqual(sorted(given));
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each([false, true])('intuneCd, yaml: %s, in a tenant that has the groups', async (yaml) => {
    await fc.assert(
      fc.asyncProperty(randomTenant({ uniqueNames: true }), async ({ lines, groups }) => {
        const tenant: TenantNames = {
          byId: () => undefined,
          byName: (home, name) =>
            home === 'group'
              ? groups
                  .filter((group) => String(group.displayName).toLowerCase() === name.toLowerCase())
                  .map(({ id, displayName }) => ({ id: String(id), name: String(displayName) }))
              : [],
        };
        await withWritten(lines, 'intuneCd', { yaml }, async (path) => {
          const read = await readFolder(path, tenant);
          expect(read.faults).toEqual([]);
          const carried = (line: JsonObject) => !typeOf(line).endsWith('.group');
          const without = ({ ...line }: Record<string, JsonValue | undefined>) => {
            for (const member of removedMembers) if (member !== 'id') delete line[member];
            // The tool writes no empty list: where no configuration has assignments, the backup may as well be one without them.
            if (Array.isArray(line.assignments) && line.assignments.length === 0) delete line.assignments;
            return line;
          };
          expect(sorted(read.lines.map(without))).toEqual(sorted(lines.filter(carried).map(without)));
        });
      }),
      { numRuns: 20 },
    );
  });

  it('YAML of every JSON value is read as that value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }).filter(isPlain), (value) => {
        expect(readYaml(yamlText({ a: value as JsonValue }))).toEqual({ value: { a: value } });
      }),
      { numRuns: 150 },
    );
  });
});

/** Numbers with exponents are texts to PyYAML, and no configuration has any. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return !/e/.test(String(value)) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => name !== '__proto__' && isPlain(member));
}
