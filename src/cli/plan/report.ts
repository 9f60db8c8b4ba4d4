/** What a plan comes to, as every output shows it; as JSON it is the machine's form (docs/reference/plan.md). */
import type { Directory } from './directory.js';
import type { Finding, PolicyImpact } from './impact.js';
import type { Assignment, AssignmentChange } from './model.js';
import type { Prepared } from './prepare.js';

export interface ReportedAssignment {
  readonly target: 'group' | 'excludeGroup' | 'allDevices' | 'allUsers';
  readonly groupId: string | null;
  readonly groupName: string | null;
  readonly filterId: string | null;
  readonly filterName: string | null;
  readonly filterMode: 'include' | 'exclude' | null;
  readonly intent: 'apply' | 'remove';
}

export interface ReportedChange {
  readonly change: 'create' | 'update' | 'delete';
  readonly assignmentId: string | null;
  readonly before: ReportedAssignment | null;
  readonly after: ReportedAssignment | null;
}

export interface ReportedPolicy {
  readonly deviceConfigurationId: string;
  readonly displayName: string;
  readonly file: string;
  readonly line: number;
  readonly changes: readonly ReportedChange[];
  readonly impact: PolicyImpact | null;
  /** Why the tenant would refuse it. */
  readonly refusal?: string;
}

export interface PlanReport {
  readonly tenant: string;
  readonly plan: string;
  /** Those that would change. */
  readonly policies: readonly ReportedPolicy[];
  readonly unchanged: number;
  readonly assignments: { readonly created: number; readonly changed: number; readonly deleted: number };
  /** Null where the Graph cannot tell. */
  readonly impact: {
    readonly gained: number;
    readonly lost: number;
    readonly removed: number;
    readonly lostDevices: number;
    readonly removedDevices: number;
    readonly affectedDevices: number;
    readonly affectedUsers: number;
    /** False: numbers of different devices and users are upper bounds. */
    readonly exact: boolean;
  } | null;
  readonly findings: readonly ReportedFinding[];
  readonly risks: readonly ReportedFinding[];
  /** Limits that are gone over. */
  readonly over: readonly string[];
  readonly notes: readonly string[];
}

export interface ReportedFinding {
  readonly code: string;
  readonly message: string;
  readonly deviceConfigurationId: string | null;
}

export function reportOf({ changed, unchanged, notes, file, directory, impact, over }: Prepared, tenant: string): PlanReport {
  const policies = changed.map(({ policy, desired, changes }): ReportedPolicy => {
    const refusal = impact?.refusals.get(policy.id);
    return {
      deviceConfigurationId: policy.id,
      displayName: policy.name,
      file: desired.place.file,
      line: desired.place.line,
      changes: changes.map((change) => reportedChange(change, directory)),
      impact: impact?.byPolicy.get(policy.id) ?? null,
      ...(refusal === undefined ? {} : { refusal }),
    };
  });
  const tally = (kind: AssignmentChange['kind']) =>
    changed.reduce((sum, { changes }) => sum + changes.filter((each) => each.kind === kind).length, 0);
  const total = impact?.total;
  return {
    tenant,
    plan: file,
    policies,
    unchanged,
    assignments: { created: tally('create'), changed: tally('update'), deleted: tally('delete') },
    impact: total === undefined ? null : withoutLists(total),
    findings: (total?.findings ?? []).map(reportedFinding),
    risks: (total?.risks ?? []).map(reportedFinding),
    over,
    notes,
  };
}

function withoutLists({
  findings: _findings,
  risks: _risks,
  ...numbers
}: NonNullable<Prepared['impact']>['total']): NonNullable<PlanReport['impact']> {
  return numbers;
}

function reportedFinding({ code, message, policyId }: Finding): ReportedFinding {
  return { code, message, deviceConfigurationId: policyId ?? null };
}

function reportedChange(change: AssignmentChange, directory: Directory): ReportedChange {
  return {
    change: change.kind,
    assignmentId: change.kind === 'create' ? null : change.before.id,
    before: change.kind === 'create' ? null : reportedAssignment(change.before, directory),
    after: change.kind === 'delete' ? null : reportedAssignment(change.after, directory),
  };
}

function reportedAssignment({ kind, groupId, filter, intent }: Assignment, directory: Directory): ReportedAssignment {
  return {
    target: kind,
    groupId: groupId ?? null,
    groupName: groupId === undefined ? null : (directory.nameOf(groupId) ?? null),
    filterId: filter?.id ?? null,
    filterName: filter === undefined ? null : (directory.nameOf(filter.id) ?? null),
    filterMode: filter?.mode ?? null,
    intent,
  };
}
