/** Groups, filters and policy sets through the two official clients, behind one face. The SDK's own models carry what is sent and read. */
import { HttpMethod, type Parsable, type ParsableFactory } from '@microsoft/kiota-abstractions';
import * as models from '@microsoft/msgraph-beta-sdk/models/index.js';
import { graphClient, kiotaAdapter, kiotaCall, kiotaErrors, kiotaRequest } from './clients.js';

export interface FilterTable {
  readonly TotalRowCount: number;
  readonly Columns: readonly { readonly Name: string }[];
  readonly Values: readonly (readonly unknown[])[];
}

/** A policy set by the ids of its configurations and groups. */
export interface PolicySetContent {
  readonly configurations: readonly string[];
  readonly groups: readonly string[];
}

export interface ManagementClient {
  createGroup(displayName: string): Promise<string>;
  deleteGroup(id: string): Promise<void>;
  addMember(groupId: string, memberId: string): Promise<void>;
  removeMember(groupId: string, memberId: string): Promise<void>;
  members(groupId: string, nested?: boolean): Promise<readonly string[]>;
  createFilter(displayName: string, rule: string): Promise<string>;
  changeRule(id: string, rule: string): Promise<string>;
  isValidRule(rule: string): Promise<boolean>;
  evaluate(rule: string): Promise<FilterTable>;
  deleteFilter(id: string): Promise<void>;
  createPolicySet(displayName: string, content: PolicySetContent): Promise<string>;
  readPolicySet(id: string): Promise<PolicySetContent>;
  updatePolicySet(id: string, added: readonly string[], groups: readonly string[]): Promise<void>;
  deletePolicySet(id: string): Promise<void>;
}

const FILTERS = '/deviceManagement/assignmentFilters';
const EVALUATE = '/deviceManagement/evaluateAssignmentFilter';
const POLICY_SETS = '/deviceAppManagement/policySets';
const WINDOWS = 'windows10AndLater';
const ITEM = '#microsoft.graph.deviceConfigurationPolicySetItem';
const GROUP_TARGET = '#microsoft.graph.groupAssignmentTarget';

const groupBody = (displayName: string) => ({ displayName, mailEnabled: false, mailNickname: displayName, securityEnabled: true });
const idsOf = (page: { readonly value?: readonly { readonly id?: string | null }[] | null }) =>
  (page.value ?? []).map(({ id }) => id ?? '');

// --- @microsoft/microsoft-graph-client ------------------------------------------------------------------------------------------------

export function graphClientManagement(origin: string, token: string): ManagementClient {
  const client = graphClient(origin, token);
  const item = (payloadId: string) => ({ '@odata.type': ITEM, payloadId });
  const assignment = (groupId: string) => ({ target: { '@odata.type': GROUP_TARGET, groupId } });
  return {
    createGroup: async (displayName) => (await client.api('/groups').post(groupBody(displayName))).id,
    deleteGroup: (id) => client.api(`/groups/${id}`).delete(),
    addMember: (groupId, memberId) =>
      client.api(`/groups/${groupId}/members/$ref`).post({ '@odata.id': `${origin}/beta/directoryObjects/${memberId}` }),
    removeMember: (groupId, memberId) => client.api(`/groups/${groupId}/members/${memberId}/$ref`).delete(),
    members: async (groupId, nested) => idsOf(await client.api(`/groups/${groupId}/${nested ? 'transitiveMembers' : 'members'}`).get()),
    createFilter: async (displayName, rule) => (await client.api(FILTERS).post({ displayName, platform: WINDOWS, rule })).id,
    changeRule: async (id, rule) => (await client.api(`${FILTERS}/${id}`).patch({ rule })).rule,
    async isValidRule(rule) {
      const deviceAndAppManagementAssignmentFilter = { displayName: 'x', platform: WINDOWS, rule };
      return (await client.api(`${FILTERS}/validateFilter`).post({ deviceAndAppManagementAssignmentFilter })).isValidRule;
    },
    async evaluate(rule) {
      const answer: Response = await client
        .api(EVALUATE)
        .responseType('raw' as never)
        .post({ data: { platform: WINDOWS, rule } });
      return (await answer.json()) as FilterTable;
    },
    deleteFilter: (id) => client.api(`${FILTERS}/${id}`).delete(),
    createPolicySet: async (displayName, { configurations, groups }) =>
      (await client.api(POLICY_SETS).post({ displayName, items: configurations.map(item), assignments: groups.map(assignment) })).id,
    async readPolicySet(id) {
      const { items, assignments } = await client.api(`${POLICY_SETS}/${id}`).expand('items,assignments').get();
      return {
        configurations: items.map(({ payloadId }: { payloadId: string }) => payloadId),
        groups: assignments.map(({ target }: { target: { groupId: string } }) => target.groupId),
      };
    },
    updatePolicySet: (id, added, groups) =>
      client.api(`${POLICY_SETS}/${id}/update`).post({ addedPolicySetItems: added.map(item), assignments: groups.map(assignment) }),
    deletePolicySet: (id) => client.api(`${POLICY_SETS}/${id}`).delete(),
  };
}

