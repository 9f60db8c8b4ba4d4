/** One request of any kind through each of the two official clients. */
import {
  createUntypedNodeFromDiscriminatorValue,
  HttpMethod,
  type Parsable,
  type ParsableFactory,
  type RequestInformation,
} from '@microsoft/kiota-abstractions';
import * as models from '@microsoft/msgraph-beta-sdk/models/index.js';
import type { Plan } from '../../../src/query/plan.js';
import { graphClient, kiotaAdapter, kiotaErrors, kiotaRequest } from '../clients.js';

export interface Sent {
  readonly version: 'beta' | 'v1.0';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the version, with its query. */
  readonly path: string;
  readonly body: object | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What the path is bound to, where a client needs to know what to expect. */
  readonly plan: Plan;
}

export interface Sender {
  readonly name: string;
  readonly versions: readonly Sent['version'][];
  /** What the client makes of the answer; throws its own error for what is not a success. */
  send(origin: string, token: string, request: Sent): Promise<unknown>;
}

const STREAM = 'Edm.Stream';

const microsoftGraphClient: Sender = {
  name: 'microsoft-graph-client',
  versions: ['beta', 'v1.0'],
  async send(origin, token, { version, method, path, body, headers, plan }) {
    const request = graphClient(origin, token).api(path).version(version).headers(headers);
    if (plan.call?.operation.returns?.type.name === STREAM) request.responseType('arraybuffer' as never);
    switch (method) {
      case 'GET':
        return await request.get();
      case 'POST':
        return await request.post(body ?? {});
      case 'PUT':
        return await request.put(body);
      case 'PATCH':
        return await request.patch(body);
      case 'DELETE':
        return await request.delete();
    }
  },
};

const betaSdk: Sender = {
  name: 'msgraph-beta-sdk',
  versions: ['beta'],
  async send(origin, token, { method, path, body, headers, plan }) {
    const adapter = kiotaAdapter(origin, token);
    const request = kiotaRequest(adapter, HttpMethod[method], path.replaceAll('$', '%24'));
    for (const [name, value] of Object.entries(headers)) {
      request.headers.delete(name);
      request.headers.add(name, value);
    }
    if (body !== undefined) writeBody(request, body, plan, adapter);
    const returns = plan.call?.operation.returns;
    if (returns?.type.name === STREAM) return await adapter.sendPrimitive(request, 'ArrayBuffer', kiotaErrors);
    if (plan.operation === 'count') return await adapter.sendPrimitive(request, 'number', kiotaErrors);
    if (
      method === 'DELETE' ||
      method === 'PUT' ||
      plan.operation === 'addReference' ||
      (plan.call !== undefined && returns === undefined)
    ) {
      return await adapter.sendNoResponseContent(request, kiotaErrors);
    }
    return await adapter.send(request, answerOf(plan), kiotaErrors);
  },
};

export const senders: readonly Sender[] = [microsoftGraphClient, betaSdk];

const sdk = models as unknown as Readonly<Record<string, unknown>>;
const pascal = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;

/** The SDK's own model of what the path holds. What functions return has models beside the request builders, which npm does not have. */
function answerOf({ type, collection, operation }: Plan): ParsableFactory<Parsable> {
  const name =
    type === undefined
      ? ''
      : `create${pascal(type.name)}${collection && operation !== 'create' ? 'CollectionResponse' : ''}FromDiscriminatorValue`;
  return (sdk[name] as ParsableFactory<Parsable> | undefined) ?? createUntypedNodeFromDiscriminatorValue;
}

/** Entities by the SDK's serialiser of their type; the parameters of an action and references as they are. */
function writeBody(request: RequestInformation, body: object, plan: Plan, adapter: ReturnType<typeof kiotaAdapter>): void {
  const named = (body as Readonly<Record<string, string>>)['@odata.type']?.replace('#microsoft.graph.', '');
  const write =
    plan.operation === 'create' || plan.operation === 'update' ? sdk[`serialize${pascal(named ?? plan.type?.name ?? '')}`] : undefined;
  if (write === undefined) {
    request.setStreamContent(new TextEncoder().encode(JSON.stringify(body)).buffer as ArrayBuffer, 'application/json');
    return;
  }
  request.setContentFromParsable(adapter, 'application/json', toModel(body) as Parsable, write as never);
}

const TARGET_MEMBERS = new Set(['@odata.type', 'deviceAndAppManagementAssignmentFilterId', 'deviceAndAppManagementAssignmentFilterType']);

/** JSON as the SDK's models have it. Its serialiser writes a target as the base type (kiota#6777): the rest goes by additional data. */
function toModel(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(toModel);
  if (typeof json !== 'object' || json === null) return json;
  const model: Record<string, unknown> = {};
  const additionalData: Record<string, unknown> = {};
  const target = String((json as Readonly<Record<string, unknown>>)['@odata.type'] ?? '').endsWith('AssignmentTarget');
  for (const [name, value] of Object.entries(json)) {
    if (name === '@odata.type') model.odataType = value;
    else if (name.includes('@') || (target && !TARGET_MEMBERS.has(name))) additionalData[name] = value;
    else model[name] = toModel(value);
  }
  return Object.keys(additionalData).length === 0 ? model : { ...model, additionalData };
}
