/** An outcome as the response a Graph client reads: status, headers, JSON. */
import type { JsonValue } from '../kernel/json.js';
import type { GraphResponse } from '../kernel/message.js';
import type { Expanded, Item, Outcome, Page, SetAddress } from '../query/outcome.js';
import type { Plan } from '../query/plan.js';
import { containmentPath, contextUrl, entityPath, projectionText } from './context-url.js';
import { type WriteEnvironment, writeItem, writeReference } from './write-item.js';

export interface SerializeOptions {
  readonly origin: string;
  /** The opaque token of the page that begins after so many items. */
  readonly skipToken: (skip: number) => string;
}

const NO_CONTENT: GraphResponse = { status: 204, headers: {}, body: undefined };

/** Write what an operation came to. Errors have their own way (`app/render-error`). */
export function serialize(plan: Plan, outcome: Outcome, options: SerializeOptions): GraphResponse {
  const environment: WriteEnvironment = {
    plan,
    origin: options.origin,
    expandedNextLink: (item, expanded) => expandedNextLink(plan, item, expanded, options),
  };
  switch (outcome.kind) {
    case 'none':
      return NO_CONTENT;
    case 'count':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(outcome.count) };
    case 'stream':
      return { status: 200, headers: { 'content-type': outcome.mediaType }, body: outcome.body };
    case 'value':
      return writeValue(plan, outcome, options);
    case 'entity':
      return writeEntity(plan, outcome.status, outcome.address, outcome.item, environment);
    case 'collection':
      return json(plan, writePage(plan, outcome.address, outcome.page, environment, options));
    case 'references':
      return json(plan, writeReferences(plan, outcome.page, outcome.single, environment, options));
  }
}

function json(plan: Plan, body: string): GraphResponse {
  return { status: 200, headers: { 'content-type': contentType(plan) }, body };
}

function contentType(plan: Plan): string {
  return `application/json;odata.metadata=${plan.metadata};odata.streaming=true;IEEE754Compatible=${plan.ieee754Compatible};charset=utf-8`;
}

function contextMember(plan: Plan, origin: string, fragment: string): string {
  return plan.metadata === 'none' ? '' : `"@odata.context":${JSON.stringify(contextUrl(origin, plan.version, fragment))}`;
}

function writeEntity(plan: Plan, status: 200 | 201, address: SetAddress, item: Item, environment: WriteEnvironment): GraphResponse {
  const write = plan.method !== 'GET' && plan.method !== 'HEAD';
  const headers: Record<string, string> = { etag: `W/"${item.version}"` };
  if (status === 201) headers.location = `${environment.origin}/${plan.version}/${entityPath(item)}`;
  if (write && plan.prefer.return !== undefined) headers['preference-applied'] = `return=${plan.prefer.return}`;
  if (write && plan.prefer.return === 'minimal')
    return {
      status: 204,
      headers: { ...headers, 'odata-entityid': `${environment.origin}/${plan.version}/${entityPath(item)}` },
      body: undefined,
    };
  const fragment = `${containmentPath(address.set, address.parent)}${projectionText(plan.options)}/$entity`;
  // The documentation shows the type of Intune's entities in the answers to writes (seed page); reads leave it out, as observed.
  const typed = write && address.set.includes('/');
  const body = writeItem(item, address.type, plan.options, contextMember(plan, environment.origin, fragment), typed, environment);
  headers['content-type'] = contentType(plan);
  return { status, headers, body };
}

function writePage(plan: Plan, address: SetAddress, page: Page, environment: WriteEnvironment, options: SerializeOptions): string {
  const parts: string[] = [];
  const context = contextMember(plan, options.origin, `${containmentPath(address.set, address.parent)}${projectionText(plan.options)}`);
  if (context !== '') parts.push(context);
  if (page.count !== undefined) parts.push(`"@odata.count":${page.count}`);
  if (page.nextSkip !== undefined) parts.push(`"@odata.nextLink":${JSON.stringify(nextLink(plan, page.nextSkip, options))}`);
  parts.push(`"value":[${page.items.map((item) => writeItem(item, address.type, plan.options, '', false, environment)).join(',')}]`);
  return `{${parts.join(',')}}`;
}

function writeReferences(plan: Plan, page: Page, single: boolean, environment: WriteEnvironment, options: SerializeOptions): string {
  const [first] = page.items;
  if (single && first !== undefined) return writeReference(first, environment, contextMember(plan, options.origin, '$ref'));
  const parts = [contextMember(plan, options.origin, 'Collection($ref)')].filter((part) => part !== '');
  if (page.count !== undefined) parts.push(`"@odata.count":${page.count}`);
  if (page.nextSkip !== undefined) parts.push(`"@odata.nextLink":${JSON.stringify(nextLink(plan, page.nextSkip, options))}`);
  parts.push(`"value":[${page.items.map((item) => writeReference(item, environment)).join(',')}]`);
  return `{${parts.join(',')}}`;
}

function writeValue(plan: Plan, outcome: Extract<Outcome, { kind: 'value' }>, options: SerializeOptions): GraphResponse {
  const { value, typeName, raw } = outcome;
  if (raw)
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: typeof value === 'string' ? value : JSON.stringify(value) };
  if (value === null && !typeName.startsWith('Collection(')) return NO_CONTENT;
  const context = contextMember(plan, options.origin, typeName);
  // A single complex value is written bare, everything else under `value` (OData JSON, section 11).
  const bare = typeName.startsWith('microsoft.graph.') && isPlainObject(value);
  const body = bare ? JSON.stringify(value).slice(1, -1) : `"value":${JSON.stringify(value)}`;
  return json(plan, `{${[context, body].filter((part) => part !== '').join(',')}}`);
}

function isPlainObject(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same URL with another `$skiptoken`: absolute, from the request's own host. `$skip` has been taken and goes. */
function nextLink(plan: Plan, skip: number, options: SerializeOptions): string {
  const kept = plan.url.query.split('&').filter((part) => part !== '' && !/^(?:\?|%3f)*(?:\$|%24)?skip(?:token)?(?:=|$)/i.test(part));
  return `${options.origin}${plan.url.path}?${[...kept, `$skiptoken=${encodeURIComponent(options.skipToken(skip))}`].join('&')}`;
}

function expandedNextLink(plan: Plan, item: Item, expanded: Expanded, options: SerializeOptions): string {
  const path = `${entityPath(item)}/${expanded.property.name}`;
  return `${options.origin}/${plan.version}/${path}?$skiptoken=${encodeURIComponent(options.skipToken(expanded.page.nextSkip ?? 0))}`;
}