// --- @microsoft/msgraph-beta-sdk ------------------------------------------------------------------------------------------------------

type Write<T extends Parsable> = NonNullable<Parameters<typeof kiotaCall<Parsable, T>>[5]>;

/** Bodies of actions: the npm package holds no models of these, for they live beside the request builders. */
interface EvaluateBody extends Parsable {
  readonly data: models.AssignmentFilterEvaluateRequest;
}
interface ValidateBody extends Parsable {
  readonly filter: models.DeviceAndAppManagementAssignmentFilter;
}
interface UpdateBody extends Parsable {
  readonly added: models.PolicySetItem[];
  readonly assignments: models.PolicySetAssignment[];
}

const writeEvaluate: Write<EvaluateBody> = (writer, body) =>
  writer.writeObjectValue('data', body?.data, models.serializeAssignmentFilterEvaluateRequest);
const writeValidate: Write<ValidateBody> = (writer, body) =>
  writer.writeObjectValue('deviceAndAppManagementAssignmentFilter', body?.filter, models.serializeDeviceAndAppManagementAssignmentFilter);
const writeUpdate: Write<UpdateBody> = (writer, body) => {
  writer.writeCollectionOfObjectValues('addedPolicySetItems', body?.added, models.serializePolicySetItem);
  writer.writeCollectionOfObjectValues('assignments', body?.assignments, models.serializePolicySetAssignment);
};

const oneGroup = models.createGroupFromDiscriminatorValue as ParsableFactory<models.Group>;
const oneFilter =
  models.createDeviceAndAppManagementAssignmentFilterFromDiscriminatorValue as ParsableFactory<models.DeviceAndAppManagementAssignmentFilter>;
const oneValidation =
  models.createAssignmentFilterValidationResultFromDiscriminatorValue as ParsableFactory<models.AssignmentFilterValidationResult>;
const onePolicySet = models.createPolicySetFromDiscriminatorValue as ParsableFactory<models.PolicySet>;
const manyObjects =
  models.createDirectoryObjectCollectionResponseFromDiscriminatorValue as ParsableFactory<models.DirectoryObjectCollectionResponse>;

