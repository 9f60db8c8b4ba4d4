/** Groups and filters of a tenant by name and by id, as many as are asked for. */
import { isGuid } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import type { GraphClient } from '../graph/client.js';
import { filterOption, kinds, nearestName, quoted, textOf } from '../graph/names.js';
import { everybody } from './model.js';

export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

export interface Directory {
  /** Every group of this name, or the one of this id. */
  groups(nameOrId: string): readonly NamedThing[];
  filters(nameOrId: string): readonly NamedThing[];
  /** The name of a group or filter that was looked up. */
  nameOf(id: string): string | undefined;
  readonly groupNames: readonly string[];
  readonly filterNames: readonly string[];
  /** Find what may be meant by names that no group has, for messages. */
  lookAround(wanted: Iterable<string>): Promise<void>;
  /** Look the names of these groups up, for messages. */
  learn(groupIds: readonly string[]): Promise<void>;
  /** Find every group that has one of these names. */
  learnNamesakes(names: readonly string[]): Promise<void>;
}

/** Values in one `in` (https://learn.microsoft.com/graph/aad-advanced-queries: at most 15). */
const IN_ONE = 15;
/** Names in one message. */
const MOST_LOOKED = 20;
/** Above so many, one list of all groups costs less. */
const FEW = 150;

/** @param seen told of groups read so far */
export async function readDirectory(
  client: GraphClient,
  wantedGroups: ReadonlySet<string>,
  anyFilter: boolean,
  seen: (rows: number) => void,
): Promise<Directory> {
  const groups = createIndex();
  groups.add(Object.entries(everybody).map(([id, { name }]) => ({ id, displayName: name })));
  const around: string[] = [];
  let whole = false;

  async function load(property: 'id' | 'displayName', values: readonly string[]): Promise<void> {
    const missing = [...new Set(values)].filter((value) => everybody[value.toLowerCase()] === undefined);
    if (whole || missing.length === 0) return;
    if (missing.length > FEW) {
      whole = true;
      groups.add(await client.rows('/groups?$select=id,displayName&$top=999', seen));
      return;
    }
    for (let at = 0; at < missing.length; at += IN_ONE) {
      const list = missing
        .slice(at, at + IN_ONE)
        .map(quoted)
        .join(',');
      groups.add(await client.rows(`/groups?${filterOption(`${property} in (${list})`)}&$select=id,displayName`));
      seen(at);
    }
  }

  const wanted = [...wantedGroups];
  const [ids, names] = [wanted.filter(isGuid), wanted.filter((each) => !isGuid(each))];
  if (wanted.length > FEW) await load('id', wanted);
  else {
    await load('id', ids);
    await load('displayName', names);
  }
  const filters = createIndex();
  const learnFilters = async () => filters.add(await client.rows('/deviceManagement/assignmentFilters?$select=id,displayName'));
  if (anyFilter) await learnFilters();

  return {
    groups: groups.find,
    filters: filters.find,
    nameOf: (id) => groups.nameOf(id) ?? filters.nameOf(id),
    get groupNames() {
      return [...groups.names(), ...around];
    },
    get filterNames() {
      return filters.names();
    },
    async lookAround(wanted) {
      if (whole) return;
      const missing = [...wanted].filter((name) => !isGuid(name) && groups.find(name).length === 0);
      for (const name of missing.slice(0, MOST_LOOKED)) {
        const near = await nearestName(client, [kinds.group], name);
        if (near !== undefined) around.push(near);
      }
    },
    learnNamesakes: (names) => load('displayName', names),
    learn: (groupIds) =>
      load(
        'id',
        groupIds.filter((id) => groups.nameOf(id) === undefined),
      ),
  };
}

function createIndex() {
  const byId = new Map<string, NamedThing>();
  const byName = new Map<string, NamedThing[]>();
  return {
    add(rows: readonly JsonObject[]) {
      for (const row of rows) {
        const thing = { id: textOf(row.id).toLowerCase(), name: textOf(row.displayName) };
        if (byId.has(thing.id)) continue;
        byId.set(thing.id, thing);
        // What is called as these are is a group of somebody's own.
        if (everybody[thing.id] !== undefined) continue;
        const key = thing.name.toLowerCase();
        const same = byName.get(key);
        if (same === undefined) byName.set(key, [thing]);
        else same.push(thing);
      }
    },
    find(nameOrId: string): readonly NamedThing[] {
      const known = isGuid(nameOrId) ? byId.get(nameOrId.toLowerCase()) : undefined;
      return known === undefined ? (byName.get(nameOrId.toLowerCase()) ?? []) : [known];
    },
    nameOf: (id: string) => byId.get(id.toLowerCase())?.name,
    names: () => [...byId.values()].map(({ name }) => name),
  };
}
