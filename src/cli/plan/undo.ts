/** The file that takes an apply back: a plan of the assignments as they were, by id, so that renamed groups do no harm. */
import { open, readFile, rename } from 'node:fs/promises';
import { CommandFailed } from '../command-failed.js';
import { printable } from '../render/table.js';
import type { Directory } from './directory.js';
import type { ActualPolicy, Assignment, PolicyChange } from './model.js';
import { readPlanText } from './read.js';
import { UNDO_MARK } from './undo-mark.js';

export function undoHead(plan: string, tenant: string, begun: string): string {
  return `${UNDO_MARK}${printable(plan)} did to ${printable(tenant)}, begun at ${begun}.\n# Carry it out with muster apply THIS-FILE, and the tenant.\npolicies:\n`;
}

export function undoPolicy({ id, name, assignments }: ActualPolicy, directory: Directory): string {
  const head = `  - policy: ${id} # ${printable(name)}\n`;
  if (assignments.length === 0) return `${head}    assignments: []\n`;
  return `${head}    assignments:\n${assignments.map((assignment) => undoAssignment(assignment, directory)).join('')}`;
}

function undoAssignment({ kind, groupId, filter, intent }: Assignment, directory: Directory): string {
  const named = (id: string) => {
    const name = directory.nameOf(id);
    return name === undefined ? id : `${id} # ${printable(name)}`;
  };
  const lines = [`${kind}: ${groupId === undefined ? 'true' : named(groupId)}`];
  if (filter !== undefined) lines.push(`filter: ${named(filter.id)}`, `filterMode: ${filter.mode}`);
  if (intent === 'remove') lines.push('intent: remove');
  return `      - ${lines.join('\n        ')}\n`;
}

/**
 * Put the policies that are about to change into the undo file; those that stand in it keep their first state. The file is whole at every moment,
 * and on disk when this resolves.
 * @param existing whether an earlier run has begun the file
 * @throws CommandFailed when it cannot be written
 */
export async function writeUndo(
  path: string,
  head: string,
  changed: readonly PolicyChange[],
  directory: Directory,
  existing: boolean,
): Promise<void> {
  try {
    const begun = existing ? await readFile(path, 'utf8') : head;
    const known = new Set(existing ? (await readPlanText(begun, path)).policies.map(({ policy }) => policy) : []);
    const added = changed.filter(({ policy }) => !known.has(policy.id)).map(({ policy }) => undoPolicy(policy, directory));
    if (existing && added.length === 0) return;
    await writeWhole(path, begun + added.join(''), existing);
  } catch (error) {
    throw new CommandFailed(
      `The undo file ${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}). Nothing was changed.`,
    );
  }
}

async function writeWhole(path: string, text: string, existing: boolean): Promise<void> {
  const written = existing ? `${path}.new` : path;
  const file = await open(written, existing ? 'w' : 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  if (existing) await rename(written, path);
}
