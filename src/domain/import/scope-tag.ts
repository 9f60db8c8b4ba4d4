/** Role scope tags on lines of their own, with the groups whose devices they are put on by themselves. */
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject } from '../../kernel/json.js';
import { completeComplex, completeEntity } from '../../model/defaults.js';
import type { StructuredType } from '../../model/schema.js';
import { validatePayload } from '../../model/validate.js';
import { derivedAssignmentId, readTarget } from '../assignments/target.js';
import { AUTO_ASSIGNMENT_TYPE, AUTO_ASSIGNMENTS } from '../scope-tags/auto-assignments.js';
import { requireProperties } from '../write/plain.js';
import type { Chunk } from './chunk.js';
import type { ImportContext } from './import-context.js';
import { refuseNavigation } from './objects.js';
import { type EntityRecord, refusal } from './record.js';

const BUILT_IN = '0';

export function writeScopeTag(record: EntityRecord, chunk: Chunk, context: ImportContext): void {
  refuseNavigation(record, ['assignments']);
  const { id, key, set, payload } = record;
  requireProperties(payload.given, set, payload.type, context);
  const assigned = payload.deepInserts.get('assignments')?.map((item, index) => rowOf(id, item, index, context));
  const twin = assigned?.find((row, index) => assigned.findIndex((other) => other.id === row.id) !== index);
  if (twin !== undefined)
    throw refusal(`The scope tag is assigned to the target of '${twin.id.slice(0, 200)}' more than once.`, 'assignments');
  chunk.put(key, payload.type.name, JSON.stringify(completeEntity(payload.type, payload.given, { id, isBuiltIn: id === BUILT_IN })));
  if (assigned === undefined) return;
  for (const standing of chunk.children(AUTO_ASSIGNMENTS, id)) {
    if (!assigned.some((row) => row.id === standing.id)) chunk.remove(standing);
  }
  for (const row of assigned) chunk.put({ set: AUTO_ASSIGNMENTS, parent: id, id: row.id }, AUTO_ASSIGNMENT_TYPE, JSON.stringify(row));
}

function rowOf(tagId: string, item: JsonObject, index: number, context: ImportContext): JsonObject & { readonly id: string } {
  const type = context.beta.types.get(AUTO_ASSIGNMENT_TYPE) as StructuredType;
  const { target: given } = validatePayload(context.beta, type, item, 'create', { acceptReadOnly: true }).given;
  if (!isObject(given)) throw graphError('targetRequired', {}, `assignments[${index}].target`);
  const declared = context.beta.types.get('deviceAndAppManagementAssignmentTarget');
  const target = declared === undefined ? given : completeComplex(declared, given);
  if (readTarget(target) === undefined)
    throw graphError('typeMissing', { base: 'deviceAndAppManagementAssignmentTarget' }, `assignments[${index}].target`);
  const id = typeof item.id === 'string' && item.id !== '' ? item.id : derivedAssignmentId(tagId, target);
  return { id, target };
}