export function kiotaManagement(origin: string, token: string): ManagementClient {
  const adapter = kiotaAdapter(origin, token);
  const remove = (path: string) => adapter.sendNoResponseContent(kiotaRequest(adapter, HttpMethod.DELETE, path), kiotaErrors);
  const item = (payloadId: string): models.PolicySetItem => ({ odataType: ITEM, payloadId });
  // The SDK's serialiser drops the members of derived targets: these travel as additional data.
  const assignment = (groupId: string): models.PolicySetAssignment => ({
    target: { odataType: GROUP_TARGET, additionalData: { groupId } },
  });
  const filter = (more: object): models.DeviceAndAppManagementAssignmentFilter => more;
  const send = async <T extends Parsable>(path: string, body: T, write: Write<T>) => {
    const information = kiotaRequest(adapter, HttpMethod.POST, path);
    information.setContentFromParsable(adapter, 'application/json', body, write);
    await adapter.sendNoResponseContent(information, kiotaErrors);
  };
  return {
    async createGroup(displayName) {
      const write = models.serializeGroup as Write<models.Group>;
      return (await kiotaCall(adapter, HttpMethod.POST, '/groups', oneGroup, groupBody(displayName) as models.Group, write))?.id ?? '';
    },
    deleteGroup: (id) => remove(`/groups/${id}`),
    addMember: (groupId, memberId) =>
      send(
        `/groups/${groupId}/members/$ref`,
        { odataId: `${origin}/beta/directoryObjects/${memberId}` } as models.ReferenceCreate,
        models.serializeReferenceCreate as Write<models.ReferenceCreate>,
      ),
    removeMember: (groupId, memberId) => remove(`/groups/${groupId}/members/${memberId}/$ref`),
    async members(groupId, nested) {
      const path = `/groups/${groupId}/${nested ? 'transitiveMembers' : 'members'}`;
      return idsOf((await kiotaCall(adapter, HttpMethod.GET, path, manyObjects)) ?? {});
    },
    async createFilter(displayName, rule) {
      const write = models.serializeDeviceAndAppManagementAssignmentFilter as Write<models.DeviceAndAppManagementAssignmentFilter>;
      const body = filter({ displayName, platform: WINDOWS, rule });
      return (await kiotaCall(adapter, HttpMethod.POST, FILTERS, oneFilter, body, write))?.id ?? '';
    },
    async changeRule(id, rule) {
      const write = models.serializeDeviceAndAppManagementAssignmentFilter as Write<models.DeviceAndAppManagementAssignmentFilter>;
      return (await kiotaCall(adapter, HttpMethod.PATCH, `${FILTERS}/${id}`, oneFilter, filter({ rule }), write))?.rule ?? '';
    },
    async isValidRule(rule) {
      const body: ValidateBody = { filter: filter({ displayName: 'x', platform: WINDOWS, rule }) };
      const answer = await kiotaCall(adapter, HttpMethod.POST, `${FILTERS}/validateFilter`, oneValidation, body, writeValidate);
      return answer?.isValidRule ?? false;
    },
    async evaluate(rule) {
      const information = kiotaRequest(adapter, HttpMethod.POST, EVALUATE);
      information.headers.clear();
      information.headers.add('Accept', 'application/octet-stream');
      const body: EvaluateBody = { data: { platform: WINDOWS, rule } };
      information.setContentFromParsable(adapter, 'application/json', body, writeEvaluate);
      const bytes = await adapter.sendPrimitive<ArrayBuffer>(information, 'ArrayBuffer', kiotaErrors);
      return JSON.parse(new TextDecoder().decode(bytes)) as FilterTable;
    },
    deleteFilter: (id) => remove(`${FILTERS}/${id}`),
    async createPolicySet(displayName, { configurations, groups }) {
      const body: models.PolicySet = { displayName, items: configurations.map(item), assignments: groups.map(assignment) };
      const write = models.serializePolicySet as Write<models.PolicySet>;
      return (await kiotaCall(adapter, HttpMethod.POST, POLICY_SETS, onePolicySet, body, write))?.id ?? '';
    },
    async readPolicySet(id) {
      const set = await kiotaCall(adapter, HttpMethod.GET, `${POLICY_SETS}/${id}?$expand=items,assignments`, onePolicySet);
      return {
        configurations: (set?.items ?? []).map(({ payloadId }) => payloadId ?? ''),
        groups: (set?.assignments ?? []).map(({ target }) => (target as models.GroupAssignmentTarget | undefined)?.groupId ?? ''),
      };
    },
    updatePolicySet: (id, added, groups) =>
      send<UpdateBody>(`${POLICY_SETS}/${id}/update`, { added: added.map(item), assignments: groups.map(assignment) }, writeUpdate),
    deletePolicySet: (id) => remove(`${POLICY_SETS}/${id}`),
  };
}
