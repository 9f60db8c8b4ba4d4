/** From a plan file and a tenant to what would change, and what that would do. */
import { CommandFailed } from '../command-failed.js';
import type { Terminal } from '../composition.js';
import type { Connection } from '../graph/connect.js';
import { createProgress } from '../render/progress.js';
import { type PolicyReader, readPolicies } from './actual.js';
import { type Difference, difference } from './diff.js';
import { type Directory, readDirectory } from './directory.js';
import { type Guard, guardFaults, guards } from './guard.js';
import { impactOf, type PlanImpact } from './impact.js';
import { fail, type WrittenPolicy } from './read.js';
import { mentioned, resolvePlan } from './resolve.js';

export interface Prepared extends Difference {
  /** What the person wrote on the command line. */
  readonly file: string;
  readonly directory: Directory;
  /** Undefined where the Graph cannot tell. */
  readonly impact: PlanImpact | undefined;
  /** One line for each limit that is gone over. */
  readonly over: readonly string[];
}

export interface PrepareOptions {
  readonly file: string;
  readonly guard: Guard;
  readonly quiet: boolean;
}

/**
 * @param written what the files say
 * @throws CommandFailed for names that the tenant does not have, or the connection; also when a guard is asked for that nobody can keep
 */
export async function prepare(
  written: readonly WrittenPolicy[],
  { file, guard, quiet }: PrepareOptions,
  connection: Connection,
  terminal: Terminal,
): Promise<Prepared> {
  const { client, muster } = connection;
  if (guards(guard) && !muster) {
    throw new CommandFailed(
      `The limits of a guard are kept by Muster's preview, and ${client.origin} has none. Bring the tenant here (muster help import) and plan against it.`,
    );
  }
  const { groups, filters } = mentioned(written);
  const policyRows = createProgress(terminal, quiet, 'policies');
  const groupRows = createProgress(terminal, quiet, 'groups');
  const [policies, directory] = await Promise.all([
    readPolicies(client, written.length, (rows) => policyRows.update(rows, undefined)),
    readDirectory(client, groups, filters, (rows) => groupRows.update(rows, undefined)),
  ]);
  policyRows.clear();
  groupRows.clear();
  const { desired, faults } = resolvePlan(written, policies.names, directory);
  fail(faults);
  const found = difference(desired, await assignments(policies, desired));
  fail(found.faults);
  await directory.learn(groupsOf(found));
  const previewed = createProgress(terminal, quiet, 'policies previewed');
  const impact = muster
    ? await impactOf(found.changed, client, (done) => previewed.update(done, found.changed.length === 0 ? 1 : done / found.changed.length))
    : undefined;
  previewed.clear();
  return { ...found, file, directory, impact, over: impact === undefined ? [] : guardFaults(guard, impact.total) };
}

function assignments(policies: PolicyReader, desired: readonly { readonly id: string }[]) {
  return policies.assignmentsOf(desired.map(({ id }) => id));
}

/** Groups that a diff shows. */
function groupsOf({ changed }: Difference): readonly string[] {
  return changed.flatMap(({ changes }) =>
    changes.flatMap((change) => {
      const id = change.kind === 'create' ? change.after.groupId : change.before.groupId;
      return id === undefined ? [] : [id];
    }),
  );
}
