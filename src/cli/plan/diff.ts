/** What has to be done so that a tenant is as a plan says. */
import { type ActualPolicy, type Assignment, type AssignmentChange, type DesiredPolicy, type PolicyChange, targetKey } from './model.js';

export interface Difference {
  readonly changed: readonly PolicyChange[];
  /** How many policies are as they shall be. */
  readonly unchanged: number;
  /** What a person should know, one line each. */
  readonly notes: readonly string[];
  /** One line for each thing that the tenant does not have, and no assignment of the policy names yet. */
  readonly faults: readonly string[];
}

export function difference(desired: readonly DesiredPolicy[], actual: ReadonlyMap<string, ActualPolicy>): Difference {
  const changed: PolicyChange[] = [];
  const notes: string[] = [];
  const faults: string[] = [];
  let unchanged = 0;
  for (const want of desired) {
    const policy = actual.get(want.id);
    if (policy === undefined) {
      notes.push(`${want.name} went away while it was read.`);
      continue;
    }
    notes.push(...notesOf(policy));
    faults.push(...faultsOf(want, policy));
    const changes = changesOf(want, policy);
    if (changes.length === 0) unchanged += 1;
    else changed.push({ policy, desired: want, changes });
  }
  return { changed, unchanged, notes, faults };
}

function faultsOf({ doubtful }: DesiredPolicy, { assignments }: ActualPolicy): readonly string[] {
  if (doubtful.length === 0) return [];
  const held = new Set(assignments.flatMap(({ groupId, filter }) => [groupId?.toLowerCase(), filter?.id]));
  return doubtful.filter(({ id }) => !held.has(id)).map(({ fault }) => fault);
}

function changesOf({ assignments }: DesiredPolicy, policy: ActualPolicy): readonly AssignmentChange[] {
  const held = new Map(policy.assignments.map((assignment) => [targetKey(assignment), assignment]));
  const elsewhere = new Set(policy.untouched.map(({ key }) => key));
  const changes: AssignmentChange[] = [];
  for (const after of assignments) {
    const key = targetKey(after);
    const before = held.get(key);
    held.delete(key);
    if (before === undefined) {
      // A policy set has laid this target already; a policy has each but once.
      if (!elsewhere.has(key)) changes.push({ kind: 'create', after });
    } else if (!same(before, after)) changes.push({ kind: 'update', before, after });
  }
  for (const before of held.values()) changes.push({ kind: 'delete', before });
  return changes.sort((a, b) => rank(a) - rank(b));
}

export function same(one: Assignment, other: Assignment): boolean {
  return (
    targetKey(one) === targetKey(other) &&
    one.kind === other.kind &&
    one.intent === other.intent &&
    one.filter?.id === other.filter?.id &&
    one.filter?.mode === other.filter?.mode
  );
}

/** Whether two readings of a policy show the same assignments, by id and by what they say. */
export function sameAssignments(one: ActualPolicy, other: ActualPolicy): boolean {
  const left = new Map(one.assignments.map((assignment) => [assignment.id, assignment]));
  return (
    one.assignments.length === other.assignments.length &&
    one.untouched.length === other.untouched.length &&
    other.assignments.every((assignment) => {
      const before = left.get(assignment.id);
      return before !== undefined && same(before, assignment);
    })
  );
}

/** Exclusions come before what they narrow and go after it, so that on the way nobody gets what neither state gives him. */
function rank(change: AssignmentChange): number {
  if (change.kind === 'create') return change.after.kind === 'excludeGroup' ? 0 : 3;
  if (change.kind === 'update') return change.after.kind === 'excludeGroup' ? 1 : 2;
  return change.before.kind === 'excludeGroup' ? 5 : 4;
}

function notesOf({ name, untouched }: ActualPolicy): readonly string[] {
  const sets = untouched.filter(({ source }) => source === 'policySets').length;
  const others = untouched.length - sets;
  return [
    ...(sets === 0
      ? []
      : [`${name}: ${sets} ${sets === 1 ? 'assignment comes' : 'assignments come'} from policy sets, which plans do not change.`]),
    ...(others === 0
      ? []
      : [`${name}: ${others} ${others === 1 ? 'assignment has a target' : 'assignments have targets'} that plans do not know; it stays.`]),
  ];
}
