/** What a plan names becomes what the tenant has. Every name that is missing or several things' is an error; nothing is guessed. */
import { nearest } from '../../config/nearest.js';
import { isGuid } from '../../kernel/ids.js';
import type { PolicyName } from './actual.js';
import type { Directory, NamedThing } from './directory.js';
import type { Assignment, DesiredPolicy, TargetKind } from './model.js';
import { targetKey } from './model.js';
import { type Place, placeText, type WrittenPolicy } from './read.js';

const MOST_LISTED = 10;

/** Groups that a plan names, each once, and whether it names filters. */
export function mentioned(written: readonly WrittenPolicy[]): { readonly groups: ReadonlySet<string>; readonly filters: boolean } {
  const groups = new Set<string>();
  let filters = false;
  for (const { assignments } of written) {
    for (const { group, excludeGroup, filter } of assignments) {
      const named = group ?? excludeGroup;
      if (named !== undefined) groups.add(named);
      if (filter !== undefined) filters = true;
    }
  }
  return { groups, filters };
}

/** @returns the policies as wanted, or one line for each thing that is wrong */
export function resolvePlan(
  written: readonly WrittenPolicy[],
  policies: readonly PolicyName[],
  directory: Directory,
): { readonly desired: readonly DesiredPolicy[]; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const find = policyFinder(policies);
  const chosen = new Map<string, Place>();
  const desired: DesiredPolicy[] = [];

  function one(
    kind: string,
    wanted: string,
    found: readonly NamedThing[],
    names: () => readonly string[],
    place: Place,
    doubtful?: { id: string; fault: string }[],
  ): NamedThing | undefined {
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    if (doubtful !== undefined && found.length === 0 && isGuid(wanted)) {
      const id = wanted.toLowerCase();
      doubtful.push({ id, fault: `${placeText(place)}: there is no ${kind} '${wanted}'.` });
      return { id, name: '' };
    }
    faults.push(`${placeText(place)}: ${found.length === 0 ? missing(kind, wanted, names()) : several(kind, wanted, found)}`);
    return undefined;
  }

  for (const { policy, assignments, place, lines } of written) {
    const found = one('device configuration', policy, find(policy), () => policies.map(({ name }) => name), place);
    const doubtful: { id: string; fault: string }[] = [];
    const laid = assignments.map((assignment, index): Assignment | undefined => {
      const here = { file: place.file, line: lines[index] ?? place.line };
      const kind: TargetKind =
        assignment.group !== undefined
          ? 'group'
          : assignment.excludeGroup !== undefined
            ? 'excludeGroup'
            : assignment.allDevices === true
              ? 'allDevices'
              : 'allUsers';
      const groupName = assignment.group ?? assignment.excludeGroup;
      const group =
        groupName === undefined
          ? undefined
          : one('group', groupName, directory.groups(groupName), () => directory.groupNames, here, doubtful);
      const filter =
        assignment.filter === undefined
          ? undefined
          : one('assignment filter', assignment.filter, directory.filters(assignment.filter), () => directory.filterNames, here, doubtful);
      if ((groupName !== undefined && group === undefined) || (assignment.filter !== undefined && filter === undefined)) return undefined;
      return {
        kind,
        groupId: group?.id,
        filter: filter === undefined ? undefined : { id: filter.id, mode: assignment.filterMode ?? 'include' },
        intent: assignment.intent ?? 'apply',
      };
    });
    const whole = laid.filter((assignment) => assignment !== undefined);
    faults.push(...twice(policy, laid, directory, place.file, lines));
    if (found === undefined) continue;
    const other = chosen.get(found.id);
    if (other !== undefined) faults.push(`${placeText(place)}: the policy '${policy}' stands at ${placeText(other)} already.`);
    chosen.set(found.id, place);
    desired.push({ id: found.id, name: found.name, assignments: whole, place, doubtful });
  }
  return { desired, faults };
}

function policyFinder(policies: readonly PolicyName[]): (wanted: string) => readonly NamedThing[] {
  const byId = new Map(policies.map((policy) => [policy.id.toLowerCase(), policy]));
  const byName = new Map<string, PolicyName[]>();
  for (const policy of policies) {
    const key = policy.name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), policy]);
  }
  return (wanted) => {
    const known = isGuid(wanted) ? byId.get(wanted.toLowerCase()) : undefined;
    return known === undefined ? (byName.get(wanted.toLowerCase()) ?? []) : [known];
  };
}

function twice(
  policy: string,
  assignments: readonly (Assignment | undefined)[],
  directory: Directory,
  file: string,
  lines: readonly number[],
): readonly string[] {
  const seen = new Set<string>();
  return assignments.flatMap((assignment, index) => {
    if (assignment === undefined) return [];
    const key = targetKey(assignment);
    const again = seen.has(key);
    seen.add(key);
    if (!again) return [];
    const { groupId, kind } = assignment;
    const what = groupId === undefined ? kind : `the group '${directory.nameOf(groupId) ?? groupId}'`;
    const place = placeText({ file, line: lines[index] ?? 1 });
    return [`${place}: the policy '${policy}' names ${what} twice; a target stands once, as included or as excluded.`];
  });
}

function missing(kind: string, wanted: string, names: readonly string[]): string {
  const near = nearest(wanted, names);
  return `there is no ${kind} '${wanted}'.${near === undefined ? '' : ` Did you mean '${near}'?`}`;
}

function several(kind: string, wanted: string, found: readonly NamedThing[]): string {
  const ids = found.slice(0, MOST_LISTED).map(({ id }) => id);
  if (found.length > ids.length) ids.push(`and ${found.length - ids.length} more`);
  return `${found.length} ${kind}s are called '${wanted}': write the id of the one you mean (${ids.join(', ')}).`;
}
