/** Creating, changing and deleting assignment filters (graph-api spec 2.3, 8.7; rule-languages spec, A1). */
import { appPlatforms } from '../../engine/rules/filter/index.js';
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import { validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import { ASSIGNMENT_FILTERS } from '../assignments/records.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { grantedTags } from '../roles/rights.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged, updated } from '../write/change.js';
import { readCounter } from '../write/counter.js';
import { untouched } from '../write/marker.js';
import { betaType, requireProperties } from '../write/plain.js';
import type { SetRules } from '../write/set-rules.js';
import { requireFilterPlatform, requireRule } from './rule.js';

/** Of a tenant. */
export const MAX_FILTERS = 200;

export const filterRules: SetRules = {
  create: (_owner, address, body, context) => createFilter(address, body, context),
  update: (_owner, found, body, plan, context) => updateFilter(found, body, plan, context),
  remove: (_owner, found, plan, context) => deleteFilter(found, plan, context),
};

/**
 * POST /deviceManagement/assignmentFilters.
 * @throws GraphError propertyRequired, filterPlatformWithoutFilters, filterRuleEmpty, filterRuleTooLong, filterRuleInvalid, filterLimit (400)
 */
async function createFilter(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = validatePayload(context.schema, address.type, body, 'create');
  const type = betaType(payload.type, context);
  requireProperties(payload.given, address.set, type, context);
  const { platform, rule, roleScopeTags } = payload.given;
  requireFilterPlatform(platform);
  requireRule(String(rule), String(platform));
  const id = newGuid();
  const key = { set: address.set, parent: '', id };
  const now = dateTimeOffset(context.now);
  const json = completeEntity(type, {
    ...payload.given,
    id,
    createdDateTime: now,
    lastModifiedDateTime: now,
    roleScopeTags: grantedTags(roleScopeTags, undefined, 'Microsoft.Intune_AssignmentFilter_Create', context) ?? null,
    assignmentFilterManagementType: managementType(payload.given),
  });
  // The number of filters is what two creations at once must agree on.
  const counter = await readCounter('assignmentFilters', context);
  const { total = 0 } = await context.reader.list(context.tenant, {
    set: ASSIGNMENT_FILTERS,
    parent: '',
    filter: undefined,
    orderBy: [],
    skip: 0,
    limit: 0,
    count: true,
  });
  if (total >= MAX_FILTERS) throw graphError('filterLimit', { limit: MAX_FILTERS });
  return {
    outcome: { kind: 'entity', status: 201, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(
      context,
      [absent(key), counter.expect],
      [{ kind: 'put', key, type: type.name, json: JSON.stringify(json) }, counter.set(counter.value + 1)],
    ),
  };
}

/** Filters of the managed-app platforms are for apps, all others for devices. */
export function managementType({ platform, assignmentFilterManagementType: given }: JsonObject): string {
  const wanted = (appPlatforms as readonly string[]).includes(String(platform)) ? 'apps' : 'devices';
  if (given === undefined || given === wanted) return wanted;
  const reason = `A filter of the platform ${String(platform)} has the assignmentFilterManagementType '${wanted}', not '${String(given)}'.`;
  throw graphError('requestInvalid', { reason }, 'assignmentFilterManagementType');
}

/** PATCH: platform and management type are fixed; clients that send them back unchanged are served. */
function updateFilter(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Decision {
  checkIfMatch(plan, found.stored);
  const { stored } = found;
  const before = found.json();
  const { given } = validatePayload(context.schema, found.type, body, 'update');
  for (const property of ['platform', 'assignmentFilterManagementType']) {
    if (given[property] !== undefined && given[property] !== before[property]) {
      throw graphError('filterPlatformFixed', { property, value: String(before[property]) }, property);
    }
  }
  if (given.displayName === '') throw graphError('propertyRequired', { property: 'displayName', type: stored.type }, 'displayName');
  if (given.rule !== undefined && given.rule !== before.rule) requireRule(String(given.rule), String(before.platform));
  const tags = grantedTags(given.roleScopeTags, before.roleScopeTags, 'Microsoft.Intune_AssignmentFilter_Update', context);
  const merged = mergeUpdate(betaType(found.type, context), before, tags === undefined ? given : { ...given, roleScopeTags: tags });
  return updated(found, merged === before ? before : { ...merged, lastModifiedDateTime: dateTimeOffset(context.now) }, context);
}

/** @throws GraphError filterInUse (400) while an assignment names the filter */
async function deleteFilter(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const unused = await untouched('assignmentFilterUses', stored.id, context);
  const uses = await context.reader.links(context.tenant, { kind: 'assignmentFilter', to: stored.id });
  if (uses.length > 0) throw graphError('filterInUse', { assignments: uses.length });
  const counter = await readCounter('assignmentFilters', context);
  return {
    outcome: { kind: 'none' },
    changes: changeSet(context, [unchanged(stored), unused], [{ kind: 'delete', key: keyOf(stored) }, counter.set(counter.value + 1)]),
  };
}
