/**
 * POST /deviceManagement/getAssignmentFiltersStatusDetails: how the filters on a policy's assignments judge one device (rule-languages spec,
 * A8). Muster judges at the moment of asking; the answer's misspelt member is the service's own.
 */
import { filterValues, platformOfDevice } from '../../engine/columns/managed-device.js';
import { interpretFilterRule, validateFilterRule } from '../../engine/rules/filter/index.js';
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import { currentAssignments } from '../assignments/lay.js';
import { ASSIGNMENT_FILTERS } from '../assignments/records.js';
import { type DomainContext, notFound } from '../context.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { parametersOf, value } from '../operations/answer.js';
import type { Place } from '../read/place.js';
import { isVisible } from '../roles/rights.js';
import type { Decision } from '../write/change.js';

/** Filter id to the modes in which the policy's assignments use it. */
type Uses = ReadonlyMap<string, readonly string[]>;

export async function getAssignmentFiltersStatusDetails(
  _place: Place,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const parameters = parametersOf(body, plan, context);
  const { managedDeviceId, payloadId, userId, assignmentFilterIds } = parameters;
  if (typeof managedDeviceId !== 'string' || managedDeviceId === '') {
    throw graphError('parameterInvalid', { operation: 'getAssignmentFiltersStatusDetails', reason: 'give managedDeviceId.' });
  }
  const [stored] = await context.reader.read(context.tenant, [{ set: MANAGED_DEVICES, parent: '', id: managedDeviceId }]);
  if (stored === undefined || !isVisible(stored, context)) throw notFound(context.surface, MANAGED_DEVICES, managedDeviceId);
  const device = JSON.parse(stored.json) as JsonObject;
  const uses = typeof payloadId === 'string' ? await filtersOf(payloadId, context) : new Map<string, readonly string[]>();
  const asked = Array.isArray(assignmentFilterIds) ? (assignmentFilterIds as readonly string[]) : [];
  const wanted = asked.length > 0 ? [...new Set(asked)] : [...uses.keys()];
  const skip = Math.max(0, Number(parameters.skip ?? 0));
  const ids = wanted.slice(skip, skip + Math.max(0, Number(parameters.top ?? wanted.length)));
  return value('microsoft.graph.assignmentFilterStatusDetails', {
    managedDeviceId,
    payloadId: payloadId ?? null,
    userId: userId ?? device.userId ?? null,
    deviceProperties: Object.entries(filterValues(device)).map(([name, text]) => ({ name, value: text })),
    evalutionSummaries: await summaries(ids, uses, device, context),
  });
}

async function filtersOf(configurationId: string, context: DomainContext): Promise<Uses> {
  const uses = new Map<string, string[]>();
  for (const assignment of await currentAssignments(configurationId, context)) {
    const { target } = JSON.parse(assignment.json) as { target: JsonObject };
    const { deviceAndAppManagementAssignmentFilterId: id, deviceAndAppManagementAssignmentFilterType: type } = target;
    if (typeof id !== 'string' || typeof type !== 'string' || type === 'none') continue;
    const modes = uses.get(id) ?? [];
    if (!modes.includes(type)) modes.push(type);
    uses.set(id, modes);
  }
  return uses;
}

async function summaries(ids: readonly string[], uses: Uses, device: JsonObject, context: DomainContext): Promise<readonly JsonObject[]> {
  const keys = ids.map((id) => ({ set: ASSIGNMENT_FILTERS, parent: '', id }));
  const filters = await context.reader.read(context.tenant, keys);
  return filters.flatMap((stored) => {
    if (stored === undefined || !isVisible(stored, context)) return [];
    const filter = JSON.parse(stored.json) as JsonObject;
    const evaluationResult = judge(filter, device);
    const modes = uses.get(stored.id) ?? [];
    return [
      {
        assignmentFilterId: stored.id,
        assignmentFilterLastModifiedDateTime: filter.lastModifiedDateTime,
        assignmentFilterDisplayName: filter.displayName,
        assignmentFilterPlatform: filter.platform,
        evaluationResult,
        evaluationDateTime: dateTimeOffset(context.now),
        assignmentFilterType: modes[0] ?? 'none',
        assignmentFilterTypeAndEvaluationResults: modes.map((assignmentFilterType) => ({ assignmentFilterType, evaluationResult })),
      },
    ];
  });
}

/** A filter of another platform is not asked; a stored rule that cannot be read is a failure. */
function judge({ platform, rule }: JsonObject, device: JsonObject): string {
  if (platformOfDevice(device) !== platform) return 'notEvaluated';
  const read = validateFilterRule(String(rule), String(platform), 'evaluate');
  if (!read.valid) return 'failure';
  return interpretFilterRule(read.ast, filterValues(device)) ? 'match' : 'notMatch';
}
