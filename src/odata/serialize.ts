/** An outcome as the response a Graph client reads: status, headers, JSON. */
import type { JsonObject, JsonValue } from '../kernel/json.js';
import type { GraphResponse } from '../kernel/message.js';
import { qualifiedName } from '../kernel/type-name.js';
import { utf8Of } from '../kernel/utf8.js';
import type { WireProfile } from '../kernel/wire.js';
import type { Served } from '../model/served.js';
import type { Expanded, Item, Outcome, Page, SetAddress } from '../query/outcome.js';
import type { MetadataLevel, Plan } from '../query/plan.js';
import { containmentPath, contextUrl, entityPath, projectionText } from './context-url.js';
import { isListed } from './headers.js';
import { joined } from './joined.js';
import type { KeptAnswers } from './kept-answers.js';
import { expandedScope, pageScope } from './page-scope.js';
import { queryText } from './print-options.js';
import { withoutPaging } from './query-string.js';
import { isBig } from './representation.js';
import { countText, type Pieces, type WriteEnvironment, withoutControl, writeItem, writeReference, writeRow } from './write-item.js';
import { writtenShape } from './written-shape.js';

export interface SerializeOptions {
  readonly origin: string;
  readonly wire: WireProfile;
  /** The opaque token of the page that begins after so many items, of what `scope` says (see `page-scope`). */
  readonly skipToken: (skip: number, scope: string) => string;
  /** What is served in the version of the plan; asked for where links are written. */
  readonly served: () => Served;
  /** Where long pages are kept; nothing is where it is not given. */
  readonly answers?: KeptAnswers | undefined;
}

type Body = NonNullable<GraphResponse['body']>;

const NO_CONTENT: GraphResponse = { status: 204, headers: {}, body: undefined };
const ONLY_PAGE = { count: undefined, nextSkip: undefined } as const;

/** Write what an operation came to, in the JSON of OData 4.0, which readers of 4.01 read too. Errors have their own way (`app/render-error`). */
export function serialize(plan: Plan, outcome: Outcome, options: SerializeOptions): GraphResponse {
  const { status, headers, body } = write(plan, outcome, options);
  return { status, headers: { ...headers, 'odata-version': '4.0' }, body };
}

function write(plan: Plan, outcome: Outcome, options: SerializeOptions): GraphResponse {
  const shown = asIfPreferred(plan, options.wire);
  const environment: WriteEnvironment = {
    plan: shown,
    origin: options.origin,
    served: options.served,
    expandedNextLink: (item, expanded) => expandedNextLink(plan, item, expanded, options),
  };
  switch (outcome.kind) {
    case 'none':
      return outcome.status === undefined ? NO_CONTENT : { status: outcome.status, headers: {}, body: undefined };
    case 'count':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(outcome.count) };
    case 'stream':
      return { status: 200, headers: { 'content-type': outcome.mediaType }, body: outcome.body };
    case 'value':
      return writeValue(plan, outcome, options);
    case 'entity':
      return writeEntity(plan, outcome, environment, options.wire);
    case 'collection':
      return json(plan, writePage(plan, outcome.address, outcome.page, environment, options));
    case 'rows':
      return json(plan, writeRows(shown, outcome, options));
    case 'references':
      return json(plan, writeReferences(plan, outcome.page, outcome.single, environment, options));
  }
}

/** The plan by which values are written; the one that was sent says which preferences were the client's. */
function asIfPreferred(plan: Plan, wire: WireProfile): Plan {
  return wire.laterEnumMembersShown ? { ...plan, prefer: { ...plan.prefer, includeUnknownEnumMembers: true } } : plan;
}

function json(plan: Plan, body: Body): GraphResponse {
  const { includeUnknownEnumMembers, maxPageSize } = plan.prefer;
  const applied = includeUnknownEnumMembers ? ['include-unknown-enum-members'] : [];
  if (maxPageSize !== undefined && plan.collection) applied.push(`odata.maxpagesize=${maxPageSize}`);
  const headers: Record<string, string> = { 'content-type': contentType(plan) };
  if (applied.length > 0) headers['preference-applied'] = applied.join(', ');
  return { status: 200, headers, body };
}

function contentType({ metadata, ieee754Compatible }: Plan): string {
  return CONTENT_TYPES[metadata][ieee754Compatible ? 'compatible' : 'plain'];
}

