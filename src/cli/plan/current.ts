/** The assignments of a tenant as they are, as a plan: what a team begins with. */
import { Document, type Scalar } from 'yaml';
import { isGuid } from '../../kernel/ids.js';
import type { Terminal } from '../composition.js';
import type { Connection } from '../graph/connect.js';
import { createProgress } from '../render/progress.js';
import { printable } from '../render/table.js';
import { readPolicies } from './actual.js';
import { type Directory, type NamedThing, readDirectory } from './directory.js';
import type { ActualPolicy, Assignment } from './model.js';

/** @returns YAML: names where they mean one thing, otherwise ids with the name beside them; policies by name */
export async function currentPlan({ client, name: tenant }: Connection, quiet: boolean, terminal: Terminal): Promise<string> {
  const policyRows = createProgress(terminal, quiet, 'policies');
  const policies = await readPolicies(client, Number.POSITIVE_INFINITY, (rows) => policyRows.update(rows, undefined));
  const all = [...(await policies.assignmentsOf([])).values()].sort((a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()));
  policyRows.clear();
  const assignments = all.flatMap((policy) => policy.assignments);
  const groups = new Set(assignments.flatMap(({ groupId }) => groupId ?? []));
  const anyFilter = assignments.some(({ filter }) => filter !== undefined);
  const groupRows = createProgress(terminal, quiet, 'groups');
  const directory = await readDirectory(client, groups, anyFilter, (rows) => groupRows.update(rows, undefined));
  // A name is written only where no other group has it.
  await directory.learnNamesakes([...groups].flatMap((id) => directory.nameOf(id) ?? []));
  groupRows.clear();
  return textOf(all, directory, tenant);
}

function textOf(policies: readonly ActualPolicy[], directory: Directory, tenant: string): string {
  const named = new Map<string, number>();
  for (const { name } of policies) named.set(name.toLowerCase(), (named.get(name.toLowerCase()) ?? 0) + 1);
  const document = new Document({ policies: [] });
  document.commentBefore = ` The assignments of ${printable(tenant)} as they are.`;
  const reference = (id: string, name: string | undefined, alone: boolean): Scalar => {
    const usable = name !== undefined && name.trim() === name && name !== '' && !isGuid(name) && alone;
    const scalar = document.createNode(usable ? name : id) as Scalar;
    if (!usable && name !== undefined && name !== '') scalar.comment = ` ${printable(name)}`;
    return scalar;
  };
  const thing = (id: string, find: (name: string) => readonly NamedThing[]) => {
    const name = directory.nameOf(id);
    return reference(id, name, name !== undefined && find(name).length === 1);
  };
  const assignmentOf = ({ kind, groupId, filter, intent }: Assignment) => ({
    [kind]: groupId === undefined ? true : thing(groupId, directory.groups),
    ...(filter === undefined
      ? {}
      : { filter: thing(filter.id, directory.filters), ...(filter.mode === 'exclude' ? { filterMode: 'exclude' } : {}) }),
    ...(intent === 'remove' ? { intent } : {}),
  });
  document.set(
    'policies',
    document.createNode(
      policies.map(({ id, name, assignments }) => ({
        policy: reference(id, name, named.get(name.toLowerCase()) === 1),
        assignments: assignments.map(assignmentOf),
      })),
    ),
  );
  return document.toString({ lineWidth: 0 });
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
