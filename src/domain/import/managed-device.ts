/** Managed devices on lines of their own, with the primary user and the category that they name. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { entityText } from '../../model/defaults.js';
import { readEntityUrl } from '../../query/entity-url.js';
import type { EntityKey, ListResult } from '../../storage/store.js';
import { type Claim, claimsOf } from '../directory/claims.js';
import { parsed, USERS } from '../directory/objects.js';
import { NAMES_OF_USER, NEVER, namesOfUser, twinsOf, UPDATE } from '../managed-devices/managed-device.js';
import { CATEGORY_LINK, categoryLink, DEVICE_CATEGORIES, touchMembers } from '../managed-devices/records.js';
import { grantedTags } from '../roles/rights.js';
import type { Chunk } from './chunk.js';
import type { ImportContext } from './import-context.js';
import { refuseNavigation, standing } from './objects.js';
import { type EntityRecord, refusal } from './record.js';

/** The claim that tells whose name a device gives, where it names its user by name alone. */
export function userNameClaim({ payload }: EntityRecord): Claim | undefined {
  const { userId, userPrincipalName } = payload.given;
  if (typeof userId === 'string' || typeof userPrincipalName !== 'string' || userPrincipalName === '') return undefined;
  return claimsOf(USERS, { userPrincipalName })[0];
}

/** The id of a device's user; '' for none, undefined where the line says nothing that is known. */
export function userOf(record: EntityRecord, chunk: Chunk): string | undefined {
  const { userId } = record.payload.given;
  if (typeof userId === 'string') return userId;
  const claim = userNameClaim(record);
  return claim === undefined ? undefined : chunk.holder(claim);
}

/** Where the category lies that a line binds; undefined where it binds none. */
export function categoryReference({ payload }: EntityRecord): EntityKey | undefined {
  const [text] = payload.binds.get(CATEGORY_LINK) ?? [];
  const reference = text === undefined ? undefined : readEntityUrl(text);
  return reference === undefined ? undefined : { set: DEVICE_CATEGORIES, parent: '', id: reference.id };
}

export async function writeManagedDevice(record: EntityRecord, chunk: Chunk, context: ImportContext): Promise<void> {
  refuseNavigation(record, [CATEGORY_LINK]);
  const { id, key, payload } = record;
  const before = chunk.json(key);
  const category = await chooseCategory(record, chunk, context);
  const { at } = context;
  const { given } = payload;
  const text = entityText(payload.type, [
    standing({ enrolledDateTime: at, lastSyncDateTime: at }, before),
    { complianceGracePeriodExpirationDateTime: NEVER },
    twinsOf(given),
    ...withUser(record, given, chunk),
    {
      deviceCategoryDisplayName: category.displayName ?? null,
      roleScopeTagIds: grantedTags(given.roleScopeTagIds, undefined, UPDATE, context) ?? null,
      id,
    },
  ]);
  chunk.put(key, payload.type.name, text);
  const had = before !== undefined && before.deviceCategoryDisplayName !== null && before.deviceCategoryDisplayName !== '';
  if (had || category.id !== undefined) await moveCategory(record, chunk.wasStored(key), category, chunk, context);
}

/** What is given, laid over what the device says of its user. */
function withUser(record: EntityRecord, given: JsonObject, chunk: Chunk): readonly JsonObject[] {
  const holder = userOf(record, chunk);
  if (holder === undefined) return [given];
  if (holder === '') return [namesOfUser(undefined), given];
  const user = chunk.members({ set: USERS, parent: '', id: holder }, NAMES_OF_USER);
  return user === undefined ? [given] : [namesOfUser(user), given, { userId: holder }];
}

interface Category {
  readonly id: string | undefined;
  readonly displayName: JsonValue | undefined;
}

async function chooseCategory(record: EntityRecord, chunk: Chunk, context: ImportContext): Promise<Category> {
  const name = record.payload.given.deviceCategoryDisplayName;
  if (record.payload.binds.has(CATEGORY_LINK)) {
    const key = categoryReference(record);
    const category = key === undefined ? undefined : chunk.json(key);
    if (key !== undefined && category !== undefined) return { id: key.id, displayName: category.displayName };
    throw refusal(
      'The category that the line binds exists neither in the store nor on an earlier line; put its line before this one.',
      CATEGORY_LINK,
    );
  }
  if (typeof name !== 'string' || name === '') return { id: undefined, displayName: name ?? '' };
  const found = await categoryNamed(name, chunk, context);
  if (found !== undefined) return found;
  // The service writes 'Unknown' where there is none.
  if (context.loose || context.lenient) return { id: undefined, displayName: name };
  throw refusal(
    `No deviceCategory has the displayName '${name}' in the store or on an earlier line; put its line before this one.`,
    'deviceCategoryDisplayName',
  );
}

async function categoryNamed(name: string, chunk: Chunk, context: ImportContext): Promise<Category | undefined> {
  const wanted = name.toLowerCase();
  for (const key of chunk.putInto(DEVICE_CATEGORIES)) {
    const displayName = chunk.json(key)?.displayName;
    if (typeof displayName === 'string' && displayName.toLowerCase() === wanted) return { id: key.id, displayName };
  }
  const query = { set: DEVICE_CATEGORIES, parent: '', filter: undefined, orderBy: [], skip: 0, limit: undefined, count: false };
  const id = byName(await context.reader.list(context.tenant, query)).get(wanted);
  if (id === undefined) return undefined;
  const key = { set: DEVICE_CATEGORIES, parent: '', id };
  await chunk.load([key]);
  const displayName = chunk.json(key)?.displayName;
  return displayName === undefined ? undefined : { id, displayName };
}

const names = new WeakMap<ListResult, ReadonlyMap<string, string>>();

/** Ids by name in lower case; the first of equal names counts. */
function byName(list: ListResult): ReadonlyMap<string, string> {
  let known = names.get(list);
  if (known === undefined) {
    known = new Map([...list.entities].reverse().map((entity) => [String(parsed(entity).displayName ?? '').toLowerCase(), entity.id]));
    names.set(list, known);
  }
  return known;
}

/** Lets the links follow a device's category; devices without one before and after are not asked for links. */
async function moveCategory(
  { id }: EntityRecord,
  stored: boolean,
  category: Category,
  chunk: Chunk,
  context: ImportContext,
): Promise<void> {
  const held = stored ? await context.reader.links(context.tenant, { kind: CATEGORY_LINK, from: id }) : [];
  const links = chunk.linksOf(CATEGORY_LINK, id, held);
  for (const link of links) {
    if (link.to === category.id) continue;
    chunk.unlink(link);
    chunk.mark(touchMembers(link.to));
  }
  if (category.id === undefined || links.some(({ to }) => to === category.id)) return;
  chunk.link(categoryLink(id, category.id));
  chunk.mark(touchMembers(category.id));
}
