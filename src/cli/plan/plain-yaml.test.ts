import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readPlainPlan } from './plain-yaml.js';
import { readPlanText } from './read.js';
import { readYamlPlan } from './read-yaml.js';

/** What both readers make of a text; undefined where the plain one leaves it to the other. */
const plain = (text: string) => {
  const read = readPlainPlan(text);
  return read?.map(({ policy, line, assignments, lines }) => ({ policy, assignments, place: { file: 'f', line }, lines }));
};

const GUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const of = (...lines: readonly string[]) => `policies:\n${lines.join('\n')}\n`;

describe('the plain form', () => {
  it.each<[string, string]>([
    ['a policy for nobody', of('  - policy: A', '    assignments: []')],
    ['dashes at the margin', of('- policy: A', '  assignments:', '  - group: B')],
    ['dashes further in', of('    - policy: A', '      assignments:', '          - group: B', '            filter: C')],
    ['comments and blank lines', of('', '# c', '  - policy: A # c', '      # c', '    assignments: # c', '', '      - group: B # c')],
    ['line feeds with returns', of('  - policy: A', '    assignments:', '      - allDevices: true').replaceAll('\n', '\r\n')],
    ['single quotes', of("  - policy: 'It''s: #1' # c", '    assignments: []')],
    ['double quotes', of('  - policy: "A: #1 [x]"', '    assignments: []')],
    ['an id', of(`  - policy: ${GUID}`, '    assignments:', `      - group: ${GUID.toUpperCase()} # B`)],
    ['a name with a hash and colons in it', of('  - policy: a#b:c', '    assignments: []')],
    ['words that old YAML took for truth', of('  - policy: yes', '    assignments:', '      - group: Off')],
    [
      'every key',
      of(
        '  - policy: A',
        '    assignments:',
        '      - excludeGroup: B',
        '        filter: C',
        '        filterMode: exclude',
        '        intent: remove',
      ),
    ],
    ['spaces after values', of('  - policy: A  ', '    assignments:   ', '      - group:  B  ')],
  ])('%s is read as YAML reads it', (_name, text) => {
    expect(plain(text)).toEqual(readYamlPlan(text, 'f').policies);
    expect(plain(text)).not.toHaveLength(0);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no policies', 'policies: []\n'],
    ['a key without a value', 'policies:\n'],
    ['a policy without assignments', of('  - policy: A')],
    ['assignments without a value', of('  - policy: A', '    assignments:')],
    ['a number', of('  - policy: 12', '    assignments: []')],
    ['a number in hexadecimal', of('  - policy: 0xff', '    assignments: []')],
    ['a truth', of('  - policy: True', '    assignments: []')],
    ['nothing for a name', of('  - policy: ~', '    assignments: []')],
    ['a colon in a bare name', of('  - policy: A: b', '    assignments: []')],
    ['an escape', of('  - policy: "A\\tb"', '    assignments: []')],
    ['a tab', of('  - policy: A', '\tassignments: []')],
    ['a tab in a name', of('  - policy: A\tb', '    assignments: []')],
    ['an anchor', of('  - policy: &a A', '    assignments: []')],
    ['a tag', of('  - policy: !!str 12', '    assignments: []')],
    ['a block of text', of('  - policy: |', '      A', '    assignments: []')],
    ['a name on two lines', of('  - policy: A', '      b', '    assignments: []')],
    ['a list in brackets', of('  - policy: A', '    assignments: [{ group: B }]')],
    ['an unknown key', of('  - policy: A', '    assignments:', '      - grup: B')],
    ['two targets', of('  - policy: A', '    assignments:', '      - group: B', '        allDevices: true')],
    ['no target', of('  - policy: A', '    assignments:', '      - intent: apply')],
    ['a mode without a filter', of('  - policy: A', '    assignments:', '      - group: B', '        filterMode: include')],
    ['a key twice', of('  - policy: A', '    assignments:', '      - group: B', '        group: C')],
    ['keys in another order', of('  - assignments: []', '    policy: A')],
    ['dashes that do not stand in line', of('  - policy: A', '    assignments: []', '   - policy: B', '     assignments: []')],
    ['another document', `${of('  - policy: A', '    assignments: []')}---\n`],
    ['a name that is too long', of(`  - policy: ${'x'.repeat(257)}`, '    assignments: []')],
    ['a return alone', of('  - policy: A', '    assignments: []').replace('A\n', 'A\r')],
    ['a mark of byte order', `\ufeff${of('  - policy: A', '    assignments: []')}`],
  ])('%s is left to the reader of all YAML', (_name, text) => {
    expect(plain(text)).toBeUndefined();
  });

  const name = fc.oneof(
    fc.constantFrom(
      'A',
      'Team Köln',
      "It's",
      'a: b',
      '#1',
      'x #y',
      '12',
      'true',
      'null',
      '-',
      '- a',
      '?',
      'é',
      '名前',
      '{a}',
      '&a',
      '*a',
      '!a',
      '%',
      '@',
      '`',
      '"',
      "'",
      ' a',
      'a ',
      GUID,
      '1e3',
      '.5',
      '0o7',
      'a:',
      ':a',
      'y',
      '~',
    ),
    fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  );
  const assignment = fc
    .record({
      target: fc.oneof(
        fc.record({ group: name }),
        fc.record({ excludeGroup: name }),
        fc.constant({ allDevices: true }),
        fc.constant({ allUsers: true }),
      ),
      filter: fc.option(fc.record({ filter: name, mode: fc.option(fc.constantFrom('include', 'exclude')) })),
      intent: fc.option(fc.constantFrom('apply', 'remove')),
    })
    .map(({ target, filter, intent }) => ({
      ...target,
      ...(filter === null ? {} : { filter: filter.filter, ...(filter.mode === null ? {} : { filterMode: filter.mode }) }),
      ...(intent === null ? {} : { intent }),
    }));
  const document = fc.record({
    policies: fc.array(fc.record({ policy: name, assignments: fc.array(assignment, { maxLength: 3 }) }), { maxLength: 4 }),
  });

  it('of a plan that a library wrote means the same to both, or is left to the other', () => {
    let taken = 0;
    fc.assert(
      fc.property(document, fc.constantFrom(0, 20, 80), (plan, lineWidth) => {
        const text = stringify(plan, { lineWidth });
        const mine = plain(text);
        const theirs = readYamlPlan(text, 'f');
        expect(theirs).toMatchObject({ faults: [] });
        if (mine === undefined) return;
        taken += 1;
        expect(mine).toEqual(theirs.policies);
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('that somebody has broken means the same to both, or is left to the other', () => {
    const broken = fc
      .tuple(
        document,
        fc.array(
          fc.tuple(fc.nat(), fc.constantFrom('', ' ', '  ', '\n', '\t', '#', ' #', ':', ': ', '-', "'", '"', '\r', '[]', 'a', '\\')),
          { maxLength: 4 },
        ),
      )
      .map(([plan, edits]) =>
        edits.reduce((text, [at, put]) => {
          const place = at % (text.length + 1);
          return text.slice(0, place) + put + text.slice(place + (at % 3));
        }, stringify(plan)),
      );
    fc.assert(
      fc.property(broken, (text) => {
        const mine = plain(text);
        if (mine !== undefined) expect(readYamlPlan(text, 'f')).toEqual({ policies: mine, faults: [] });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('any text', () => {
  it('is a plan or has faults with a place, and never more than that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('a: *a', '&a [*a]', '<<: *x', '? a', '%YAML 3')),
        async (text) => {
          const { policies, faults } = await readPlanText(text, 'file.yaml');
          expect(faults.length > 0 || Array.isArray(policies)).toBe(true);
          for (const fault of faults) expect(fault).toMatch(/^file\.yaml(?::\d+:\d+)?: \S/);
        },
      ),
      { numRuns: 500 },
    );
  });
});
