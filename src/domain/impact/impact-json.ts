/** An impact as clients read it: counts, a page of each list, and findings and risks in words. */
import type { ChangedPairs, Impact, ListedDevice } from '../../engine/targeting/policy.js';
import type { JsonObject } from '../../kernel/json.js';
import { findingJson } from '../targeting/finding-json.js';
import type { Mentioned, Names } from '../targeting/names.js';
import { type AssignmentChanges, assignmentChangesJson, NO_ASSIGNMENT_CHANGES } from './assignment-changes.js';
import { riskJson } from './risk-json.js';

export const impactLists = ['gained', 'lost', 'removed'] as const;
export type ImpactList = (typeof impactLists)[number];

export interface ImpactPage {
  /** So many devices are shown at most. */
  readonly size: number;
  /** So many policies, findings, risks and deleted assignments; as many as devices where it is left out. */
  readonly rows?: number;
  /** Where a list goes on; undefined where it cannot be read on. */
  readonly nextLink: (list: ImpactList) => string | undefined;
}

/** The engine's answer, and what was done to get it. */
export interface MeasuredImpact extends Impact {
  readonly assignments: AssignmentChanges;
}

/** What changes nothing. */
export const NO_IMPACT: MeasuredImpact = {
  assignments: NO_ASSIGNMENT_CHANGES,
  gained: { count: 0, devices: { count: 0, page: () => [] } },
  lost: { count: 0, devices: { count: 0, page: () => [] } },
  removed: { count: 0, devices: { count: 0, page: () => [] } },
  affectedDevices: 0,
  affectedUsers: 0,
  policies: [],
  findings: [],
  risks: [],
};

/** What `impactJson` will want names of. */
export function mentionedIn({ policies, findings, risks, assignments }: MeasuredImpact, size: number): readonly Mentioned[] {
  return [...largest(policies, size), ...findings.slice(0, size), ...risks.slice(0, size), ...assignments.deleted.slice(0, size)];
}

/**
 * @returns `{gained, lost, removed: {count, deviceCount, devices: [{id, deviceName, userPrincipalName}], "@odata.nextLink"}, affectedDevices,
 *   affectedUsers, policies: [{deviceConfigurationId, displayName, gained, lost, removed}], assignments, findings, risks}`. `count` counts
 *   (device, policy) pairs, `deviceCount` different devices; policies are those that change most. A list that is cut says `…@odata.count`.
 */
export function impactJson(impact: MeasuredImpact, names: Names, { size, rows = size, nextLink }: ImpactPage): JsonObject {
  const { affectedDevices, affectedUsers, policies, findings, risks } = impact;
  const lists: Record<string, JsonObject> = {};
  for (const list of impactLists) lists[list] = pairsJson(impact[list], size, () => nextLink(list));
  return {
    ...lists,
    affectedDevices,
    affectedUsers,
    ...counted('policies', policies.length, rows),
    policies: largest(policies, rows).map(({ policyId, gained, lost, removed }) => ({
      deviceConfigurationId: policyId,
      displayName: names.policy(policyId) ?? null,
      gained,
      lost,
      removed,
    })),
    assignments: assignmentChangesJson(impact.assignments, names, rows),
    ...counted('findings', findings.length, rows),
    findings: findings.slice(0, rows).map((finding) => findingJson(finding, names)),
    ...counted('risks', risks.length, rows),
    risks: risks.slice(0, rows).map((risk) => riskJson(risk, names)),
  };
}

function pairsJson({ count, devices }: ChangedPairs, size: number, nextLink: () => string | undefined): JsonObject {
  const shown = { count, deviceCount: devices.count, devices: devices.page(0, size).map(deviceJson) };
  const next = devices.count > size ? nextLink() : undefined;
  return next === undefined ? shown : { ...shown, '@odata.nextLink': next };
}

export function deviceJson({ id, deviceName, userPrincipalName }: ListedDevice): JsonObject {
  return { id, deviceName, userPrincipalName };
}

function largest(policies: Impact['policies'], size: number): Impact['policies'] {
  if (policies.length <= size) return policies;
  const changed = ({ gained, lost, removed }: Impact['policies'][number]) => gained + lost + removed;
  return [...policies].sort((a, b) => changed(b) - changed(a)).slice(0, size);
}

function counted(name: string, count: number, size: number): JsonObject {
  return count > size ? { [`${name}@odata.count`]: count } : {};
}
