/** Configurations of every type on lines of their own: as they were, with their assignments, and linked to what they refer to. */
import type { JsonObject } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { omaSettingsOf } from '../configurations/oma-settings.js';
import { actionName } from '../roles/resource-actions.js';
import { grantedTags } from '../roles/rights.js';
import { requireProperties } from '../write/plain.js';
import type { Chunk } from './chunk.js';
import { rawAssignments, readAssignments, replaceAssignments } from './configuration-assignments.js';
import { checkReferences, moveReferences } from './configuration-references.js';
import { hideTexts } from './configuration-secrets.js';
import type { ImportContext } from './import-context.js';
import { standing } from './objects.js';
import { type EntityRecord, refusal } from './record.js';

/** What a service tells of a configuration besides: reports of devices, and an older form of its assignments. */
const TOLD: ReadonlySet<string> = new Set([
  'assignments',
  'deviceSettingStateSummaries',
  'deviceStatusOverview',
  'deviceStatuses',
  'groupAssignments',
  'managedDeviceCertificateStates',
  'userStatusOverview',
  'userStatuses',
]);

export async function writeConfiguration(record: EntityRecord, chunk: Chunk, context: ImportContext): Promise<void> {
  const { id, key, set, payload } = record;
  const { type, given } = payload;
  requireProperties(given, set, type, context);
  for (const name of payload.deepInserts.keys()) {
    if (!TOLD.has(name)) throw refusal(`'${name}' is not imported along with its configuration.`, name);
  }
  const before = chunk.json(key);
  const held = chunk.typeOf(key);
  if (held !== undefined && held !== type.name)
    throw refusal(`The id '${id}' is that of a ${held}, and a configuration keeps its type.`, 'id');
  const raw = rawAssignments(record);
  const assignments = raw === undefined ? undefined : readAssignments(id, type, raw, chunk, context);
  const references = checkReferences(record, chunk, context);
  const tags = grantedTags(given.roleScopeTagIds, before?.roleScopeTagIds, actionName('DeviceConfigurations', 'Create'), context);
  const { at } = context;
  const madeUp = standing({ createdDateTime: at, lastModifiedDateTime: at, version: 1, supportsScopeTags: true }, before);
  const whole = completeEntity(type, { ...madeUp, ...given, roleScopeTagIds: tags ?? before?.roleScopeTagIds ?? null }, { id });
  const json = withoutTexts(id, whole, before, chunk);
  await moveReferences(id, chunk.wasStored(key), references, chunk, context);
  chunk.put(key, type.name, JSON.stringify(json));
  if (assignments !== undefined) replaceAssignments(id, assignments, chunk);
}

function withoutTexts(id: string, json: JsonObject, before: JsonObject | undefined, chunk: Chunk): JsonObject {
  const settings = omaSettingsOf(json);
  if (settings.length === 0 && omaSettingsOf(before ?? {}).length === 0) return json;
  return { ...json, omaSettings: hideTexts(id, settings, before, chunk) };
}
