/** The Intune roles that a user holds: his role assignments, each with its definition and what it reaches. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { Reader, StoredEntity } from '../../storage/store.js';
import { wholeSet } from '../read/whole-set.js';
import type { Resident } from '../resident.js';

export const ROLE_DEFINITIONS = 'deviceManagement/roleDefinitions';
export const ROLE_ASSIGNMENTS = 'deviceManagement/roleAssignments';
/** The scope tag of what carries none. */
export const DEFAULT_TAG = '0';

export interface RoleSource {
  readonly reader: Reader;
  readonly resident: Resident;
  readonly tenant: string;
}

export interface HeldRole {
  readonly assignment: JsonObject;
  /** Actions that the role allows, by their name in lower case. */
  readonly actions: ReadonlyMap<string, string>;
  /** Ids of the scope tags whose objects it reaches; never none. */
  readonly tags: readonly string[];
}

/** In the order of the assignments' ids. */
export async function heldRoles(userId: string, source: RoleSource): Promise<readonly HeldRole[]> {
  const { reader, tenant } = source;
  const assignments = await wholeSet(source, ROLE_ASSIGNMENTS);
  const held = assignments.length === 0 ? [] : await assignmentsOf(userId, assignments, source);
  return await Promise.all(
    held.map(async (stored): Promise<HeldRole> => {
      const reach = await reader.links(tenant, { kind: 'roleScopeTags', from: stored.id });
      const tags = reach.length === 0 ? [DEFAULT_TAG] : reach.map(({ to }) => to);
      return { assignment: JSON.parse(stored.json) as JsonObject, actions: await actionsOf(stored.id, source), tags };
    }),
  );
}

/** Members of a role assignment are groups, whose members hold the role, or users. */
async function assignmentsOf(userId: string, assignments: readonly StoredEntity[], { resident }: RoleSource) {
  const groups = new Set(await resident.groupsOf({ set: 'users', id: userId }, true));
  return assignments.filter((stored) =>
    textsOf((JSON.parse(stored.json) as JsonObject).members).some((id) => id === userId || groups.has(id)),
  );
}

async function actionsOf(assignmentId: string, { reader, tenant }: RoleSource): Promise<ReadonlyMap<string, string>> {
  const [link] = await reader.links(tenant, { kind: 'roleDefinition', from: assignmentId });
  const [definition] = link === undefined ? [] : await reader.read(tenant, [{ set: ROLE_DEFINITIONS, parent: '', id: link.to }]);
  return definition === undefined ? new Map() : allowedActions(JSON.parse(definition.json) as JsonObject);
}

/** Every action that a role definition allows and does not take back, by its name in lower case. */
export function allowedActions(definition: JsonObject): ReadonlyMap<string, string> {
  const allowed = new Map<string, string>();
  const refused: string[] = [];
  for (const permission of objectsOf(definition.rolePermissions)) {
    for (const action of objectsOf(permission.resourceActions)) {
      for (const name of textsOf(action.allowedResourceActions)) allowed.set(name.toLowerCase(), name);
      refused.push(...textsOf(action.notAllowedResourceActions));
    }
  }
  for (const name of refused) allowed.delete(name.toLowerCase());
  return allowed;
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

export function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((item) => typeof item === 'string') : [];
}
