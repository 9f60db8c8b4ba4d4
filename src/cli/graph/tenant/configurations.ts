/** Configurations with their assignments and what they refer to; what others refer to comes first. */
import { isObject, type JsonObject } from '../../../kernel/json.js';
import { refusalOf } from '../refused.js';
import { bareName, type Reference, referencesOf, type Tier, tierOf } from './certificate-references.js';
import { linkOf, pagesFrom } from './lists.js';
import { explainRefusal, lineOf, type Permissions, type Reading, type Slice, type Stage } from './stage.js';

const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';
const FIRST = `${CONFIGURATIONS}?$expand=assignments&$top=1000`;
const PERMISSIONS: Permissions = ['DeviceManagementConfiguration.Read.All', 'DeviceManagementConfiguration.ReadWrite.All'];

/** The list is gone through once for each tier that it has. */
interface Place {
  readonly tier: Tier;
  readonly link: string | undefined;
  /** Tiers that were seen in the first pass. */
  readonly seen: readonly number[];
}

export const configurationStage: Stage = {
  name: 'configurations',
  part: 'configurations',
  async *read(reading, from) {
    try {
      yield* readTiers(reading, placeOf(from));
    } catch (error) {
      throw explainRefusal(error, 'Configurations', 'configurations', PERMISSIONS);
    }
  },
};

function placeOf(from: JsonObject | undefined): Place {
  const tier = typeof from?.tier === 'number' ? (from.tier as Tier) : 0;
  return { tier, link: linkOf(from), seen: Array.isArray(from?.seen) ? (from.seen as readonly number[]) : [] };
}

async function* readTiers(reading: Reading, { tier, link, seen: before }: Place): AsyncGenerator<Slice, void, void> {
  const seen = new Set(before);
  let path = link ?? FIRST;
  for (let at: Tier | undefined = tier; at !== undefined; path = FIRST) {
    const tierNow: Tier = at;
    for await (const { rows, next } of pagesFrom(reading.client, path)) {
      const wanted = rows.filter((row) => {
        const own = tierOf(typeOf(row));
        if (tierNow === 0) seen.add(own);
        return own === tierNow;
      });
      const lines = tierNow === 0 ? wanted.map((row) => lineOf(row)) : await withReferences(wanted, reading);
      at = next === undefined ? nextTier(tierNow, seen) : tierNow;
      const place = { tier: at ?? 0, seen: [...seen].sort() };
      yield { lines, next: next !== undefined ? { ...place, link: next } : at === undefined ? undefined : place };
    }
  }
}

function nextTier(tier: Tier, seen: ReadonlySet<number>): Tier | undefined {
  return ([1, 2, 3] as const).find((one) => one > tier && seen.has(one));
}

const typeOf = (row: JsonObject) => bareName(row['@odata.type']);

/** Each reference as `{"id"}` in the member of its name. */
async function withReferences(rows: readonly JsonObject[], { client }: Reading): Promise<readonly JsonObject[]> {
  const asked = rows.flatMap((row, at) => referencesOf(typeOf(row)).map((reference) => ({ at, reference, path: pathOf(row, reference) })));
  const answers = await client.batch(asked.map(({ path }) => path));
  const members = rows.map(() => ({}) as Record<string, JsonObject | readonly JsonObject[]>);
  for (const [place, { at, reference, path }] of asked.entries()) {
    const { status, body } = answers[place] ?? { status: 0, body: undefined };
    // None is bound.
    if (status === 404 || status === 204) continue;
    if (status >= 400) throw refusalOf(status, body, 'GET', path);
    const found = isObject(body) ? (reference.many ? body.value : body) : undefined;
    const ids = (Array.isArray(found) ? found : [found]).filter(isObject).flatMap(({ id }) => (typeof id === 'string' ? [{ id }] : []));
    const [only] = ids;
    if (only !== undefined) (members[at] as Record<string, unknown>)[reference.property] = reference.many ? ids : only;
  }
  return rows.map((row, at) => ({ ...lineOf(row), ...members[at] }));
}

function pathOf(row: JsonObject, { property }: Reference): string {
  return `${CONFIGURATIONS}/${String(row.id)}/microsoft.graph.${typeOf(row)}/${property}?$select=id`;
}
