/** `POST /directoryObjects/getByIds`: objects of any kind by id; ids of nothing are passed over. */
import { graphError } from '../../kernel/errors.js';
import { isGuid } from '../../kernel/ids.js';
import type { JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import { entities } from '../operations/entities.js';
import { toFound } from '../read/walk-path.js';
import type { Decision } from '../write/change.js';
import { parametersOf } from './membership-functions.js';
import { DIRECTORY_OBJECTS, findObjects } from './objects.js';

const MAX_IDS = 1000;

/** @throws GraphError directoryRequestInvalid (400) */
export async function getByIds(body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const { ids, types } = parametersOf(body, plan, context);
  if (!Array.isArray(ids) || ids.length === 0) {
    throw graphError('directoryRequestInvalid', { reason: "The parameter 'ids' is required: give a list of ids." }, 'ids');
  }
  if (ids.length > MAX_IDS) {
    throw graphError('directoryRequestInvalid', { reason: `'ids' has ${ids.length} ids; ${MAX_IDS} is the most for one request.` }, 'ids');
  }
  const wanted = new Set((Array.isArray(types) ? (types as readonly string[]) : []).map((type) => type.toLowerCase()));
  const all = wanted.size === 0 || wanted.has('directoryobject');
  const type = context.schema.types.get('directoryObject');
  if (type === undefined) throw graphError('segmentUnknown', { segment: DIRECTORY_OBJECTS });
  const unique = [...new Set((ids as readonly string[]).map((id) => (isGuid(id) ? id.toLowerCase() : id)))];
  const address = { set: DIRECTORY_OBJECTS, parent: '', type };
  const found = (await findObjects(unique, context)).flatMap((stored) =>
    stored !== undefined && (all || wanted.has(stored.type.toLowerCase())) ? [toFound(stored, address, context)] : [],
  );
  return await entities(found, address, plan, context);
}
