/** docs/reference/plan-file.md is about the files that the program reads. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../src/cli/plan/check.js';
import { readPlanText } from '../../src/cli/plan/read.js';
import { planSchema } from '../../src/cli/plan/schema.js';
import { planSchemaText } from '../../tools/command-pages/plan-schema.js';

const read = (name: string) => readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8');
const page = read('plan-file.md');

it('docs/reference/plan.schema.json is what files are checked by (npm run document-commands writes it)', () => {
  expect(read('plan.schema.json')).toBe(planSchemaText());
});

it('the example is a plan', async () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { policies, faults } = await readPlanText(example, 'example.yaml');
  expect(faults).toEqual([]);
  expect(policies.map(({ policy, assignments }) => [policy, assignments])).toEqual([
    ['Windows printers', [{ group: 'Pilot users', filter: 'Windows 11', filterMode: 'include' }, { excludeGroup: 'Kiosk devices' }]],
    ['Company wallpaper', [{ allDevices: true }, { group: 'Contractors', intent: 'remove' }]],
    ['An old profile', []],
  ]);
});

it('every key of the schema is on the page', () => {
  const policy = planSchema.properties?.policies?.items;
  const keys = [...Object.keys(policy?.properties ?? {}), ...Object.keys(policy?.properties?.assignments?.items?.properties ?? {})];
  expect(keys.length).toBe(9);
  for (const key of keys) expect(page).toContain(`\`${key}\``);
});

describe('the schema', () => {
  it.each<[string, unknown, number]>([
    ['a plan of nothing', { policies: [] }, 0],
    ['a plan for an editor', { $schema: './plan.schema.json', policies: [{ policy: 'A', assignments: [{ allDevices: true }] }] }, 0],
    ['no policies', {}, 1],
    ['another key', { policies: [], more: 1 }, 1],
    ['no target and a mode', { policies: [{ policy: 'A', assignments: [{ filterMode: 'include' }] }] }, 2],
    ['too many assignments', { policies: [{ policy: 'A', assignments: Array.from({ length: 2001 }, () => ({ allUsers: true })) }] }, 1],
    ['an own key of every object', { policies: [{ policy: 'A', assignments: [JSON.parse('{"group":"B","__proto__":{}}')] }] }, 1],
  ])('%s', (_name, value, faults) => {
    expect(faultsOf(value, planSchema)).toHaveLength(faults);
  });
});
