/**
 * A backup as IntuneCD makes it with `--append-id`: groups, filters and scope tags by name. It carries neither users, devices and groups
 * themselves nor policy sets, versions, times and references between configurations.
 */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { backupFolders, removedMembers } from '../formats/intune-cd.js';
import { safeName } from './file-names.js';
import { counting, type FormatWriter, json, readLine, textOf, type WriterOptions, writeKept } from './writer.js';
import { yamlText } from './yaml-text.js';

const folders = new Map([...backupFolders].reverse().map(([folder, type]) => [type, folder]));
const FILTER = 'deviceAndAppManagementAssignmentFilterId';
const INDENT = 5;

interface KnownGroup {
  readonly name: string;
  readonly rule: string | undefined;
}

export function intuneCdWriter(options: WriterOptions): FormatWriter {
  const { folder, names, model, yaml } = options;
  const { notes, note } = counting();
  const groups = new Map<string, KnownGroup>();
  const filters = new Map<string, string>();
  const tags = new Map<string, string>();
  const namesakes = new Map<string, number>();
  const ending = yaml ? 'yaml' : 'json';
  const text = (value: JsonValue) => (yaml ? yamlText(value) : json(value, INDENT));

  function learn(into: Map<string, string>, object: JsonObject): void {
    into.set(textOf(object.id), textOf(object.displayName));
  }

  /** Without its id where it can be named: the tool writes names alone. */
  function assignment({ id: _, sourceId: __, target, ...rest }: JsonObject): JsonObject {
    const out: Record<string, JsonValue | undefined> = { ...(isObject(target) ? target : {}) };
    const group = groups.get(textOf(out.groupId));
    if (group !== undefined) {
      delete out.groupId;
      out.groupName = group.name;
      out.groupType = group.rule === undefined ? 'StaticMembership' : 'DynamicMembership';
      if (group.rule !== undefined) out.membershipRule = group.rule;
      if ((namesakes.get(group.name.toLowerCase()) ?? 0) > 1)
        note(`assignments to a group named '${group.name}', of which there are several`);
    }
    const filter = filters.get(textOf(out[FILTER]));
    if (filter !== undefined) out[FILTER] = filter;
    return { ...rest, target: out };
  }

  function plain(object: JsonObject, type: string): JsonObject {
    const out: Record<string, JsonValue | undefined> = {};
    const navigation = model.typeOf(type)?.navigation;
    for (const [member, value] of Object.entries(object)) {
      if (removedMembers.includes(member)) continue;
      if (member === 'assignments' && Array.isArray(value)) {
        if (value.length > 0) out.assignments = (value as readonly JsonValue[]).filter(isObject).map(assignment);
      } else if (navigation?.has(member) === true) note('references between configurations, which IntuneCD does not carry');
      else if (member === 'roleScopeTagIds' && Array.isArray(value)) {
        out[member] = (value as readonly JsonValue[]).map((tag) => tags.get(String(tag)) ?? tag);
      } else out[member] = value;
    }
    return out;
  }

  return {
    format: 'intuneCd',
    notes,
    async line(line) {
      const read = readLine(line, model);
      if (read === undefined) return note('lines of no kind that is known');
      if (read.kind === 'kept') {
        const { content } = read.kept;
        return await writeKept(read.kept, options, 'intuneCd', (path) => [path.replace(/\.(?:json|yaml)$/, `.${ending}`), text(content)]);
      }
      if (read.kind !== 'object') return note(`${read.kind}s, which IntuneCD does not carry`);
      const { home, type, object } = read;
      if (home === 'group') {
        const name = textOf(object.displayName);
        const dynamic = Array.isArray(object.groupTypes) && object.groupTypes.includes('DynamicMembership');
        groups.set(textOf(object.id), { name, rule: dynamic ? textOf(object.membershipRule) : undefined });
        namesakes.set(name.toLowerCase(), (namesakes.get(name.toLowerCase()) ?? 0) + 1);
      } else if (home === 'deviceAndAppManagementAssignmentFilter') learn(filters, object);
      else if (home === 'roleScopeTag') learn(tags, object);
      const into = folders.get(home);
      if (into === undefined)
        return note(`objects of the type ${home}, which IntuneCD does not carry${home === 'group' ? ', but for their names' : ''}`);
      const stem = `${safeName(`${textOf(object.displayName)}_${type}`)}__${textOf(object.id)}`;
      await folder.write(names.claim(`${into}/${stem}.${ending}`), text(plain(object, type)));
    },
    async finish() {},
  };
}
