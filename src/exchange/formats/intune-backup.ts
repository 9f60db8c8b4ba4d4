/**
 * IntuneBackupAndRestore by jseerden (https://github.com/jseerden/IntuneBackupAndRestore): a folder for each type, an object a file called
 * as the object, and the assignments of each in a file of the same name in `Assignments`. PowerShell writes a list of one as the one.
 */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { Place } from '../files/fault.js';
import type { ExchangeModel } from '../model.js';
import type { ExportRecord, Home } from '../record.js';
import { readAssignments } from './assignments.js';
import { type FormatReader, objectFile, partsOf } from './reader.js';

export const restoreFolders: ReadonlyMap<string, Home> = new Map([
  ['Device Configurations', 'deviceConfiguration'],
  ['Software Update Rings', 'deviceConfiguration'],
  ['Assignment Filters', 'deviceAndAppManagementAssignmentFilter'],
  ['Role Scope Tags', 'roleScopeTag'],
  ['Policy Sets', 'policySet'],
]);

export const ASSIGNMENTS = 'Assignments';

export const intuneBackupReader: FormatReader = {
  format: 'intuneBackup',
  title: 'IntuneBackupAndRestore',
  *records({ path, shown }, content, model) {
    if (content.kind === 'dsc') return;
    const { stem, folders } = partsOf(path);
    const [folder = '', above = ''] = folders;
    const home = restoreFolders.get(folder === ASSIGNMENTS ? above : folder);
    if (folder !== ASSIGNMENTS)
      yield* objectFile(content.value, { file: shown }, stem, { folder: folder === '' ? stem : folder, type: home }, model);
    else if (home === 'deviceConfiguration' || home === 'policySet') yield* assigned(content.value, home, stem, { file: shown }, model);
    else yield { kind: 'kept', type: `${above}/${folder}`, name: stem, content: content.value, place: { file: shown } };
  },
};

function* assigned(value: JsonValue, home: Home, stem: string, place: Place, model: ExchangeModel): Generator<ExportRecord, void, void> {
  const list: readonly JsonValue[] = isObject(value) && Array.isArray(value.value) ? value.value : Array.isArray(value) ? value : [value];
  const left: string[] = [];
  const assignments = readAssignments(list, home, model, (what) => left.push(what));
  for (const what of left) yield { kind: 'leftOut', place, what };
  if (assignments === undefined) {
    yield { kind: 'fault', place, reason: 'Assignments are due here, and one of these has no target.' };
    return;
  }
  const id = list
    .filter(isObject)
    .map(ownerId)
    .find((each) => each !== undefined);
  yield { kind: 'assignments', home, owner: { ...(id === undefined ? {} : { id }), name: stem }, assignments, place };
}

/** The id of an assignment begins with that of its configuration; the old module says it besides. */
function ownerId({ deviceConfigurationId, id }: JsonObject): string | undefined {
  if (typeof deviceConfigurationId === 'string') return deviceConfigurationId.toLowerCase();
  return typeof id === 'string' ? /^([0-9a-f-]{36})_/i.exec(id)?.[1]?.toLowerCase() : undefined;
}
