/** The folders of IntuneManagement. It carries neither users nor devices, nor who is in a group. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { MIGRATION_TABLE, managementFolders, REFERENCE, updatePolicies } from '../formats/intune-management.js';
import { safeName } from './file-names.js';
import { counting, type FormatWriter, json, readLine, textOf, type WriterOptions, writeKept } from './writer.js';

const folders = new Map([...managementFolders].reverse().map(([folder, type]) => [type, folder]));

export function intuneManagementWriter(options: WriterOptions): FormatWriter {
  const { folder, names, model, organization } = options;
  const { notes, note } = counting();
  const groups: JsonObject[] = [];
  /** Of configurations, which others name. */
  const known = new Map<string, { readonly name: string; readonly type: string }>();
  const namesakes = new Map<string, number>();

  /** References as the tool writes them, by name. */
  function withReferences(object: JsonObject, type: string): JsonObject {
    const out: Record<string, JsonValue | undefined> = {};
    const navigation = model.typeOf(type)?.navigation;
    for (const [member, value] of Object.entries(object)) {
      const property = navigation?.get(member);
      if (property === undefined || property.contains || value === null || value === undefined) out[member] = value;
      else {
        const to = (Array.isArray(value) ? (value as readonly JsonValue[]) : [value])
          .filter(isObject)
          .map(({ id }) => known.get(textOf(id)));
        const found = to.filter((each) => each !== undefined);
        for (const { name } of found)
          if ((namesakes.get(name) ?? 0) > 1) note(`references to configurations named '${name}', of which there are several`);
        if (found.length > 0)
          out[`${REFERENCE}${member}`] = `${found.map(({ name }) => name).join(',')}|:|#microsoft.graph.${found[0]?.type}`;
      }
    }
    return out;
  }

  return {
    format: 'intuneManagement',
    notes,
    async line(line) {
      const read = readLine(line, model);
      if (read === undefined) return note('lines of no kind that is known');
      if (read.kind === 'kept') return await writeKept(read.kept, options, 'intuneManagement', (path) => [path, json(read.kept.content)]);
      if (read.kind !== 'object') return note(`${read.kind}s, which IntuneManagement does not carry`);
      const { home, type, object } = read;
      const into = home === 'deviceConfiguration' && updatePolicies.has(type) ? 'UpdatePolicies' : folders.get(home);
      if (into === undefined) return note(`objects of the type ${home}, which IntuneManagement does not carry`);
      const id = textOf(object.id);
      const name = textOf(object.displayName);
      if (home === 'group') groups.push({ Id: id, DisplayName: name, Type: 'Group' });
      if (home === 'deviceConfiguration') {
        known.set(id, { name, type });
        namesakes.set(name, (namesakes.get(name) ?? 0) + 1);
      }
      const path = names.claim(`${into}/${safeName(name)}.json`, `${into}/${safeName(name)}_${id}.json`);
      await folder.write(path, json(withReferences(object, type), 4));
    },
    async finish() {
      const table = { TenantId: organization.id, Organization: organization.displayName, Objects: groups };
      await folder.write(names.claim(MIGRATION_TABLE), json(table, 4));
    },
  };
}
