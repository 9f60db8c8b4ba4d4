/** The chain of reasons behind an outcome, as clients read it. */
import type { FilterReason, PolicyOutcome, Reason } from '../../engine/targeting/policy.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Labels } from './labels.js';

/** @returns `[{assignmentId, kind, groupPath, filter, excludedBy, intent}]`, `muster.reason` of the model */
export function reasonsJson({ reasons }: PolicyOutcome, labels: Labels): readonly JsonObject[] {
  return reasons.map((reason) => reasonJson(reason, labels));
}

function reasonJson({ assignmentId, kind, groupPath, filter, excludedBy, intent }: Reason, labels: Labels): JsonObject {
  return {
    assignmentId,
    kind,
    groupPath: groupsJson(groupPath, labels),
    filter: filter === undefined ? null : filterJson(filter, labels),
    excludedBy:
      excludedBy === undefined ? null : { assignmentId: excludedBy.assignmentId, groupPath: groupsJson(excludedBy.groupPath, labels) },
    intent,
  };
}

function groupsJson(path: readonly string[], labels: Labels): readonly JsonObject[] {
  return path.map((id) => ({ id, displayName: labels.group(id)?.displayName ?? null }));
}

/** Of a filter that the caller may not see, or that is gone, no more than that it counted. */
function filterJson({ id, mode, result, clause, deviceValue }: FilterReason, labels: Labels): JsonObject {
  const label = labels.filter(id);
  if (label === undefined) return { id, displayName: null, mode, result, clause: null, deviceValue: null };
  return { id, displayName: label.displayName, mode, result, clause, deviceValue };
}
