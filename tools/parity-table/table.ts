/** `docs/reference/parity.md`: what is documented, what the service was seen to do, what Muster does. */
import type { Documented, DocumentedRow, MusterDecision, Quirk } from './read.js';
import type { ServedPaths } from './served.js';

const INTRODUCTION = `# Parity

What the documentation of Microsoft Graph has in the area of device configurations and their assignments, and what of it Muster serves. This page is
generated from \`api/documented.yaml\`, \`api/quirks.yaml\`, \`api/decisions.yaml\`, the model and the surface: \`npm run document-parity\` writes it, and a test
fails where they disagree. Each served row is called over a socket with both official clients, in both wire profiles (\`tests/wire/every-operation.test.ts\`).
`;

export interface TableInput {
  readonly documented: Documented;
  readonly quirks: readonly Quirk[];
  readonly decisions: readonly MusterDecision[];
  readonly served: ServedPaths;
}

/** The whole page. */
export function parityPage({ documented, quirks, decisions, served }: TableInput): string {
  return [INTRODUCTION, summary(documented, served), paths(documented, quirks, served), quirkTables(quirks), decisionTable(decisions)].join(
    '\n',
  );
}

type State = 'served' | 'served in part' | 'not served';

function stateOf(row: DocumentedRow, served: ServedPaths): State {
  const answering = row.versions.filter((version) => served.serves(row, version));
  if (answering.length === row.versions.length) return 'served';
  return answering.length === 0 ? 'not served' : 'served in part';
}

function summary({ rows, sections }: Documented, served: ServedPaths): string {
  const lines = sections.map(({ title }) => {
    const own = rows.filter(({ section }) => section === title);
    const count = (state: State) => own.filter((row) => stateOf(row, served) === state).length;
    return [`[${title}](#${anchor(title)})`, own.length, count('served') + count('served in part'), count('not served')];
  });
  const total = [1, 2, 3].map((column) => lines.reduce((sum, line) => sum + Number(line[column]), 0));
  return table(['Part', 'Documented operations', 'Served', 'Not served'], [...lines, ['**all**', ...total]]);
}

function paths({ rows, sections, permissions, families }: Documented, quirks: readonly Quirk[], served: ServedPaths): string {
  const quirksOf = (key: string) => quirks.filter((quirk) => quirk.rows.includes(key)).map(({ id }) => `[${id}](#${id.toLowerCase()})`);
  const parts = sections.map(({ title, prefixes }) => {
    const lines = rows
      .filter(({ section }) => section === title)
      .map((row) => {
        const differences = [...quirksOf(row.key), ...(row.notes === undefined ? [] : [row.notes])];
        const state = stateOf(row, served);
        const here = state === 'not served' ? `**not served**: ${row.absent}` : [state, ...differences].join('; ');
        return [row.method, code(row.path), row.versions.join(', '), `[${row.permissions}](#permissions)`, row.source, here];
      });
    const prefixed =
      prefixes.length === 0 ? [] : ['The paths below follow each of these:', '', ...prefixes.map((prefix) => `- ${code(prefix)}`), ''];
    return [`## ${title}`, '', ...prefixed, table(['Method', 'Path', 'Versions', 'Permission', 'Known from', 'Here'], lines)].join('\n');
  });
  const besides = families.map(({ what, like }) => [what, like === null ? '–' : code(like)]);
  const lists = Object.entries(permissions).map(([name, list]) => [name, list.map(code).join(', ')]);
  return [
    ...parts,
    '## Served besides',
    '',
    'What no page lists and OData implies.',
    '',
    table(['What', 'Answers like'], besides),
    '## Permissions',
    '',
    'As documented, least privileged first; one of a list is enough. Muster may accept more.',
    '',
    table(['Name above', 'Permissions'], lists),
  ].join('\n');
}

function quirkTables(quirks: readonly Quirk[]): string {
  const entry = ({ id, about, documented, observed, known, evidence, muster }: Quirk) =>
    [
      `### ${id}`,
      '',
      `${about}.`,
      '',
      table(['Documentation', 'Service', 'Known', 'Evidence', 'Muster'], [[documented, observed, known, evidence, muster]]),
    ].join('\n');
  return [
    '## Documentation and service',
    '',
    'Where the two do not say the same. `--wire documented` (the default) and `--wire observed` choose between them in the first part; a preference that a',
    'client states (`Prefer: return=…`) comes before both.',
    '',
    '## Switched by the wire profile',
    '',
    ...quirks.filter(({ switched }) => switched).map(entry),
    '## The same in both profiles',
    '',
    ...quirks.filter(({ switched }) => !switched).map(entry),
  ].join('\n');
}

function decisionTable(decisions: readonly MusterDecision[]): string {
  const lines = decisions.map(({ about, decision, why, where }) => [about, decision, why, where.map(code).join(', ')]);
  return [
    '## Decided here',
    '',
    'What the service does in these cases is neither documented nor observed.',
    '',
    table(['Case', 'Muster', 'Because', 'Where'], lines),
  ].join('\n');
}

function table(header: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...lines.map(line), ''].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w ]/g, '')
    .replaceAll(' ', '-');
}
