/**
 * The two official clients behind one face, so that a table can drive both. Requests and answers pass through what each library itself
 * writes and reads; a change to an assignment is given as Graph writes it and is put into the model where the client has one.
 */
import {
  BaseBearerTokenAuthenticationProvider,
  HttpMethod,
  type Parsable,
  type ParsableFactory,
  RequestInformation,
} from '@microsoft/kiota-abstractions';
import {
  Client,
  type Context,
  HTTPMessageHandler,
  type Middleware,
  PageIterator,
  RetryHandler,
  TelemetryHandler,
} from '@microsoft/microsoft-graph-client';
import { GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk';
import * as models from '@microsoft/msgraph-beta-sdk/models/index.js';
import { createODataErrorFromDiscriminatorValue } from '@microsoft/msgraph-beta-sdk/models/oDataErrors/index.js';

/** An assignment as its JSON says it, whatever the client made of it. */
export interface Assignment {
  readonly id?: string;
  readonly intent?: string;
  readonly source?: string;
  readonly sourceId?: string;
  readonly target?: Readonly<Record<string, unknown>>;
}

export interface AssignmentClient {
  list(path: string): Promise<readonly Assignment[]>;
  get(path: string): Promise<Assignment>;
  create(path: string, assignment: Assignment): Promise<Assignment>;
  update(path: string, assignment: Assignment): Promise<Assignment>;
  remove(path: string): Promise<void>;
  assign(path: string, assignments: readonly Assignment[]): Promise<readonly Assignment[]>;
}

// --- @microsoft/microsoft-graph-client ------------------------------------------------------------------------------------------------

/** Over http the library's own chain drops the token: its documented way out is a chain of one's own. */
export function graphClient(origin: string, token: string): Client {
  const authorization: Middleware & { next?: Middleware } = {
    async execute(context: Context) {
      const headers = new Headers(context.options?.headers as Headers | undefined);
      headers.set('Authorization', `Bearer ${token}`);
      context.options = { ...context.options, headers: Object.fromEntries(headers) };
      await this.next?.execute(context);
    },
    setNext(next: Middleware) {
      this.next = next;
    },
  };
  const chain: Middleware[] = [authorization, new RetryHandler(), new TelemetryHandler(), new HTTPMessageHandler()];
  for (const [index, middleware] of chain.entries()) {
    const next = chain[index + 1];
    if (next !== undefined) middleware.setNext?.(next);
  }
  return Client.initWithMiddleware({ middleware: authorization, baseUrl: `${origin}/`, defaultVersion: 'beta' });
}

export function graphClientAssignments(origin: string, token: string): AssignmentClient {
  const client = graphClient(origin, token);
  return {
    async list(path) {
      const found: Assignment[] = [];
      const all = new PageIterator(client, await client.api(path).get(), (item) => {
        found.push(item as Assignment);
        return true;
      });
      await all.iterate();
      return found;
    },
    get: async (path) => plain(await client.api(path).get()),
    create: async (path, assignment) => plain(await client.api(path).post(assignment)),
    update: async (path, assignment) => plain(await client.api(path).patch(assignment)),
    remove: (path) => client.api(path).delete(),
    assign: async (path, assignments) => (await client.api(path).post({ assignments })).value,
  };
}

/** Without the annotations, which differ between a write and a read. */
function plain(answer: object): Assignment {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !name.startsWith('@')));
}

// --- @microsoft/msgraph-beta-sdk ------------------------------------------------------------------------------------------------------

export function kiotaAdapter(origin: string, token: string): GraphBetaRequestAdapter {
  const adapter = new GraphBetaRequestAdapter(
    new BaseBearerTokenAuthenticationProvider({
      getAuthorizationToken: async () => token,
      getAllowedHostsValidator: () => ({ isUrlHostValid: () => true }) as never,
    }),
  );
  adapter.baseUrl = `${origin}/beta`;
  return adapter;
}

/** @param path below the version, with its query if it has one */
export function kiotaRequest(adapter: GraphBetaRequestAdapter, method: HttpMethod, path: string): RequestInformation {
  const information = new RequestInformation(method, `{+baseurl}${path.replace(/^\/beta/, '')}`, { baseurl: adapter.baseUrl });
  information.headers.add('Accept', 'application/json');
  return information;
}

export const kiotaErrors = { XXX: createODataErrorFromDiscriminatorValue };

type Serializer<T extends Parsable> = Parameters<typeof RequestInformation.prototype.setContentFromParsable<T>>[3];

