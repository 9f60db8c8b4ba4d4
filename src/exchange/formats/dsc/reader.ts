/**
 * Microsoft365DSC (https://github.com/microsoft/Microsoft365DSC): a configuration in PowerShell as its export writes it, the same as JSON
 * (`ResourceName` and the properties), or a template of the tenant configuration interfaces (`resources` with `resourceType` and
 * `properties`). Groups and filters are named in the assignments.
 */
import { isGuid } from '../../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.js';
import type { FileContent } from '../../files/content.js';
import type { Place } from '../../files/fault.js';
import type { ExchangeModel } from '../../model.js';
import type { ExportRecord, ObjectRecord, ReadAssignment, Reference } from '../../record.js';
import { type FormatReader, partsOf } from '../reader.js';
import { graphTypeOf } from './resource-types.js';
import { type DscResource, readResources } from './resources.js';
import { graphProperties } from './to-graph.js';

export const microsoft365DscReader: FormatReader = {
  format: 'microsoft365Dsc',
  title: 'Microsoft365DSC',
  *records({ path, shown }, content, model) {
    const read = resourcesOf(content);
    if (read === undefined) {
      yield { kind: 'leftOut', place: { file: shown }, what: `files without resources (${partsOf(path).stem})` };
    } else if ('reason' in read) yield { kind: 'fault', place: { file: shown, at: read.at }, reason: read.reason };
    else for (const resource of read.resources) yield* recordsOf(resource, path, placeOf(shown, resource), model);
  },
};

const placeOf = (file: string, { line, type, title }: DscResource): Place => ({
  file,
  at: line === undefined ? `${type} '${title}'` : `line ${line}`,
});

export function resourcesOf(content: FileContent): ReturnType<typeof readResources> | undefined {
  if (content.kind === 'dsc') return readResources(content.text);
  const { value } = content;
  const list = Array.isArray(value)
    ? (value as readonly JsonValue[])
    : isObject(value) && Array.isArray(value.resources)
      ? value.resources
      : [value];
  const resources = (list as readonly JsonValue[]).filter(isObject).flatMap(fromJson);
  return resources.length === 0 ? undefined : { resources };
}

