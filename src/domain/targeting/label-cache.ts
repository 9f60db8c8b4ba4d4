/**
 * Names of policies, groups and filters, kept between answers and level with the change records: reading four hundred policies for their names
 * alone costs more than all else that an answer about a device needs.
 */
import { readMember } from '../../kernel/json-member.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import type { Resident } from '../resident.js';

export interface Label {
  /** Unqualified runtime type. */
  readonly type: string;
  readonly displayName: string | null;
}

export function labelOf({ type, json }: StoredEntity): Label {
  const displayName = readMember(json, 'displayName');
  return { type, displayName: typeof displayName === 'string' ? displayName : null };
}

interface LabelCache {
  /** Newest commit that the labels know of. */
  level: number;
  readonly labels: Map<string, Label>;
}

/** Labels held for a tenant: some MiB. */
const MOST = 50_000;
/** Commits to look through; further behind, starting afresh is cheaper. */
const FAR = 16;

/** One a tenant, and as long as its resident lives. */
const caches = new WeakMap<Resident, LabelCache>();

const nameOf = ({ set, id }: EntityKey) => `${set} ${id}`;

/** In the order of the keys, which are of sets without parents; undefined for what is not there. */
export async function cachedLabels(keys: readonly EntityKey[], context: DomainContext): Promise<readonly (Label | undefined)[]> {
  const cache = await levelCache(context);
  const { level, labels } = cache;
  const found = keys.map((key) => labels.get(nameOf(key)));
  const missing = keys.filter((_, index) => found[index] === undefined);
  if (missing.length === 0) return found;
  const read = new Map<string, Label>();
  for (const stored of await context.reader.read(context.tenant, missing))
    if (stored !== undefined) read.set(nameOf(stored), labelOf(stored));
  // Whoever brought the cache further meanwhile may have passed a change that this reading did not see.
  if (cache.level === level) keep(labels, read);
  return keys.map((key, index) => found[index] ?? read.get(nameOf(key)));
}

function keep(labels: Map<string, Label>, read: ReadonlyMap<string, Label>): void {
  if (labels.size + read.size > MOST) labels.clear();
  if (read.size <= MOST) for (const [name, label] of read) labels.set(name, label);
}

async function levelCache({ resident, changes }: DomainContext): Promise<LabelCache> {
  const cache = caches.get(resident) ?? { level: 0, labels: new Map() };
  caches.set(resident, cache);
  const latest = await changes.latest();
  const behind = latest - cache.level;
  // A tenant that was removed and made anew counts from the beginning.
  if (behind < 0 || behind > FAR) {
    cache.labels.clear();
    cache.level = latest;
  } else if (behind > 0) {
    const passed = await changes.since(cache.level, behind);
    for (const { key } of passed) if (key !== undefined) cache.labels.delete(nameOf(key));
    cache.level = Math.max(cache.level, latest);
  }
  return cache;
}
