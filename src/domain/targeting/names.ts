/** Display names of what findings, risks and impacts speak of. */
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';
import { readMember } from '../../kernel/json-member.js';
import type { EntityKey, Reader } from '../../storage/store.js';

/** Undefined: there is none of that id, or it has no name. */
export interface Names {
  policy(id: string): string | undefined;
  group(id: string): string | undefined;
  filter(id: string): string | undefined;
}

/** Ids to look up; undefined ones are passed over. */
export interface Mentioned {
  readonly policyId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly filterId?: string | undefined;
}

const SETS = {
  policy: 'deviceManagement/deviceConfigurations',
  group: 'groups',
  filter: 'deviceManagement/assignmentFilters',
} as const;
type Kind = keyof typeof SETS;

const VIRTUAL: Readonly<Record<string, string>> = { [ALL_DEVICES_GROUP]: 'All devices', [ALL_USERS_GROUP]: 'All users' };

/**
 * The names of everything mentioned, read at once.
 * @param readers asked in order; a later one knows what an earlier one has no more
 */
export async function readNames(tenant: string, mentioned: Iterable<Mentioned>, ...readers: readonly Reader[]): Promise<Names> {
  const wanted = new Map<string, EntityKey>();
  const want = (kind: Kind, id: string | undefined) => {
    if (id !== undefined) wanted.set(`${kind} ${id}`, { set: SETS[kind], parent: '', id });
  };
  for (const { policyId, groupId, filterId } of mentioned) {
    want('policy', policyId);
    want('group', groupId);
    want('filter', filterId);
  }
  const names = new Map<string, string>();
  for (const reader of readers) {
    const missing = [...wanted].filter(([name]) => !names.has(name));
    const found = await reader.read(
      tenant,
      missing.map(([, key]) => key),
    );
    for (const [index, [name]] of missing.entries()) {
      const displayName = found[index] === undefined ? undefined : readMember(found[index].json, 'displayName');
      if (typeof displayName === 'string') names.set(name, displayName);
    }
  }
  const nameOf = (kind: Kind) => (id: string) => names.get(`${kind} ${id}`);
  return { policy: nameOf('policy'), group: (id) => VIRTUAL[id] ?? nameOf('group')(id), filter: nameOf('filter') };
}
