/** One entity as OData JSON: metadata level, `$select`, `$expand`. Stored text is spliced, not rebuilt, where nothing is taken out. */
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import { memberTexts } from '../kernel/json-member.js';
import { qualifiedName } from '../kernel/type-name.js';
import type { StructuredType } from '../model/schema.js';
import { isA, odataTypeName } from '../model/schema.js';
import type { Served } from '../model/served.js';
import type { Expanded, Item } from '../query/outcome.js';
import type { Plan, QueryOptions, SelectItem } from '../query/plan.js';
import { containmentPath, contextUrl, entityPath, projectionText } from './context-url.js';
import { linkedNavigation, navigationLinks, operationLinks } from './full-links.js';
import { joined } from './joined.js';
import { isReshaped, reshaped, runtimeType } from './representation.js';

export interface WriteEnvironment {
  readonly plan: Plan;
  readonly origin: string;
  /** What is served in the version of the plan, for links. */
  readonly served: () => Served;
  /** Builds the link to a page after the first, for an expanded collection. */
  readonly expandedNextLink: (item: Item, expanded: Expanded) => string;
}

/** JSON text in pieces, to be read one behind the other. Long answers are encoded piece by piece. */
export type Pieces = string[];

/**
 * @param declared the type a reader expects: another runtime type shows its `@odata.type`
 * @param head members that come first, as finished JSON text (`"@odata.context":"…"`), or ''
 * @param typed show `@odata.type` even where the type is the declared one
 */
export function writeItem(
  out: Pieces,
  item: Item,
  declared: StructuredType,
  options: QueryOptions,
  head: string,
  typed: boolean,
  environment: WriteEnvironment,
): void {
  out.push('{');
  const start = out.length;
  if (head !== '') out.push(head);
  const { metadata } = environment.plan;
  // Intune names the type in every set that can hold several; the directory only where it is not the declared one.
  const polymorphic = declared.abstract || (declared.derived.length > 0 && declared.base?.name !== 'directoryObject');
  if (metadata !== 'none' && (typed || polymorphic || metadata === 'full' || item.type !== declared)) {
    member(out, start, `"@odata.type":"${odataTypeName(item.type)}"`);
  }
  if (metadata === 'full') {
    const path = pathOf(item, environment.served());
    member(out, start, `"@odata.id":${JSON.stringify(path)}`);
    member(out, start, `"@odata.editLink":${JSON.stringify(path + castOf(item, declared))}`);
  }
  const body = selectedText(item, options, environment.plan);
  if (body !== '') member(out, start, body);
  const links = metadata === 'full' ? linksOf(item, declared, options, environment) : undefined;
  for (const link of links?.navigation ?? []) member(out, start, link);
  for (const expanded of item.expanded) writeExpanded(out, start, item, declared, expanded, environment, links?.self);
  for (const link of links?.operations ?? []) member(out, start, link);
  out.push('}');
}

/** @param start where the members of the object begin in `out` */
function member(out: Pieces, start: number, text: string): void {
  if (out.length > start) out.push(',', text);
  else out.push(text);
}

/** `deviceManagement/deviceConfigurations('c')`; what its parent has one of, such as `deviceStatusOverview`, needs no key. */
function pathOf(item: Item, served: Served): string {
  const single = served.sets.some(({ surface, collection }) => surface.name === item.set && !collection);
  return single ? containmentPath(item.set, item.parent) : entityPath(item);
}

/** The cast that an entity needs whose type is not the declared one. */
function castOf(item: Item, declared: StructuredType): string {
  return item.type === declared ? '' : `/${qualifiedName(item.type.name)}`;
}

/** What stands around the members of an entity with full metadata; expanded navigation has its links beside it. */
function linksOf(item: Item, declared: StructuredType, options: QueryOptions, { plan, origin, served }: WriteEnvironment) {
  const self = `${origin}/${plan.version}/${pathOf(item, served())}${castOf(item, declared)}`;
  const expanded = new Set(item.expanded.map(({ property }) => property.name));
  const others = linkedNavigation(item.type, options, served()).filter(({ name }) => !expanded.has(name));
  return {
    self,
    navigation: others.flatMap((property) => navigationLinks(property, self)),
    operations: isWhole(options) ? operationLinks(item.type, self, served()) : [],
  };
}

function isWhole({ select }: QueryOptions): boolean {
  return select === undefined || select.length === 0 || select.some((chosen) => chosen.name === '*');
}

/** The members of the entity that are wanted, without the braces. */
function selectedText(item: Item, options: QueryOptions, plan: Plan): string {
  const bare = plan.metadata === 'none';
  const other = isReshaped(item.type, plan, item.text);
  if (!bare && !other) {
    if (isWhole(options)) return item.text.slice(1, -1);
    const names = plainNames(options.select ?? [], item.type);
    if (names !== undefined) return joined(memberTexts(item.text, names));
  }
  const picked = isWhole(options) ? item.json() : pick(item.json(), item.type, options.select ?? []);
  const json = other ? reshaped(picked, item.type, plan) : picked;
  return JSON.stringify(bare ? withoutControl(json) : json).slice(1, -1);
}

/** More names are found sooner in what is parsed. */
const MOST_NAMES = 16;

