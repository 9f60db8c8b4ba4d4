/** Assignment filters on lines of their own: the rule is held to the rule language, the number to the bound of a tenant. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { completeEntity } from '../../model/defaults.js';
import { ASSIGNMENT_FILTERS } from '../assignments/records.js';
import { MAX_FILTERS, managementType } from '../filters/assignment-filter.js';
import { requireFilterPlatform, requireRule } from '../filters/rule.js';
import { grantedTags } from '../roles/rights.js';
import { counterKey } from '../write/counter.js';
import { requireProperties } from '../write/plain.js';
import type { Chunk } from './chunk.js';
import type { ImportContext } from './import-context.js';
import { refuseNavigation, standing } from './objects.js';
import type { EntityRecord } from './record.js';

/** What two makings of a filter at once must agree on. */
export const FILTER_COUNTER = counterKey('assignmentFilters');

export async function writeFilter(record: EntityRecord, chunk: Chunk, context: ImportContext): Promise<void> {
  refuseNavigation(record);
  const { id, key, set, payload } = record;
  // Who uses it follows from the assignments.
  const { payloads: _, ...given } = payload.given;
  requireProperties(given, set, payload.type, context);
  const { platform, rule } = given;
  requireFilterPlatform(platform);
  const before = chunk.json(key);
  if (before !== undefined && before.platform !== platform)
    throw graphError('filterPlatformFixed', { property: 'platform', value: String(before.platform) }, 'platform');
  requireRule(String(rule), String(platform));
  const assignmentFilterManagementType = managementType(given);
  if (before === undefined) await countOne(chunk, context);
  const at = dateTimeOffset(context.now);
  const json = completeEntity(
    payload.type,
    {
      ...standing({ createdDateTime: at, lastModifiedDateTime: at }, before),
      ...given,
      assignmentFilterManagementType,
      roleScopeTags: grantedTags(given.roleScopeTags, undefined, 'Microsoft.Intune_AssignmentFilter_Create', context) ?? null,
    },
    { id },
  );
  chunk.put(key, payload.type.name, JSON.stringify(json));
}

/** @throws GraphError filterLimit where the tenant is full */
async function countOne(chunk: Chunk, context: ImportContext): Promise<void> {
  const query = { set: ASSIGNMENT_FILTERS, parent: '', filter: undefined, orderBy: [], skip: 0, limit: 0, count: true };
  const { total = 0 } = await context.reader.list(context.tenant, query);
  const made = chunk.putInto(ASSIGNMENT_FILTERS).filter((key) => !chunk.wasStored(key)).length;
  if (total + made >= MAX_FILTERS) throw graphError('filterLimit', { limit: MAX_FILTERS });
  const counted = Number(chunk.json(FILTER_COUNTER)?.value ?? 0);
  chunk.put(FILTER_COUNTER, 'counter', JSON.stringify({ value: counted + 1 }), false);
}