function contentTypes(metadata: MetadataLevel) {
  const type = (compatible: boolean) =>
    `application/json;odata.metadata=${metadata};odata.streaming=true;IEEE754Compatible=${compatible};charset=utf-8`;
  return { compatible: type(true), plain: type(false) } as const;
}

const CONTENT_TYPES = { none: contentTypes('none'), minimal: contentTypes('minimal'), full: contentTypes('full') } as const;

function contextMember(plan: Plan, origin: string, fragment: string): string {
  return plan.metadata === 'none' ? '' : `"@odata.context":${JSON.stringify(contextUrl(origin, plan.version, fragment))}`;
}

/** Bare, with its context (quirk entityInValue). */
function writeEntity(
  plan: Plan,
  outcome: Extract<Outcome, { kind: 'entity' }>,
  environment: WriteEnvironment,
  wire: WireProfile,
): GraphResponse {
  const { status, address, item } = outcome;
  const write = plan.method !== 'GET' && plan.method !== 'HEAD';
  const etag = `W/"${item.version}"`;
  if (!write && outcome.composed === false && isListed(etag, plan.ifNoneMatch)) return { status: 304, headers: { etag }, body: undefined };
  const headers: Record<string, string> = { etag };
  if (status === 201) headers.location = `${environment.origin}/${plan.version}/${entityPath(item)}`;
  if (write && plan.prefer.return !== undefined) headers['preference-applied'] = `return=${plan.prefer.return}`;
  if (!write && plan.prefer.includeUnknownEnumMembers) headers['preference-applied'] = 'include-unknown-enum-members';
  if (write && (plan.prefer.return ?? outcome.returns) === 'minimal')
    return {
      status: 204,
      headers: { ...headers, 'odata-entityid': `${environment.origin}/${plan.version}/${entityPath(item)}` },
      body: undefined,
    };
  const fragment = `${containmentPath(address.set, address.parent)}${projectionText(plan.options)}/$entity`;
  // The documentation shows the type of Intune's entities in the answers to writes (seed page); reads leave it out, as observed.
  const typed = write && wire.typeInWriteAnswers && address.set.includes('/');
  const pieces: Pieces = [];
  writeItem(pieces, item, address.type, plan.options, contextMember(plan, environment.origin, fragment), typed, environment);
  headers['content-type'] = contentType(plan);
  return { status, headers, body: bodyOf(pieces) };
}

function writePage(plan: Plan, address: SetAddress, page: Page, environment: WriteEnvironment, options: SerializeOptions): Body {
  const context = contextMember(plan, options.origin, `${containmentPath(address.set, address.parent)}${projectionText(plan.options)}`);
  const pieces = beginCollection(plan, context, page, options);
  const write = (out: Pieces, item: Item) => writeItem(out, item, address.type, plan.options, '', false, environment);
  if (options.answers !== undefined && page.items.length >= MANY && page.items.every(({ place }) => place !== undefined)) {
    const shape = writtenShape(environment.plan, address, options.origin);
    if (shape !== undefined && page.items.every(({ set, parent }) => set === address.set && parent === address.parent))
      return options.answers.page(joined(pieces), page.items, shape, write);
  }
  page.items.forEach((item, at) => {
    if (at > 0) pieces.push(',');
    write(pieces, item);
  });
  return endCollection(pieces);
}

function writeRows(plan: Plan, { type, single, page }: Extract<Outcome, { kind: 'rows' }>, options: SerializeOptions): Body {
  const name = qualifiedName(type.name);
  const context = contextMember(plan, options.origin, `${single ? name : `Collection(${name})`}${projectionText(plan.options)}`);
  const rows = page.rows.map((row) => writeRow(row, type, plan));
  if (single) return `{${[context, (rows[0] ?? '{}').slice(1, -1)].filter((part) => part !== '').join(',')}}`;
  return collectionText(plan, context, page, rows, options);
}

/** `{context, count, next link, value}` */
function collectionText(
  plan: Plan,
  context: string,
  page: Pick<Page, 'count' | 'nextSkip'>,
  members: readonly string[],
  options: SerializeOptions,
): Body {
  const pieces = beginCollection(plan, context, page, options);
  for (const [at, member] of members.entries()) pieces.push(at === 0 ? member : `,${member}`);
  return endCollection(pieces);
}

