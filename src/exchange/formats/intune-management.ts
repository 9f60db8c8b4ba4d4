/**
 * IntuneManagement by Micke-K (https://github.com/Micke-K/IntuneManagement): a folder for each of its object types, with the objects as Graph
 * has them, and MigrationTable.json with the names of the groups. Each assigned group lies in `Groups` too. It writes UTF-16 or UTF-8.
 */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { Place } from '../files/fault.js';
import type { ExportRecord, ReadBinding } from '../record.js';
import { type FormatReader, objectFile, partsOf } from './reader.js';

export const MIGRATION_TABLE = 'MigrationTable.json';

/** Folders by the tool's ids of what Muster serves. */
export const managementFolders: ReadonlyMap<string, string> = new Map([
  ['DeviceConfiguration', 'deviceConfiguration'],
  ['UpdatePolicies', 'deviceConfiguration'],
  ['AssignmentFilters', 'deviceAndAppManagementAssignmentFilter'],
  ['ScopeTags', 'roleScopeTag'],
  ['DeviceCategories', 'deviceCategory'],
  ['PolicySets', 'policySet'],
  ['Groups', 'group'],
]);

/** Update rings and update policies of iOS are configurations to Graph and a type of their own to the tool. */
export const updatePolicies: ReadonlySet<string> = new Set(['windowsUpdateForBusinessConfiguration', 'iosUpdateConfiguration']);

/** Members in which the tool writes the names of what an object refers to: `NAME,NAME|:|TYPE`. */
export const REFERENCE = '#CustomRef_';

export const intuneManagementReader: FormatReader = {
  format: 'intuneManagement',
  title: 'IntuneManagement',
  *records({ path, shown }, content, model) {
    if (content.kind === 'dsc') return;
    const { stem, folders } = partsOf(path);
    const place = { file: shown };
    if (isMigrationTable(content.value)) return yield* names(content.value, place);
    const [folder = ''] = folders;
    const hints = { folder: folder === '' ? stem : folder, type: managementFolders.get(folder), bindings: bindingsOf };
    yield* objectFile(content.value, place, stem, hints, model);
  },
};

export function isMigrationTable(value: JsonValue): value is JsonObject & { readonly Objects: readonly JsonValue[] } {
  return isObject(value) && Array.isArray(value.Objects) && ('TenantId' in value || 'Organization' in value);
}

function* names({ Objects }: { readonly Objects: readonly JsonValue[] }, place: Place): Generator<ExportRecord, void, void> {
  for (const entry of Objects) {
    if (!isObject(entry) || typeof entry.Id !== 'string' || typeof entry.DisplayName !== 'string') continue;
    if (typeof entry.Type !== 'string' || !/group/i.test(entry.Type)) continue;
    yield { kind: 'name', home: 'group', id: entry.Id.toLowerCase(), name: entry.DisplayName, place };
  }
}

function bindingsOf(object: JsonObject): readonly ReadBinding[] {
  return Object.entries(object).flatMap(([member, value]) => {
    if (!member.startsWith(REFERENCE) || typeof value !== 'string') return [];
    const property = member.slice(REFERENCE.length);
    const text = value.split('|:|', 1)[0] ?? '';
    const many = /Certificates|Configurations/.test(property);
    const found = (many ? text.split(',') : [text]).filter((name) => name !== '').map((name) => ({ name }));
    return found.length === 0 ? [] : [{ property, many, to: found }];
  });
}
