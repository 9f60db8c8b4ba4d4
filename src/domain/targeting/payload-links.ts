/** POST …/deviceConfigurations/hasPayloadLinks: which of some configurations are assigned, and by what. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { readMember } from '../../kernel/json-member.js';
import type { Plan } from '../../query/plan.js';
import { ASSIGNMENTS } from '../assignments/records.js';
import type { DomainContext } from '../context.js';
import type { Place } from '../read/place.js';
import { collectionOf, pageOf, refuseSearch } from '../read/rows.js';
import { wholeSet } from '../read/whole-set.js';
import type { Decision } from '../write/change.js';
import { type AskedConfiguration, askedConfigurations } from './asked-configurations.js';

/** In the order of the enumeration deviceAndAppManagementAssignmentSource. */
const SOURCES = ['direct', 'policySets'];

/**
 * `hasPayloadLinkResultItem` of the model, one for each id, in the order given. An id of nothing says so in its own row.
 * @throws GraphError parameterInvalid (400)
 */
export async function hasPayloadLinks(_place: Place, body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  refuseSearch(plan);
  const asked = await askedConfigurations('payloadIds', body, plan, context);
  const rows = await Promise.all(asked.map((one) => rowOf(one, context)));
  return collectionOf({ ...pageOf(rows, plan, context), nextSkip: undefined }, plan);
}

async function rowOf({ id, stored }: AskedConfiguration, context: DomainContext): Promise<JsonObject> {
  if (stored === undefined) return { payloadId: id, hasLink: false, error: `The payload '${id}' does not exist.`, sources: [] };
  const found = new Set((await wholeSet(context, ASSIGNMENTS, id)).map(({ json }) => readMember(json, 'source')));
  const sources = SOURCES.filter((source) => found.has(source));
  // The reference: an empty string where there was no error.
  return { payloadId: id, hasLink: sources.length > 0, error: '', sources };
}
