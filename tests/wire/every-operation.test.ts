/**
 * Every documented operation (api/documented.yaml) that is served, through both official clients, in both wire profiles; and every one
 * that is not, refused. An operation that is new in the table is called without further ado: it fails here until `operations/requests`
 * has what it needs.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGuid } from '../../src/kernel/ids.js';
import { type WireName, wireNames } from '../../src/kernel/wire.js';
import { tableInput } from '../../tools/parity-table/input.js';
import type { DocumentedRow } from '../../tools/parity-table/read.js';
import { planOf } from '../../tools/parity-table/served.js';
import { schemas } from '../support/in-process.js';
import { examples } from './operations/examples.js';
import { type Exchange, recorded } from './operations/record.js';
import { DC, group, type Ids, madeBy, type Operation, operations, prepare, READERS } from './operations/requests.js';
import { type Sender, type Sent, senders } from './operations/senders.js';
import { startMuster, type WireServer } from './server.js';

const { documented, served } = tableInput(new URL('../../', import.meta.url));
const isServed = (row: DocumentedRow) => row.versions.some((version) => served.serves(row, version));
const servedRows = documented.rows.filter(isServed);
const absentRows = documented.rows.filter((row) => !isServed(row));

const operationName = ({ key, method, path, paths }: DocumentedRow) => (paths.length === 1 ? key : `nested ${method} ${path}`);
const GIVEN_STATUS = { GET: 200, POST: 201, PUT: 204, PATCH: 200, DELETE: 204 } as const;

function statusOf(row: DocumentedRow, operation: Operation, wire: WireName): number {
  const { status = GIVEN_STATUS[row.method] } = operation;
  return typeof status === 'number' ? status : status[wire];
}

/** A server of one profile with what its requests need. */
interface Stage {
  readonly server: WireServer;
  readonly ids: Ids;
}

let names = 0;

/** Ids into a documented path; a key that nobody named is that of the first member of its set. */
async function fill(template: string, ids: Ids, server: WireServer): Promise<{ path: string; ids: Ids }> {
  const found: Record<string, string> = { ...ids };
  let path = '';
  for (const part of template.split(/(\{[^}]*\})/)) {
    const [, name] = /^\{(.*)\}$/.exec(part) ?? [];
    if (name === undefined) path += part;
    else {
      found[name] ??= (await server.call('GET', path.replace(/\/$/, ''))).body?.value?.[0]?.id;
      if (found[name] === undefined) throw new Error(`nothing to call at ${path}`);
      path += encodeURIComponent(found[name]);
    }
  }
  return { path, ids: found };
}

async function run(row: DocumentedRow, template: string, version: Sent['version'], sender: Sender, wire: WireName, { server, ids }: Stage) {
  const operation = operations[operationName(row)] ?? {};
  const name = `name-${++names}`;
  const nested = row.paths.length > 1;
  const base = nested ? Object.fromEntries(Object.entries(ids).filter(([key]) => /OnPath/.test(key) || key === 'assignmentId')) : ids;
  const collection = nested ? (await fill(template.replace(/\/\{\w+Id\}$/, ''), base, server)).path : '';
  const arranged = (await operation.arrange?.({ server, ids: base, collection, made: madeBy(server), name })) ?? {};
  const filled = await fill(template, { ...base, ...arranged }, server);
  const query = operation.query === undefined ? '' : `?${operation.query}`;
  const request: Sent = {
    version,
    method: row.method,
    path: filled.path + query,
    body: operation.body?.(filled.ids, name),
    headers: operation.headers ?? {},
    plan: planOf(row.method, template, schemas[version]),
  };
  const token = await server.token(operation.scope === undefined ? {} : { scopes: [operation.scope] });
  const { result, failed, exchanges } = await recorded(() => sender.send(server.http, token, request));
  const label = `${sender.name} ${version} ${row.method} ${filled.path} (${wire})`;
  expect(exchanges, label).toHaveLength(1);
  const [exchange] = exchanges as readonly [Exchange];
  expect(`${exchange.status} ${exchange.status < 400 ? '' : exchange.text}`.trim(), label).toBe(
    `${statusOf(row, operation, wire)} ${exchange.status < 400 ? '' : exchange.text}`.trim(),
  );
  checkHeaders(exchange, label);
  checkBody(exchange, { row, operation, request, ids: filled.ids, origin: server.http, nested }, label);
  checkResult(result, failed, exchange, sender, label);
}

function checkHeaders({ method, sent, status, headers, text }: Exchange, label: string): void {
  const requestId = headers.get('request-id') ?? '';
  expect(isGuid(requestId), label).toBe(true);
  expect(headers.get('client-request-id'), label).toBe(sent.get('client-request-id') ?? requestId);
  expect(JSON.parse(headers.get('x-ms-ags-diagnostic') ?? '{}'), label).toHaveProperty('ServerInfo');
  expect(headers.get('vary'), label).toContain('Accept-Encoding');
  if (status >= 400) return;
  if (text === '') expect(headers.get('content-type'), label).toBeNull();
  if (status === 201) expect(headers.get('location'), label).toMatch(/^http:.*\('.*'\)$/);
  if (text.startsWith('{') && headers.get('content-type')?.startsWith('application/json')) {
    expect(headers.get('content-type'), label).toBe(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    );
    expect(headers.get('odata-version'), label).toBe('4.0');
  }
  if (method === 'DELETE') expect(text, label).toBe('');
}

interface Asked {
  readonly row: DocumentedRow;
  readonly operation: Operation;
  readonly request: Sent;
  readonly ids: Ids;
  readonly origin: string;
  readonly nested: boolean;
}