function fromJson(object: JsonObject): readonly DscResource[] {
  const { ResourceName, ResourceInstanceName, resourceType, displayName, properties, ...rest } = object;
  if (typeof ResourceName === 'string') {
    return [{ type: ResourceName, title: text(ResourceInstanceName) ?? text(rest.DisplayName) ?? '', properties: rest, open: [] }];
  }
  if (typeof resourceType !== 'string' || !isObject(properties)) return [];
  const [, workload = '', name = ''] = /^microsoft\.(\w+)\.(\w+)$/i.exec(resourceType) ?? [];
  const prefix = workload.toLowerCase() === 'intune' ? 'Intune' : workload.toLowerCase() === 'entra' ? 'AAD' : workload;
  return [{ type: `${prefix}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, title: text(displayName) ?? '', properties, open: [] }];
}

const text = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A member by its name, however it is spelt: resources capitalize, Graph does not. */
function member(object: JsonObject, wanted: string): JsonValue | undefined {
  const found = Object.keys(object).find((name) => name.toLowerCase() === wanted.toLowerCase());
  return found === undefined ? undefined : object[found];
}

function* recordsOf(resource: DscResource, file: string, place: Place, model: ExchangeModel): Generator<ExportRecord, void, void> {
  const { type: resourceType, title, properties, open } = resource;
  if (/^absent$/i.test(String(member(properties, 'Ensure')))) {
    yield { kind: 'leftOut', place, what: 'resources that are to be absent' };
    return;
  }
  const typeName = graphTypeOf(resourceType);
  const type = typeName === undefined ? undefined : model.typeOf(typeName);
  const home = type === undefined ? undefined : model.homeOf(type);
  const name = text(member(properties, 'DisplayName'));
  if (type === undefined || home === undefined || type.abstract) {
    const content = { ResourceName: resourceType, ResourceInstanceName: title, ...properties };
    const path = `${file.replace(/\.\w+$/, '')}/${`${resourceType}-${title}`.replace(/[^\w.-]+/g, '_').slice(0, 200)}.json`;
    yield { kind: 'kept', type: resourceType, name: name ?? title, content, path, place };
    return;
  }
  for (const property of open) {
    if (!SIGN_IN.test(property)) yield { kind: 'leftOut', place, what: `values of ${property} that are no literals (${resourceType})` };
  }
  if (name === undefined) {
    yield { kind: 'fault', place, reason: `The ${resourceType} '${title}' has no DisplayName.` };
    return;
  }
  const left: string[] = [];
  const object: Record<string, JsonValue | undefined> = { ...graphProperties(properties, type, model, (property) => left.push(property)) };
  for (const property of left) yield { kind: 'leftOut', place, what: `property ${property} of ${resourceType}` };
  if (home === 'group') {
    for (const list of ['Members', 'Owners', 'GroupAsMembers', 'MemberOf']) {
      const given = member(properties, list);
      if (Array.isArray(given) && given.length > 0)
        yield { kind: 'leftOut', place, what: `${list} of AADGroup, which are named and not identified` };
    }
    object.mailNickname ??= name.replace(/[^A-Za-z0-9]/g, '').slice(0, 64) || 'group';
    object.mailEnabled ??= false;
    object.securityEnabled ??= true;
  }
  const assignments = assignmentsOf(member(properties, 'Assignments'));
  if (assignments === undefined) {
    yield { kind: 'fault', place, reason: `The assignments of the ${resourceType} '${title}' are no list of instances.` };
    return;
  }
  const tagProperty = home === 'deviceAndAppManagementAssignmentFilter' ? 'roleScopeTags' : 'roleScopeTagIds';
  const tags = object[tagProperty];
  delete object[tagProperty];
  const id = [member(properties, 'Id'), member(properties, 'Identity')].map(text).find((each) => each !== undefined && isId(each, home));
  const record: ObjectRecord = {
    kind: 'object',
    home,
    type: type.name,
    name,
    object,
    place,
    ...(id === undefined ? {} : { id: id.toLowerCase() }),
    ...(home === 'deviceConfiguration' ? { assignments } : {}),
    ...(Array.isArray(tags) ? { scopeTags: { property: tagProperty, tags: tags.map((tag) => ({ id: String(tag) })) } } : {}),
  };
  yield record;
}

const SIGN_IN = /^(?:credential|applicationid|tenantid|applicationsecret|certificate\w*|managedidentity|accesstokens|members|owners)$/i;

const isId = (value: string, home: ObjectRecord['home']) => (home === 'roleScopeTag' ? /^\d+$/.test(value) : isGuid(value));

/** @returns undefined where they are no instances */
function assignmentsOf(value: JsonValue | undefined): readonly ReadAssignment[] | undefined {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (!list.every((item): item is JsonObject => isObject(item) && text(member(item, 'dataType')) !== undefined)) return undefined;
  return list.map(assignmentOf);
}

function assignmentOf(instance: JsonObject): ReadAssignment {
  const target: Record<string, JsonValue> = { '@odata.type': text(member(instance, 'dataType')) ?? '' };
  const collection = text(member(instance, 'collectionId'));
  if (collection !== undefined) target.collectionId = collection;
  const mode = text(member(instance, 'deviceAndAppManagementAssignmentFilterType')) ?? 'none';
  target.deviceAndAppManagementAssignmentFilterType = mode;
  const group = reference(text(member(instance, 'groupId')), text(member(instance, 'groupDisplayName')));
  const filter =
    mode === 'none'
      ? undefined
      : reference(
          text(member(instance, 'deviceAndAppManagementAssignmentFilterId')),
          text(member(instance, 'deviceAndAppManagementAssignmentFilterDisplayName')),
        );
  return { wire: { target }, ...(group === undefined ? {} : { group }), ...(filter === undefined ? {} : { filter }) };
}

function reference(id: string | undefined, name: string | undefined): Reference | undefined {
  if (id === undefined && name === undefined) return undefined;
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}