/** Names of whole properties, in quotes, with that of the key; undefined where parts of properties are chosen, or many. */
function plainNames(select: readonly SelectItem[], type: StructuredType): ReadonlySet<string> | undefined {
  if (select.length > MOST_NAMES || select.some(({ path }) => path.length > 0)) return undefined;
  const chosen = select.filter(({ cast }) => cast === undefined || isA(type, cast));
  return new Set(['id', ...chosen.map(({ name }) => name)].map((name) => JSON.stringify(name)));
}

/** One complex value: what `$select` leaves of it, with its control information where the client wants any. */
export function writeRow(row: JsonObject, type: StructuredType, plan: Plan): string {
  const actual = runtimeType(row, type);
  const picked = isWhole(plan.options) ? row : pick(row, actual, plan.options.select ?? []);
  const json = isReshaped(type, plan) ? reshaped(picked, actual, plan) : picked;
  return JSON.stringify(plan.metadata === 'none' ? withoutControl(json) : json);
}

/** Chosen properties in wire order; the key always comes along (clients rely on it), and so does control information. */
function pick(json: JsonObject, type: StructuredType, select: readonly SelectItem[]): JsonObject {
  const chosen = new Map<string, SelectItem[]>();
  for (const one of select) {
    if (one.cast !== undefined && !isA(type, one.cast)) continue;
    const same = chosen.get(one.name);
    if (same === undefined) chosen.set(one.name, [one]);
    else same.push(one);
  }
  const out: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of Object.entries(json)) {
    const wanted = chosen.get(name);
    if (name === 'id' || name.startsWith('@odata.') || wanted?.some((one) => one.path.length === 0)) out[name] = value;
    else if (wanted !== undefined)
      out[name] = pickNested(
        value,
        wanted.map((one) => one.path),
      );
  }
  return out;
}

function pickNested(value: JsonValue | undefined, paths: readonly (readonly string[])[]): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((one) => pickNested(one, paths) ?? null);
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue | undefined> = {};
  for (const [name, inner] of Object.entries(value)) {
    const here = paths.filter((path) => path[0] === name);
    if (name.startsWith('@odata.') || here.some((path) => path.length === 1)) out[name] = inner;
    else if (here.length > 0)
      out[name] = pickNested(
        inner,
        here.map((path) => path.slice(1)),
      );
  }
  return out;
}

/** `odata.metadata=none`: no control information, at any depth. */
export function withoutControl(value: JsonObject): JsonObject {
  const strip = (inner: JsonValue | undefined): JsonValue | undefined => {
    if (Array.isArray(inner)) return (inner as readonly JsonValue[]).map((one) => strip(one) ?? null);
    if (!isObject(inner)) return inner;
    const out: Record<string, JsonValue | undefined> = {};
    for (const [name, one] of Object.entries(inner)) if (!name.includes('@odata.')) out[name] = strip(one);
    return out;
  };
  return strip(value) as JsonObject;
}

/** @param self URL of the item where links are wanted */
function writeExpanded(
  out: Pieces,
  start: number,
  item: Item,
  declared: StructuredType,
  expanded: Expanded,
  environment: WriteEnvironment,
  self: string | undefined,
): void {
  const { property, page, form, options } = expanded;
  const { plan, origin } = environment;
  const name = JSON.stringify(property.name).slice(1, -1);
  if (form === 'count') {
    member(out, start, `"${name}@odata.count":${countText(plan, page.count ?? 0)}`);
    return;
  }
  if (plan.metadata !== 'none') {
    const own = `${entityPath(item)}${castOf(item, declared)}/${property.name}`;
    const fragment = `${own}${projectionText(options)}${property.collection ? '' : '/$entity'}`;
    member(out, start, `"${name}@odata.context":${JSON.stringify(contextUrl(origin, plan.version, fragment))}`);
  }
  if (self !== undefined) for (const link of navigationLinks(property, self)) member(out, start, link);
  if (page.count !== undefined) member(out, start, `"${name}@odata.count":${countText(plan, page.count)}`);
  member(out, start, property.collection ? `"${name}":[` : `"${name}":`);
  const target = property.type as StructuredType;
  page.items.forEach((one, at) => {
    if (at > 0) out.push(',');
    if (form === 'references') out.push(writeReference(one, environment));
    else writeItem(out, one, target, options, '', false, environment);
  });
  if (property.collection) out.push(']');
  else if (page.items.length === 0) out.push('null');
  if (page.nextSkip !== undefined)
    member(out, start, `"${name}@odata.nextLink":${JSON.stringify(environment.expandedNextLink(item, expanded))}`);
}

/** A count is an Edm.Int64. */
export function countText(plan: Plan, count: number): string {
  return plan.ieee754Compatible ? `"${count}"` : String(count);
}

/** `{"@odata.id": "https://HOST/beta/deviceManagement/deviceConfigurations('c')"}` */
export function writeReference(item: Item, environment: WriteEnvironment, head = ''): string {
  const id = JSON.stringify(`${environment.origin}/${environment.plan.version}/${entityPath(item)}`);
  return head === '' ? `{"@odata.id":${id}}` : `{${head},"@odata.id":${id}}`;
}
