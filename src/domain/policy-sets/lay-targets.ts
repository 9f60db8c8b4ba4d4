/**
 * What a policy set lays on the configurations in it: one assignment for each of its own, `source` policySets, `sourceId` the set's id
 * (semantics, section 6). An assignment it has laid may have been given another target since; the set lays its own again [M].
 */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import { currentAssignments } from '../assignments/lay.js';
import {
  type AssignmentDraft,
  assignmentJson,
  assignmentKey,
  assignmentOperations,
  readAssignment,
  removeAssignmentOperations,
  targetLink,
} from '../assignments/records.js';
import { derivedAssignmentId, targetKey } from '../assignments/target.js';
import type { DomainContext } from '../context.js';
import { absent, unchanged } from '../write/change.js';

export interface Laid {
  readonly expect: readonly Expectation[];
  readonly operations: readonly ChangeOperation[];
}

/**
 * @param targets the targets of the set's assignments; none for a configuration that leaves the set
 */
export async function layTargets(
  policySetId: string,
  configurationId: string,
  targets: readonly JsonObject[],
  context: DomainContext,
): Promise<Laid> {
  const stored = await currentAssignments(configurationId, context);
  const drafts = stored.map((entity) => readAssignment(configurationId, JSON.parse(entity.json) as JsonObject));
  const own = drafts.filter(({ source, sourceId }) => source === 'policySets' && sourceId === policySetId);
  const taken = new Set(drafts.map(({ id }) => id));
  const held = new Set(own.map((draft) => targetLink(draft).to));
  const kept = new Map<AssignmentDraft, AssignmentDraft>();
  const laid: AssignmentDraft[] = [];
  for (const target of targets) {
    const known = standingFor(target, configurationId, own, kept);
    if (known !== undefined) kept.set(known, { ...known, target });
    else {
      const id = freeId(derivedAssignmentId(configurationId, target), taken);
      taken.add(id);
      laid.push({ configurationId, id, target, source: 'policySets', sourceId: policySetId, intent: 'apply' });
    }
  }
  const operations: ChangeOperation[] = own.flatMap((draft) => (kept.has(draft) ? [] : removeAssignmentOperations(draft)));
  for (const [before, after] of kept) {
    if (JSON.stringify(assignmentJson(after)) !== JSON.stringify(assignmentJson(before)))
      operations.push(...assignmentOperations(after, before));
  }
  for (const draft of laid) operations.push(...assignmentOperations(draft));
  const next = [...kept.values(), ...laid];
  const claims = next.map(targetLink).filter((link) => !held.has(link.to));
  return {
    expect: [
      ...stored.filter(({ id }) => own.some((draft) => draft.id === id)).map(unchanged),
      ...laid.map((draft) => absent(assignmentKey(configurationId, draft.id))),
      ...claims.map((link) => ({ kind: 'link' as const, link, exists: false })),
    ],
    operations: unlinkFirst(operations),
  };
}

/** The assignment that was laid for a target: by its id, which stays when it is given another target, else by its target. */
export function standingFor(
  target: JsonObject,
  configurationId: string,
  own: readonly AssignmentDraft[],
  kept: ReadonlyMap<AssignmentDraft, unknown>,
): AssignmentDraft | undefined {
  const derived = derivedAssignmentId(configurationId, target);
  const key = targetKey(target);
  const free = own.filter((draft) => !kept.has(draft));
  return (
    free.find(({ id }) => id === derived || (id.startsWith(`${derived}_`) && /^\d+$/.test(id.slice(derived.length + 1)))) ??
    free.find((draft) => targetKey(draft.target) === key)
  );
}

export function freeId(derived: string, taken: ReadonlySet<string>): string {
  for (let n = 0; ; n++) {
    const id = n === 0 ? derived : `${derived}_${n}`;
    if (!taken.has(id)) return id;
  }
}

/** Two assignments may change targets with each other: every claim is lifted before one is laid. */
function unlinkFirst(operations: readonly ChangeOperation[]): readonly ChangeOperation[] {
  return [...operations.filter(({ kind }) => kind === 'unlink'), ...operations.filter(({ kind }) => kind !== 'unlink')];
}

/** @throws GraphError requestInvalid (400): sets carry no filters, and go to groups and to everybody */
export function refuseUnfit(kind: string, target: JsonObject): void {
  if (kind !== 'group')
    throw graphError('requestInvalid', { reason: 'A policy set is assigned to groups, all devices or all users.' }, 'target');
  const { deviceAndAppManagementAssignmentFilterType: type } = target;
  if (type === undefined || type === null || type === 'none') return;
  throw graphError(
    'requestInvalid',
    { reason: 'Policy sets take no assignment filters.' },
    'target.deviceAndAppManagementAssignmentFilterType',
  );
}