/** All up to the first member. */
function beginCollection(
  plan: Plan,
  context: string,
  { count, nextSkip }: Pick<Page, 'count' | 'nextSkip'>,
  options: SerializeOptions,
): Pieces {
  const parts = context === '' ? [] : [context];
  if (count !== undefined) parts.push(`"@odata.count":${countText(plan, count)}`);
  if (nextSkip !== undefined) parts.push(`"@odata.nextLink":${JSON.stringify(nextLink(plan, nextSkip, options))}`);
  return [`{${joined([...parts, '"value":['])}`];
}

function endCollection(pieces: Pieces): Body {
  pieces.push(']}');
  return bodyOf(pieces);
}

/** Items from which on a page is worth being kept. */
const MANY = 16;

/** From so many characters on, pieces are encoded one by one. */
const LONG = 32_768;

function bodyOf(pieces: Pieces): Body {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  if (length >= LONG) return utf8Of(pieces);
  // Put together without being copied: whoever reads the text copies it once.
  let text = '';
  for (const piece of pieces) text += piece;
  return text;
}

function writeReferences(plan: Plan, page: Page, single: boolean, environment: WriteEnvironment, options: SerializeOptions): Body {
  const [first] = page.items;
  if (single && first !== undefined) return writeReference(first, environment, contextMember(plan, options.origin, '$ref'));
  const context = contextMember(plan, options.origin, 'Collection($ref)');
  const members = page.items.map((item) => writeReference(item, environment));
  return collectionText(plan, context, page, members, options);
}

function writeValue(plan: Plan, outcome: Extract<Outcome, { kind: 'value' }>, options: SerializeOptions): GraphResponse {
  const { typeName, raw } = outcome;
  const value = raw ? outcome.value : representedValue(outcome.value, typeName, plan);
  if (raw)
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: typeof value === 'string' ? value : JSON.stringify(value) };
  if (value === null && !typeName.startsWith('Collection(')) return NO_CONTENT;
  const context = contextMember(plan, options.origin, typeName);
  // A single complex value is written bare, everything else under `value` (OData JSON, section 11).
  const bare = !typeName.startsWith('Edm.') && isPlainObject(value);
  if (Array.isArray(value)) {
    const members = (value as readonly JsonValue[]).map((member) => JSON.stringify(member));
    return json(plan, collectionText(plan, context, outcome.page ?? ONLY_PAGE, members, options));
  }
  const body = bare ? JSON.stringify(value).slice(1, -1) : `"value":${JSON.stringify(value)}`;
  return json(plan, `{${[context, body].filter((part) => part !== '').join(',')}}`);
}

/** A property's value or a function's result; of what type complex values are, the outcome does not say. */
function representedValue(value: JsonValue, typeName: string, plan: Plan): JsonValue {
  if (plan.ieee754Compatible && typeof value === 'number' && isBig(typeName)) return String(value);
  if (plan.metadata !== 'none') return value;
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((one) => (isPlainObject(one) ? withoutControl(one as JsonObject) : one));
  return isPlainObject(value) ? withoutControl(value as JsonObject) : value;
}

function isPlainObject(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same URL with another `$skiptoken`: absolute, from the request's own host. `$skip` has been taken and goes. */
function nextLink(plan: Plan, skip: number, options: SerializeOptions): string {
  const kept = withoutPaging(plan.url.query).map(escaped);
  const token = encodeURIComponent(options.skipToken(skip, pageScope(plan)));
  return `${options.origin}${escaped(plan.url.path)}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}

/** Clients may send what no URL may hold; a link must be one. */
function escaped(sent: string): string {
  return sent.toWellFormed().replace(/[^!$-;=?-[\]_a-z~]/gu, encodeURIComponent);
}

/** To the rest of an expanded collection, asked for as it was in `$expand`. */
function expandedNextLink(plan: Plan, item: Item, { property, form, page, options: asked }: Expanded, options: SerializeOptions): string {
  const path = `${entityPath(item)}/${property.name}${form === 'references' ? '/$ref' : ''}`;
  const query = queryText({ ...asked, skip: undefined });
  const token = encodeURIComponent(options.skipToken(page.nextSkip ?? 0, expandedScope(plan, item, property.name, asked)));
  return `${options.origin}/${plan.version}/${path}?${query === '' ? '' : `${query}&`}$skiptoken=${token}`;
}