function checkBody({ status, text }: Exchange, asked: Asked, label: string): void {
  const { request, operation, origin, ids, nested, row } = asked;
  if (status >= 400) {
    expect(JSON.parse(text).error, label).toMatchObject({ code: 'ResourceNotFound', innerError: { 'request-id': expect.any(String) } });
    return;
  }
  if (text === '' || operation.context === null) return;
  if (request.plan.operation === 'count') {
    expect(text, label).toMatch(/^\d+$/);
    return;
  }
  const body = JSON.parse(text) as Record<string, unknown>;
  const [first, second] = Object.keys(body);
  expect(first, label).toBe('@odata.context');
  const fragment = operation.context?.(ids) ?? contextOf(request, row.path);
  const root = `${origin}/${request.version}/$metadata#`;
  if (nested) expect(body['@odata.context'], label).toMatch(new RegExp(`^.*/\\$metadata#${DC.slice(1)}\\('[^']+'\\)/\\w+(/\\$entity)?$`));
  else expect(body['@odata.context'], label).toBe(root + fragment);
  const entity = fragment.endsWith('/$entity');
  if (entity) expect(second === '@odata.type' ? Object.keys(body)[2] : second, label).toBe('id');
  if (Array.isArray(body.value)) for (const item of body.value) if (item?.id !== undefined) checkIdFirst(item, label);
}

function checkIdFirst(item: object, label: string): void {
  const [first, second] = Object.keys(item);
  expect(first === '@odata.type' ? second : first, label).toBe('id');
}

/** As the spec has it for what Intune contains: the path, its keys in parentheses, without casts. What the directory relates is of one set. */
function contextOf({ path, plan, method }: Sent, template: string): string {
  const single = !plan.collection || method !== 'GET';
  const relation = /^\/(groups|users|devices|me)(\/\{\w+\})?\/\w+$/.test(template) && !/^\/\w+\/\{\w+\}$/.test(template);
  if (relation) return `directoryObjects${single ? '/$entity' : ''}`;
  const segments = path
    .slice(1)
    .split('/')
    .filter((segment) => !segment.startsWith('microsoft.graph.'));
  const keys = template
    .split('/')
    .slice(1)
    .filter((segment) => !segment.startsWith('microsoft.graph.'));
  if (keys.at(-1)?.startsWith('{')) segments.pop();
  const set = segments.reduce((all, segment, at) =>
    keys[at]?.startsWith('{') ? `${all}('${decodeURIComponent(segment)}')` : `${all}/${segment}`,
  );
  return single ? `${set}/$entity` : set;
}

function checkResult(result: unknown, failed: boolean, { status, text }: Exchange, sender: Sender, label: string): void {
  if (status >= 400) {
    const { statusCode, responseStatusCode } = result as { statusCode?: number; responseStatusCode?: number };
    expect(statusCode ?? responseStatusCode, label).toBe(status);
    return;
  }
  if (failed) throw new Error(label, { cause: result });
  if (!text.startsWith('{') || result instanceof ArrayBuffer) return;
  const body = JSON.parse(text) as { id?: string; value?: unknown[] };
  const seen = result as { id?: string; value?: unknown[]; getValue?: () => Record<string, unknown> };
  if (typeof seen.getValue === 'function') expect(Object.keys(seen.getValue()), label).toEqual(Object.keys(body));
  else if (body.id !== undefined) expect(seen.id, label).toBe(body.id);
  else if (Array.isArray(body.value)) expect(seen.value, label).toHaveLength(body.value.length);
  else if (sender.name === 'microsoft-graph-client') expect(result, label).toEqual(body);
}

describe.each(wireNames)('--wire %s', (wire) => {
  let stage: Stage;
  beforeAll(async () => {
    const server = await startMuster('memory', 'docs', { wire });
    stage = { server, ids: await prepare(server) };
    await server.call('POST', `${DC}/${stage.ids.windows10GeneralId}/assignments`, { target: group(READERS) });
  });
  afterAll(() => stage?.server.close());

  it.each(servedRows.map((row) => [operationName(row), row] as const))('%s', async (_name, row) => {
    for (const sender of senders) {
      for (const version of row.versions) {
        if (!sender.versions.includes(version) || !served.serves(row, version)) continue;
        for (const template of row.paths) await run(row, template, version, sender, wire, stage);
      }
    }
  });

  it.each(examples.flatMap((example) => senders.map((sender) => [example.what, sender.name, example, sender] as const)))(
    '%s (%s)',
    async (_what, _client, { method, path: pathOf, body, headers = {}, status, check }, sender) => {
      const { server, ids } = stage;
      const path = pathOf(ids);
      const plan = planOf(method, path, schemas.beta);
      const token = await server.token();
      const { exchanges } = await recorded(() => sender.send(server.http, token, { version: 'beta', method, path, body, headers, plan }));
      const [exchange] = exchanges as readonly [Exchange];
      expect([exchange.status, status >= 400 ? '' : exchange.text.slice(0, 300)]).toEqual([status, expect.anything()]);
      check(JSON.parse(exchange.text), ids, `${server.http}/beta/$metadata#`, exchange.headers);
    },
  );

  it.each(absentRows.map((row) => [row.key, row] as const))('refuses %s', async (_key, row) => {
    const { server, ids } = stage;
    for (const version of row.versions) {
      const path = row.paths[0]?.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(ids[name] ?? 'nothing')) ?? '';
      const answer = await server.call(row.method, `/${version}${path}`, row.method === 'GET' || row.method === 'DELETE' ? undefined : {});
      expect([400, 404, 405], `${version} ${answer.text}`).toContain(answer.status);
      expect(answer.body.error.code, version).toMatch(/./);
    }
  });
});

it('knows of no operation that is not documented', () => {
  const known = new Set(servedRows.map(operationName));
  expect(Object.keys(operations).filter((name) => !known.has(name))).toEqual([]);
});
