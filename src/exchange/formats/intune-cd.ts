/**
 * IntuneCD by almenscorner (https://github.com/almenscorner/IntuneCD): a folder for each type, an object a file, JSON or YAML, called
 * `NAME_TYPE` with `__ID` behind it where that was asked for. Ids, versions and times are taken out; groups, filters and scope tags are
 * named.
 */
import { isObject } from '../../kernel/json.js';
import { type ExportRecord, type ObjectRecord, type ReadAssignment, referenceKey } from '../record.js';
import { type FormatReader, objectFile, partsOf } from './reader.js';

export const backupFolders: ReadonlyMap<string, string> = new Map([
  ['Device Configurations', 'deviceConfiguration'],
  ['Filters', 'deviceAndAppManagementAssignmentFilter'],
  ['Assignment Filters', 'deviceAndAppManagementAssignmentFilter'],
  ['Scope Tags', 'roleScopeTag'],
  ['Device Categories', 'deviceCategory'],
]);

/** What the tool takes out of each object that it writes (remove_keys). */
export const removedMembers: readonly string[] = [
  'id',
  'version',
  'topicIdentifier',
  'certificate',
  'createdDateTime',
  'lastModifiedDateTime',
  'isAssigned',
  '@odata.context',
  'scheduledActionConfigurations@odata.context',
  'scheduledActionsForRule@odata.context',
  'sourceId',
  'supportsScopeTags',
  'companyCodes',
  'isGlobalScript',
  'highestAvailableVersion',
  'token',
  'lastSyncDateTime',
  'isReadOnly',
  'secretReferenceValueId',
  'isEncrypted',
  'modifiedDateTime',
  'deployedAppCount',
  'deviceHealthScriptType',
];

export const intuneCdReader: FormatReader = {
  format: 'intuneCd',
  title: 'IntuneCD',
  *records({ path, shown }, content, model) {
    if (content.kind === 'dsc') return;
    const { stem, folders } = partsOf(path);
    const [folder = ''] = folders;
    const { value } = content;
    // A repository has pipelines and settings beside the backup, and the tool's own report.
    const loose = folder === '' && !(isObject(value) && typeof value['@odata.type'] === 'string');
    if (loose || folder === 'Assignment Report') {
      yield { kind: 'leftOut', place: { file: shown }, what: folder === '' ? 'files that are no objects' : 'reports of the tool' };
      return;
    }
    const id = /__([0-9a-f-]{36}|\d{1,10})$/i.exec(stem)?.[1];
    const hints = { folder, type: backupFolders.get(folder), id, tagsByName: true };
    for (const record of objectFile(value, { file: shown }, stem, hints, model)) {
      if (record.kind === 'object' && record.assignments !== undefined) yield* withoutSets(record, record.assignments);
      else yield record;
    }
  },
};

/**
 * What a policy set has laid comes without the set, which the tool does not write down. Whom it reaches counts: it is taken as laid
 * directly, unless the same target is so already.
 */
function* withoutSets(record: ObjectRecord, assignments: readonly ReadAssignment[]): Generator<ExportRecord, void, void> {
  const laid = (assignment: ReadAssignment) => assignment.wire.source === 'policySets' && assignment.wire.sourceId === undefined;
  if (!assignments.some(laid)) return yield record;
  yield { kind: 'leftOut', place: record.place, what: 'policy sets that have laid assignments, which are taken as laid directly' };
  const targets = new Set(assignments.filter((assignment) => !laid(assignment)).map(targetOf));
  const whole = assignments.flatMap((assignment) => {
    if (!laid(assignment)) return [assignment];
    if (targets.has(targetOf(assignment))) return [];
    targets.add(targetOf(assignment));
    return [{ ...assignment, wire: { ...assignment.wire, source: 'direct' } }];
  });
  yield { ...record, assignments: whole };
}

/** Including and excluding one group is one target. */
function targetOf({ wire, group }: ReadAssignment): string {
  if (group !== undefined) return referenceKey(group);
  return isObject(wire.target) ? String(wire.target['@odata.type']) : '';
}
