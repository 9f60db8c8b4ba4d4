/** From a plan file and a tenant to what would change, and what that would do. */
import { CommandFailed } from '../command-failed.js';
import type { Terminal } from '../composition.js';
import type { Connection } from '../graph/connect.js';
import { createProgress } from '../render/progress.js';
import { type PolicyReader, readPolicies } from './actual.js';
import { type Difference, difference, sameAssignments } from './diff.js';
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
  /** A copy of the tenant in a Muster, where the Graph itself cannot tell an impact. */
  readonly model?: Connection | undefined;
}

/**
 * @param reading what the files say; a large plan may be read while the tenant is asked
 * @throws CommandFailed for names that the tenant does not have, or the connection; also when a guard is asked for that nobody can keep
 */
export async function prepare(
  reading: readonly WrittenPolicy[] | Promise<readonly WrittenPolicy[]>,
  { file, guard, quiet, model }: PrepareOptions,
  connection: Connection,
  terminal: Terminal,
): Promise<Prepared> {
  const { client } = connection;
  const teller = connection.muster ? client : model?.client;
  if (guards(guard) && teller === undefined) {
    throw new CommandFailed(
      `The limits of a guard are kept by Muster's preview, and ${client.origin} has none. Bring the tenant here (muster help pull), and name it with --model.`,
    );
  }
  const policyRows = createProgress(terminal, quiet, 'policies');
  const groupRows = createProgress(terminal, quiet, 'groups');
  const expected = 'length' in reading ? reading.length : Number.POSITIVE_INFINITY;
  const asked = readPolicies(client, expected, (rows) => policyRows.update(rows, undefined));
  // Told below, unless what the files say is wrong.
  asked.catch(() => undefined);
  const written = await Promise.resolve(reading).finally(policyRows.clear);
  const { groups, filters } = mentioned(written);
  const [policies, directory] = await Promise.all([
    asked,
    readDirectory(client, groups, filters, (rows) => groupRows.update(rows, undefined)),
  ]);
  policyRows.clear();
  groupRows.clear();
  await directory.lookAround(groups);
  const { desired, faults } = resolvePlan(written, policies.names, directory);
  fail(faults);
  const found = difference(desired, await assignments(policies, desired));
  fail(found.faults);
  await directory.learn(groupsOf(found));
  const previewed = createProgress(terminal, quiet, 'policies previewed');
  const impact =
    teller === undefined
      ? undefined
      : await impactOf(found.changed, teller, (done) =>
          previewed.update(done, found.changed.length === 0 ? 1 : done / found.changed.length),
        );
  previewed.clear();
  if (model !== undefined && impact !== undefined) fail(strange(impact, found, model.name));
  return { ...found, file, directory, impact, over: impact === undefined ? [] : guardFaults(guard, impact.total) };
}

/** A copy that refuses a change is another state than the tenant: what it tells is not what would happen. */
function strange({ refusals }: PlanImpact, { changed }: Difference, copy: string): readonly string[] {
  return changed.flatMap(({ policy }) => {
    const refusal = refusals.get(policy.id);
    return refusal === undefined
      ? []
      : [`${policy.name} is not in ${copy} as in the tenant (${refusal}): bring the tenant here again, then plan.`];
  });
}

/** Whether the tenant is still as it was read. */
export async function stillSo({ changed }: Pick<Prepared, 'changed'>, { client }: Connection): Promise<boolean> {
  const policies = await readPolicies(client, changed.length, () => undefined);
  const actual = await assignments(
    policies,
    changed.map(({ policy }) => policy),
  );
  return changed.every(({ policy }) => {
    const now = actual.get(policy.id);
    return now !== undefined && sameAssignments(policy, now);
  });
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
