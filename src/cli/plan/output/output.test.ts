import { stripVTControlCharacters } from 'node:util';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { PlanReport, ReportedPolicy } from '../report.js';
import { junitReport } from './junit.js';
import { markdownReport } from './markdown.js';
import { sarifReport } from './sarif.js';
import { textReport } from './text.js';

const HOSTILE = '"><script>|`*[x](y)]]>&amp;@team\n\r\u0007\u001b[31m\ud800 \u202eÜ';

const group = {
  target: 'group',
  groupId: 'g',
  groupName: HOSTILE,
  filterId: null,
  filterName: null,
  filterMode: null,
  intent: 'apply',
} as const;
const policy = (n: number, more: Partial<ReportedPolicy> = {}): ReportedPolicy => ({
  deviceConfigurationId: `p${n}`,
  displayName: `${HOSTILE} ${n}`,
  file: 'plans/a b#.yaml',
  line: n + 1,
  changes: [
    { change: 'create', assignmentId: null, before: null, after: group },
    {
      change: 'update',
      assignmentId: 'a',
      before: group,
      after: { ...group, filterId: 'f', filterName: HOSTILE, filterMode: 'exclude', intent: 'remove' },
    },
    { change: 'delete', assignmentId: 'b', before: { ...group, target: 'allUsers', groupId: null, groupName: null }, after: null },
  ],
  impact: { gained: 1, lost: 2000, removed: 0 },
  ...more,
});

const report = (more: Partial<PlanReport> = {}): PlanReport => ({
  tenant: `demo ${HOSTILE}`,
  plan: 'plans',
  policies: [policy(1), policy(2, { refusal: `400: ${HOSTILE}` }), policy(3, { impact: { gained: 0, lost: 0, removed: 0 } })],
  unchanged: 4,
  assignments: { created: 3, changed: 3, deleted: 3 },
  impact: { gained: 2, lost: 4000, removed: 0, lostDevices: 2000, removedDevices: 0, affectedDevices: 2001, affectedUsers: 1, exact: true },
  findings: [{ code: 'emptyTarget', message: HOSTILE, deviceConfigurationId: 'p2' }],
  risks: [{ code: 'largePartOfFleet', message: HOSTILE, deviceConfigurationId: null }],
  over: [`2,000 devices would lose a policy ${HOSTILE}`],
  notes: [HOSTILE],
  ...more,
});
const EMPTY = report({
  policies: [],
  assignments: { created: 0, changed: 0, deleted: 0 },
  impact: { gained: 0, lost: 0, removed: 0, lostDevices: 0, removedDevices: 0, affectedDevices: 0, affectedUsers: 0, exact: true },
  findings: [],
  risks: [],
  over: [],
  notes: [],
});
const UNKNOWN = report({ impact: null, findings: [], risks: [], over: [], policies: [policy(1, { impact: null })] });
const MANY = report({ policies: Array.from({ length: 3000 }, (_, n) => policy(n)) });
const all: readonly [string, PlanReport][] = [
  ['changes', report()],
  ['nothing', EMPTY],
  ['an unknown impact', UNKNOWN],
  ['very much', MANY],
];

/** Every tag is closed, every character one that XML 1.0 can hold. @returns the elements with their attributes, in order */
function elementsOf(xml: string): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  // XML 1.0, section 2.2.
  expect(xml).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
  const elements: [string, Record<string, string>][] = [];
  const open: string[] = [];
  const rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  for (const [, text = '', tag] of rest.matchAll(/([^<]*)(<[^>]*>)?/g)) {
    expect(text).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/);
    const [, closing, name = '', attributes = '', own] = /^<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>$/.exec(tag ?? '<a>') ?? [];
    if (tag === undefined) continue;
    expect(name, tag).not.toBe('');
    if (closing === '/') expect(open.pop()).toBe(name);
    else elements.push([name, Object.fromEntries([...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]))]);
    if (closing === '' && own === '') open.push(name);
  }
  expect(open).toEqual([]);
  return elements;
}

describe('JUnit', () => {
  it.each(all)('of %s is XML in which the counts are those of the elements', (_name, told) => {
    const elements = elementsOf(junitReport(told));
    const of = (name: string) => elements.filter(([each]) => each === name);
    expect(elements[0]?.[0]).toBe('testsuites');
    const counts = { tests: String(of('testcase').length), failures: String(of('failure').length) };
    expect(of('testsuites').map(([, attributes]) => attributes)).toMatchObject([counts]);
    expect(of('testsuite').map(([, attributes]) => attributes)).toMatchObject([counts]);
    expect(of('testcase')).toHaveLength(told.policies.length + 1);
    for (const [, { name, classname }] of of('testcase')) expect([name, classname]).not.toContain(undefined);
  });

  it('fails for a limit and for what would be refused', () => {
    const failures = elementsOf(junitReport(report())).filter(([name]) => name === 'failure');
    expect(failures.map(([, { type }]) => type)).toEqual(['limit', 'refused']);
  });
});

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: { readonly startLine: number } };
      }[];
    }[];
  }[];
}