export function kiotaCall<A extends Parsable, B extends Parsable>(
  adapter: GraphBetaRequestAdapter,
  method: HttpMethod,
  path: string,
  answer: ParsableFactory<A>,
  body?: B,
  serializer?: Serializer<B>,
): Promise<A | undefined> {
  const information = kiotaRequest(adapter, method, path);
  if (body !== undefined) information.setContentFromParsable(adapter, 'application/json', body, serializer as Serializer<B>);
  return adapter.send(information, answer, kiotaErrors);
}

/**
 * Into the SDK's model. Its serialiser writes a target as the base type and drops the members of the derived one
 * (microsoftgraph/msgraph-beta-sdk-typescript, kiota#6777), so these go where it does write them: additional data.
 */
function toModel({ id, intent, source, target = {} }: Assignment): models.DeviceConfigurationAssignment {
  const {
    '@odata.type': odataType,
    deviceAndAppManagementAssignmentFilterId: filterId,
    deviceAndAppManagementAssignmentFilterType: filterType,
    ...own
  } = target;
  return {
    ...(id === undefined ? {} : { id }),
    ...(intent === undefined ? {} : { intent: intent as models.DeviceConfigAssignmentIntent }),
    ...(source === undefined ? {} : { source: source as models.DeviceAndAppManagementAssignmentSource }),
    ...(odataType === undefined
      ? {}
      : {
          target: {
            odataType: odataType as string,
            ...(filterId === undefined ? {} : { deviceAndAppManagementAssignmentFilterId: filterId as string | null }),
            ...(filterType === undefined
              ? {}
              : { deviceAndAppManagementAssignmentFilterType: filterType as models.DeviceAndAppManagementAssignmentFilterType }),
            additionalData: own,
          },
        }),
  };
}

function fromModel(model: models.DeviceConfigurationAssignment | undefined): Assignment {
  if (model === undefined) throw new Error('the answer is empty');
  const { id, intent, source, sourceId, target } = model;
  // The SDK reads null as undefined.
  const {
    odataType,
    additionalData,
    backingStoreEnabled: _store,
    deviceAndAppManagementAssignmentFilterId = null,
    ...own
  } = (target ?? {}) as Record<string, unknown>;
  return JSON.parse(
    JSON.stringify({
      id,
      intent,
      source,
      sourceId,
      target: { '@odata.type': odataType, deviceAndAppManagementAssignmentFilterId, ...own, ...(additionalData as object) },
    }),
  );
}

const oneAssignment =
  models.createDeviceConfigurationAssignmentFromDiscriminatorValue as ParsableFactory<models.DeviceConfigurationAssignment>;
const manyAssignments =
  models.createDeviceConfigurationAssignmentCollectionResponseFromDiscriminatorValue as ParsableFactory<models.DeviceConfigurationAssignmentCollectionResponse>;

/** The body of `assign`; the npm package holds no model of it, for it lives beside the request builder. */
interface AssignBody extends Parsable {
  readonly assignments: models.DeviceConfigurationAssignment[];
}

export function kiotaAssignments(origin: string, token: string): AssignmentClient {
  const adapter = kiotaAdapter(origin, token);
  const write = models.serializeDeviceConfigurationAssignment as Serializer<models.DeviceConfigurationAssignment>;
  const writeAssign: Serializer<AssignBody> = (writer, body) =>
    writer.writeCollectionOfObjectValues('assignments', body?.assignments, models.serializeDeviceConfigurationAssignment);
  return {
    list: async (path) => ((await kiotaCall(adapter, HttpMethod.GET, path, manyAssignments))?.value ?? []).map(fromModel),
    get: async (path) => fromModel(await kiotaCall(adapter, HttpMethod.GET, path, oneAssignment)),
    create: async (path, assignment) =>
      fromModel(await kiotaCall(adapter, HttpMethod.POST, path, oneAssignment, toModel(assignment), write)),
    update: async (path, assignment) =>
      fromModel(await kiotaCall(adapter, HttpMethod.PATCH, path, oneAssignment, toModel(assignment), write)),
    remove: (path) => adapter.sendNoResponseContent(kiotaRequest(adapter, HttpMethod.DELETE, path), kiotaErrors),
    async assign(path, assignments) {
      const body: AssignBody = { assignments: assignments.map(toModel) };
      const answer = await kiotaCall(adapter, HttpMethod.POST, path, manyAssignments, body, writeAssign);
      return (answer?.value ?? []).map(fromModel);
    },
  };
}
