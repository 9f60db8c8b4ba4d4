/** What can be asked of filters besides the filters themselves: is a rule valid, what may it name, are filters on. */

import { MAX_RULE_LENGTH } from '../../engine/rules/diagnostic.js';
import { isFilterPlatform, supportedProperties } from '../../engine/rules/filter/index.js';
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { validatePayload } from '../../model/validate.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import { parametersOf, value } from '../operations/answer.js';
import type { Found, Place } from '../read/place.js';
import { routeMissing } from '../read/place.js';
import { entityOf } from '../read/walk-path.js';
import { changeSet, type Decision } from '../write/change.js';
import { diagnosticJson, requireFilterPlatform, ruleFaults } from './rule.js';

const FILTER = 'deviceAndAppManagementAssignmentFilter';
/** Whether filters are on: an entity of a set that no path reaches. */
export const FILTER_SETTINGS = { set: 'muster/settings', parent: '', id: 'assignmentFilters' };

/**
 * POST …/validateFilter, with the filter in its parameter or, as some clients send it, bare. An invalid rule is a 200 that says so.
 * @throws GraphError filterRuleEmpty, propertyRequired (400)
 */
export async function validateFilter(_place: Place, body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const type = context.schema.types.get(FILTER);
  if (type === undefined) throw routeMissing(plan);
  const bare = isObject(body) && body[FILTER] === undefined && (body.rule !== undefined || body.platform !== undefined);
  const filter = bare ? body : parametersOf(body, plan, context)[FILTER];
  if (!isObject(filter))
    throw graphError('parameterInvalid', { operation: 'validateFilter', reason: `give ${FILTER}, with platform and rule.` });
  const { platform, rule } = validatePayload(context.schema, type, filter, 'create').given;
  if (typeof platform !== 'string') throw graphError('propertyRequired', { property: 'platform', type: FILTER }, 'platform');
  if (typeof rule !== 'string') throw graphError('filterRuleEmpty', {}, 'rule');
  return value('microsoft.graph.assignmentFilterValidationResult', validation(rule, platform));
}

function validation(rule: string, platform: string): JsonObject {
  if (rule.length > MAX_RULE_LENGTH && rule.trim() !== '') {
    const message = `The rule has ${rule.length} characters; ${MAX_RULE_LENGTH} is the most.`;
    const fault = { position: MAX_RULE_LENGTH, length: rule.length - MAX_RULE_LENGTH, message, expected: [] };
    return { isValidRule: false, '@muster.diagnostics': [fault] };
  }
  const faults = ruleFaults(rule, platform);
  if (faults === undefined) return { isValidRule: true };
  return { isValidRule: false, '@muster.diagnostics': faults.map(diagnosticJson) };
}

/** GET …/getState(): filters are on until somebody turns them off. */
export async function getFilterState(_place: Place, _body: JsonValue | undefined, _plan: Plan, context: DomainContext): Promise<Decision> {
  const [stored] = await context.reader.read(context.tenant, [FILTER_SETTINGS]);
  const enabled = stored === undefined || (JSON.parse(stored.json) as { enabled: boolean }).enabled;
  return value('microsoft.graph.assignmentFilterState', { enabled });
}

/** POST …/enable `{enable}`. */
export async function enableFilters(_place: Place, body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const { enable } = parametersOf(body, plan, context);
  if (typeof enable !== 'boolean') throw graphError('parameterInvalid', { operation: 'enable', reason: 'give enable, true or false.' });
  const json = JSON.stringify({ enabled: enable });
  return { outcome: { kind: 'none' }, changes: changeSet(context, [], [{ kind: 'put', key: FILTER_SETTINGS, type: 'setting', json }]) };
}

/** GET …/getPlatformSupportedProperties(platform='…'). */
export async function getPlatformSupportedProperties(_place: Place, _body: JsonValue | undefined, plan: Plan): Promise<Decision> {
  const platform = plan.call?.arguments.platform;
  requireFilterPlatform(platform);
  return propertiesFor(String(platform));
}

/** GET …/{id}/getSupportedProperties(). */
export async function getSupportedProperties(place: Place, _body: JsonValue | undefined, plan: Plan): Promise<Decision> {
  const filter: Found | undefined = entityOf(place);
  if (filter === undefined) throw routeMissing(plan);
  return propertiesFor(String(filter.json().platform));
}

function propertiesFor(platform: string): Decision {
  const all = isFilterPlatform(platform) ? supportedProperties(platform).map((property): JsonObject => ({ ...property })) : [];
  return value('Collection(microsoft.graph.assignmentFilterSupportedProperty)', all);
}