describe('SARIF', () => {
  it.each(all)('of %s has what version 2.1.0 requires', (_name, told) => {
    const { $schema, version, runs } = JSON.parse(JSON.stringify(sarifReport(told, '1.2.3'))) as Sarif;
    expect([$schema, version, runs.length]).toEqual(['https://json.schemastore.org/sarif-2.1.0.json', '2.1.0', 1]);
    const [{ tool, results } = { tool: undefined, results: [] }] = runs;
    const rules = tool?.driver.rules.map(({ id }) => id) ?? [];
    expect(tool?.driver).toMatchObject({ name: 'Muster', semanticVersion: '1.2.3' });
    expect(new Set(rules).size).toBe(rules.length);
    for (const { ruleId, level, message, locations } of results) {
      expect(rules).toContain(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text.length).toBeGreaterThan(0);
      expect(locations).toHaveLength(1);
      const [{ physicalLocation } = { physicalLocation: undefined }] = locations;
      expect(physicalLocation?.artifactLocation.uri).toBe('plans/a%20b%23.yaml');
      expect(physicalLocation?.region.startLine).toBeGreaterThanOrEqual(1);
    }
  });

  it('puts each thing at the line of its policy, by its weight', () => {
    const { runs } = sarifReport(report(), '1') as Sarif;
    expect(
      runs[0]?.results.map(({ ruleId, level, locations }) => [ruleId, level, locations[0]?.physicalLocation.region.startLine]),
    ).toEqual([
      ['limit', 'error', 2],
      ['change', 'note', 2],
      ['refused', 'error', 3],
      ['change', 'note', 4],
      ['largePartOfFleet', 'warning', 2],
      ['emptyTarget', 'warning', 3],
    ]);
  });
});

describe('Markdown', () => {
  it.each(all)('of %s fits a comment, and names format nothing in it', (_name, told) => {
    const text = markdownReport(told);
    expect(text.length).toBeLessThanOrEqual(65_536);
    const outside = text.replace(/```diff\n[\s\S]*?\n```/g, '');
    expect(outside).not.toMatch(/<(?!\/?(?:details|summary)>)|@team/);
    expect(outside.replace(/<summary>.*<\/summary>/g, '')).not.toMatch(/(?<!\\)`|(?<!\\)\[|(?<!\\|\*)\*(?!\*)/);
    // A name on one line is a row of one line.
    for (const line of text.split('\n').filter((row) => row.startsWith('| ')))
      expect(line.replaceAll('\\|', '').match(/\|/g)).toHaveLength(6);
  });

  it.each<[string, PlanReport, string]>([
    ['over a limit', report(), '## Muster plan: 🛑 Over the limit\n'],
    ['with changes', report({ over: [] }), '## Muster plan: ✏️ Changes\n'],
    ['with none', EMPTY, '## Muster plan: ✅ No changes\n'],
    ['of very much', MANY, 'and the changes of '],
  ])('of a plan %s', (_name, told, fragment) => {
    expect(markdownReport(told)).toContain(fragment);
  });
});

describe('text', () => {
  const [plain, coloured] = [createColors(false), createColors(true)];

  it.each(all)('of %s is the same with colours and without, and steers no terminal', (_name, told) => {
    const text = textReport(told, plain, false);
    expect(stripVTControlCharacters(textReport(told, coloured, false))).toBe(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });

  it.each<[string, PlanReport, string]>([
    [
      'singular and plural',
      report({ policies: [policy(1)], assignments: { created: 1, changed: 0, deleted: 2 }, unchanged: 1 }),
      '1 policy changes: 1 assignment to create, 2 to delete. 1 policy is as plans says.\n2 gained, 4,000 lost, 0 removed; 2,001 devices and 1 user affected.\n',
    ],
    [
      'an upper bound',
      report({ impact: { ...(report().impact as NonNullable<PlanReport['impact']>), exact: false } }),
      '; up to 2,001 devices and 1 user affected.',
    ],
    ['nobody affected', report({ impact: EMPTY.impact }), '\nNo device is affected.\n'],
    ['an unknown impact', UNKNOWN, 'What that does to devices is not known: this Graph is no Muster'],
    ['nothing', EMPTY, 'Nothing to change: 4 policies are as plans says.\n'],
    ['very much', MANY, 'and 2,800 policies more (--verbose shows them)'],
    ['an update', report(), ': filter none -> exclude '],
  ])('says %s in words', (_name, told, fragment) => {
    expect(textReport(told, plain, false)).toContain(fragment);
  });
});
