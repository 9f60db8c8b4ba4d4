/** Where code, surface, quirks and documentation disagree. */
import { switchedQuirks } from '../../src/kernel/wire.js';
import type { Documented, DocumentedRow, MusterDecision, Quirk } from './read.js';
import { keyless, type ServedPaths } from './served.js';

/** @returns one line each; empty where all agree */
export function tableProblems(documented: Documented, quirks: readonly Quirk[], served: ServedPaths): readonly string[] {
  const keys = new Set(documented.rows.map(({ key }) => key));
  return [
    ...documented.rows.flatMap((row) => rowProblems(row, documented, served)),
    ...unlisted(documented, served),
    ...quirks.flatMap(({ id, rows }) =>
      rows.filter((row) => !keys.has(row)).map((row) => `quirk ${id} names ${row}, which documented.yaml has not`),
    ),
  ];
}

function rowProblems(row: DocumentedRow, documented: Documented, served: ServedPaths): readonly string[] {
  const { key, versions, absent, notes } = row;
  const answering = versions.filter((version) => served.serves(row, version));
  if (answering.length === 0) return absent === undefined ? [`${key} is not served, and no reason is given`] : [];
  if (absent !== undefined) return [`${key} is served, and said to be absent`];
  const problems: string[] = [];
  if (answering.length < versions.length && notes === undefined) problems.push(`${key} is served in ${answering.join()} alone`);
  const accepted = served.permissionsOf(row);
  for (const permission of documented.permissions[row.permissions] ?? []) {
    if (!accepted.includes(permission)) problems.push(`${key} does not accept ${permission}`);
  }
  return problems;
}

/** What is served and neither documented nor of a family. */
function unlisted(documented: Documented, served: ServedPaths): readonly string[] {
  const problems: string[] = [];
  const used = new Set<string>();
  for (const [version, paths] of Object.entries(served.described)) {
    const listed = new Set(
      documented.rows.filter(({ versions }) => versions.some((one) => one === version)).map(({ key }) => keyless(key)),
    );
    for (const path of paths) {
      if (listed.has(path)) continue;
      const family = documented.families.find(({ pattern }) => pattern.test(path));
      if (family === undefined) problems.push(`${path} is served in ${version}, and documented.yaml does not have it`);
      else used.add(family.what);
    }
  }
  const known = new Set(documented.rows.map(({ path }) => path));
  for (const { what, like } of documented.families) {
    if (!used.has(what)) problems.push(`the family '${what}' stands for nothing`);
    if (like !== null && !known.has(like)) problems.push(`the family '${what}' is like ${like}, which documented.yaml does not have`);
  }
  return problems;
}

/** A file of the repository and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The code takes each switched quirk out of the profile, and names each other in a comment. */
export function quirkProblems(quirks: readonly Quirk[], sources: readonly Source[]): readonly string[] {
  const all = sources.map(({ text }) => text).join('\n');
  const taken = new Set([...all.matchAll(/\bwire\.(\w+)/g)].map(([, id]) => id));
  const named = new Set([...all.matchAll(/\(quirk (\w+)\)/g)].map(([, id]) => id));
  const switched: ReadonlySet<string> = new Set(switchedQuirks);
  const problems: string[] = [];
  for (const { id, switched: says } of quirks) {
    if (switched.has(id) !== says) problems.push(`${id}: quirks.yaml and kernel/wire.ts disagree on whether it is switched`);
    if (!(says ? taken : named).has(id))
      problems.push(`${id} is in quirks.yaml, and no code ${says ? 'takes it from the profile' : 'names it'}`);
  }
  const known = new Set(quirks.map(({ id }) => id));
  for (const id of [...switched, ...named])
    if (id !== undefined && !known.has(id)) problems.push(`${id} is in the code, and not in quirks.yaml`);
  return problems;
}

/** Each decision is marked where it is carried out, and each mark is a decision. The engine speaks of its rules, not of the wire. */
export function decisionProblems(decisions: readonly MusterDecision[], sources: readonly Source[]): readonly string[] {
  const marked = new Set(sources.filter(({ text }) => text.includes('[M]')).map(({ path }) => path));
  const where = new Set(decisions.flatMap((decision) => decision.where));
  const problems: string[] = [];
  for (const path of where) {
    if (!sources.some((source) => source.path === path)) problems.push(`decisions.yaml names ${path}, which does not exist`);
    else if (!marked.has(path) && !path.startsWith('src/engine/')) problems.push(`${path} carries out a decision and does not say [M]`);
  }
  for (const path of marked) if (!where.has(path)) problems.push(`${path} says [M], and decisions.yaml does not name it`);
  return problems;
}
