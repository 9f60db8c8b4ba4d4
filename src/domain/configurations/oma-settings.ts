/**
 * Custom OMA-URI settings: their texts are secrets. Reads show `****`, `isEncrypted` and a `secretReferenceValueId`; the plain text lies in a
 * set of its own that no path reaches, and comes out of getOmaSettingPlainTextValue alone (graph-api spec 4.5).
 */
import { newGuid } from '../../kernel/ids.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { bareTypeName } from '../../model/schema.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import type { EntityKey } from '../../storage/store.js';

export const OMA_SECRETS = 'muster/omaSecrets';
export const MASK = '****';
const SECRET_TYPES: ReadonlySet<string> = new Set(['omaSettingString', 'omaSettingStringXml', 'omaSettingBase64']);

/** Whether what a setting holds is hidden. */
export function isSecretSetting(setting: JsonObject): boolean {
  return SECRET_TYPES.has(bareTypeName(String(setting['@odata.type'] ?? '')));
}

export function omaSecretKey(configurationId: string, secretId: string): EntityKey {
  return { set: OMA_SECRETS, parent: configurationId, id: secretId };
}

export interface MaskedSettings {
  readonly settings: readonly JsonObject[];
  readonly operations: readonly ChangeOperation[];
}

/**
 * Hide the texts of the wanted settings. A setting that comes back as it was read (`****` at the same OMA-URI) keeps its secret.
 * @param wanted complete omaSettings as given by the client
 * @param stored the configuration's settings so far, masked
 */
export function maskOmaSettings(configurationId: string, wanted: readonly JsonObject[], stored: readonly JsonObject[]): MaskedSettings {
  const operations: ChangeOperation[] = [];
  const kept = new Set<string>();
  const settings = wanted.map((setting) => {
    if (!isSecretSetting(setting)) return setting;
    const before = stored.find((old) => old.omaUri === setting.omaUri && old['@odata.type'] === setting['@odata.type']);
    let secretId = setting.value === MASK ? before?.secretReferenceValueId : undefined;
    if (typeof secretId !== 'string') {
      secretId = `${newGuid()}_${configurationId}_${newGuid()}`;
      operations.push({
        kind: 'put',
        key: omaSecretKey(configurationId, secretId),
        type: 'omaSecret',
        json: JSON.stringify({ value: setting.value ?? null }),
        recorded: false,
      });
    }
    kept.add(secretId);
    return { ...setting, isEncrypted: true, secretReferenceValueId: secretId, value: MASK };
  });
  for (const secretId of secretIds(stored)) {
    if (!kept.has(secretId)) operations.push({ kind: 'delete', key: omaSecretKey(configurationId, secretId), recorded: false });
  }
  return { settings, operations };
}

/** The secrets a configuration's stored settings refer to. */
export function secretIds(settings: readonly JsonObject[]): readonly string[] {
  return settings.flatMap((setting) => (typeof setting.secretReferenceValueId === 'string' ? [setting.secretReferenceValueId] : []));
}

/** The omaSettings of a configuration; empty for types that have none. */
export function omaSettingsOf(json: JsonObject): readonly JsonObject[] {
  const settings: JsonValue | undefined = json.omaSettings;
  return Array.isArray(settings) ? (settings as readonly JsonObject[]) : [];
}
