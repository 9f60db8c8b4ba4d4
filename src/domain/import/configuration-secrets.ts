/**
 * OMA texts of an imported configuration. Those that come masked stay masked, and a text that was known before under their reference stays
 * known; those that come plain are hidden, as on a create.
 */
import { newGuid } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import { isSecretSetting, MASK, OMA_SECRETS, omaSecretKey, omaSettingsOf, secretIds } from '../configurations/oma-settings.js';
import type { Chunk } from './chunk.js';

/** Whether the texts that the store holds of a configuration are needed to decide on its settings. */
export function comesPlain(settings: readonly JsonObject[]): boolean {
  return settings.some((setting) => isSecretSetting(setting) && setting.value !== MASK);
}

/** The settings as they are stored; their texts are put beside them, and those that nothing refers to any more go. */
export function hideTexts(
  configurationId: string,
  settings: readonly JsonObject[],
  before: JsonObject | undefined,
  chunk: Chunk,
): readonly JsonObject[] {
  const standing = omaSettingsOf(before ?? {});
  const known = new Map(chunk.children(OMA_SECRETS, configurationId).map((key) => [key.id, chunk.json(key)?.value]));
  const hidden = settings.map((setting) => {
    if (!isSecretSetting(setting)) return setting;
    const old = standing.find((one) => one.omaUri === setting.omaUri && one['@odata.type'] === setting['@odata.type']);
    const named = [setting.secretReferenceValueId, old?.secretReferenceValueId].find((id) => typeof id === 'string' && id !== '');
    if (setting.value === MASK) return masked(setting, typeof named === 'string' ? named : null);
    const same = typeof named === 'string' && known.get(named) === (setting.value ?? null);
    const id = same ? named : `${newGuid()}_${configurationId}_${newGuid()}`;
    if (!same) chunk.put(omaSecretKey(configurationId, id), 'omaSecret', JSON.stringify({ value: setting.value ?? null }), false);
    return masked(setting, id);
  });
  const used = new Set(secretIds(hidden));
  for (const id of secretIds(standing)) if (!used.has(id)) chunk.remove(omaSecretKey(configurationId, id), false);
  return hidden;
}

function masked(setting: JsonObject, secretReferenceValueId: string | null): JsonObject {
  return { ...setting, isEncrypted: true, secretReferenceValueId, value: MASK };
}
