import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tableInput } from '../../tools/parity-table/input.js';
import { decisionProblems, quirkProblems, type Source, tableProblems } from '../../tools/parity-table/problems.js';
import type { DocumentedRow, Quirk } from '../../tools/parity-table/read.js';
import { parityPage } from '../../tools/parity-table/table.js';

const root = new URL('../../', import.meta.url);
const input = tableInput(root);
const { documented, quirks, decisions, served } = input;

function sourcesOf(folder: string): readonly Source[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /(?<!\.test)\.(ts|yaml)$/.test(path) && !/\/(quirks|decisions|documented)\.yaml$/.test(path))
    .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));
}
const sources = [...sourcesOf('src'), ...sourcesOf('api')];

it('docs/reference/parity.md says what the code does (npm run document-parity writes it)', () => {
  expect(readFileSync(new URL('docs/reference/parity.md', root), 'utf8')).toBe(parityPage(input));
});

it('lists every path that is served, and a reason for each that is not', () => {
  expect(tableProblems(documented, quirks, served)).toEqual([]);
});

it('has each quirk in the code, and each of the code in the table', () => {
  expect(quirkProblems(quirks, sources)).toEqual([]);
});

it('has each decision in the code, and each of the code in the table', () => {
  expect(decisionProblems(decisions, sources)).toEqual([]);
});

const row = (change: Partial<DocumentedRow>): DocumentedRow => {
  const [first] = documented.rows;
  if (first === undefined) throw new Error('no rows');
  return { ...first, ...change };
};
const [quirk] = quirks as readonly [Quirk, ...Quirk[]];
const withRow = (change: Partial<DocumentedRow>) => ({ ...documented, rows: [...documented.rows, row(change)] });

it.each<[string, readonly string[], string]>([
  [
    'a documented path that nothing serves',
    tableProblems(withRow({ key: 'GET /x', path: '/x', paths: ['/deviceManagement/x'] }), quirks, served),
    'GET /x is not served, and no reason is given',
  ],
  [
    'a served path that is said to be absent',
    tableProblems(withRow({ absent: 'because' }), quirks, served),
    'is served, and said to be absent',
  ],
  [
    'a permission that is not accepted',
    tableProblems({ ...withRow({ permissions: 'p' }), permissions: { p: ['User.Read'] } }, quirks, served),
    'does not accept User.Read',
  ],
  [
    'a served path without a row',
    tableProblems({ ...documented, rows: documented.rows.slice(1) }, [], served),
    'GET /deviceManagement/deviceConfigurations is served in beta, and documented.yaml does not have it',
  ],
  ['a row of a quirk', tableProblems(documented, [{ ...quirk, rows: ['GET /x'] }], served), 'names GET /x'],
  ['a quirk without code', quirkProblems([{ ...quirk, id: 'nowhere' }], sources), 'no code takes it from the profile'],
  ['a switch without a quirk', quirkProblems(quirks.slice(1), sources), 'is in the code, and not in quirks.yaml'],
  ['a mark without a decision', decisionProblems(decisions.slice(1), [{ path: 'src/x.ts', text: '[M]' }]), 'src/x.ts says [M]'],
])('the check finds %s', (_what, problems, wanted) => {
  expect(problems.join('\n')).toContain(wanted);
});
