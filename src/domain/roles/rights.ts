/** What a signed-in user's Intune role assignments allow, and on which objects (graph-api spec 6.2, scope tags). */
import type { Caller } from '../../kernel/caller.js';
import { graphError } from '../../kernel/errors.js';
import type { JsonValue } from '../../kernel/json.js';
import { readMember } from '../../kernel/json-member.js';
import type { Expression } from '../../query/expression.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { DEFAULT_TAG, heldRoles, ROLE_ASSIGNMENTS, ROLE_DEFINITIONS, type RoleSource, textsOf } from './held-roles.js';
import { ANY_ROLE } from './resource-actions.js';
import { type TargetScope, targetScope } from './target-scope.js';

export { DEFAULT_TAG, ROLE_ASSIGNMENTS, ROLE_DEFINITIONS };
export const ROLE_SCOPE_TAGS = 'deviceManagement/roleScopeTags';

/** What the role assignments that allow an action reach, by action (lower case). */
export interface IntuneRights {
  /** Scope tags of the objects they reach. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whom they may target: each role assignment its own, or everybody as soon as one of them has no bounds. */
  readonly targets: ReadonlyMap<string, readonly TargetScope[] | 'everybody'>;
}

/**
 * The rights of a delegated caller who is no administrator of the directory. A role assignment without scope tags reaches the objects of
 * the default tag.
 * @throws GraphError callerWithoutRole (401) when no role assignment holds the user
 */
export async function intuneRights(caller: Caller, source: RoleSource): Promise<IntuneRights> {
  const held = caller.userId === undefined ? [] : await heldRoles(caller.userId, source);
  if (held.length === 0) throw graphError('callerWithoutRole', { user: nameOf(caller) });
  const tags = new Map<string, Set<string>>();
  const targets = new Map<string, readonly TargetScope[] | 'everybody'>();
  for (const role of held) {
    const scope = targetScope(role.assignment);
    for (const action of role.actions.keys()) {
      const known = tags.get(action) ?? new Set();
      for (const tag of role.tags) known.add(tag);
      tags.set(action, known);
      const others = targets.get(action) ?? [];
      targets.set(action, scope === undefined || others === 'everybody' ? 'everybody' : [...others, scope]);
    }
  }
  return { tags, targets };
}

function nameOf(caller: Caller): string {
  return caller.userPrincipalName ?? caller.userId ?? 'unknown';
}

/** @throws GraphError roleActionMissing (403); nothing where the caller's rights have no bounds */
export function requireAction(action: string, context: Pick<DomainContext, 'caller' | 'rights'>): void {
  const { rights } = context;
  if (rights === undefined || action === ANY_ROLE || rights.tags.has(action.toLowerCase())) return;
  throw graphError('roleActionMissing', { user: nameOf(context.caller), action });
}

interface Scoped {
  /** Property that holds the scope tags. */
  readonly property: string;
  readonly read: string;
}

/** Sets whose objects carry scope tags, and so show only to who reaches one of them. */
const SCOPED: ReadonlyMap<string, Scoped> = new Map([
  ['deviceManagement/deviceConfigurations', { property: 'roleScopeTagIds', read: 'microsoft.intune_deviceconfigurations_read' }],
  ['deviceManagement/managedDevices', { property: 'roleScopeTagIds', read: 'microsoft.intune_manageddevices_read' }],
  ['deviceManagement/assignmentFilters', { property: 'roleScopeTags', read: 'microsoft.intune_assignmentfilter_read' }],
  ['deviceAppManagement/policySets', { property: 'roleScopeTags', read: 'microsoft.intune_policysets_read' }],
]);

type Asking = Pick<DomainContext, 'caller' | 'rights'>;

/** Whether the caller's scope tags let an object show. */
export function isVisible(stored: StoredEntity, { rights }: Asking): boolean {
  const scoped = rights === undefined ? undefined : SCOPED.get(stored.set);
  return scoped === undefined || reaches(stored, scoped, rights?.tags.get(scoped.read));
}

/**
 * An object that shows may still lie outside what the action reaches.
 * @throws GraphError scopeTagsForbidden (403)
 */
export function requireReach(stored: StoredEntity, action: string, { rights, caller }: Asking): void {
  const scoped = rights === undefined ? undefined : SCOPED.get(stored.set);
  if (scoped === undefined || action === ANY_ROLE || reaches(stored, scoped, rights?.tags.get(action.toLowerCase()))) return;
  throw graphError('scopeTagsForbidden', { user: nameOf(caller), tags: tagsOf(stored, scoped) });
}

function tagsOf(stored: StoredEntity, { property }: Scoped): readonly string[] {
  const tags = textsOf(readMember(stored.json, property));
  return tags.length === 0 ? [DEFAULT_TAG] : tags;
}

function reaches(stored: StoredEntity, scoped: Scoped, tags: ReadonlySet<string> | undefined): boolean {
  return tags !== undefined && tagsOf(stored, scoped).some((tag) => tags.has(tag));
}

/**
 * The scope tags of a new or changed object: who gives none gives his own; who gives some may give those only that he holds, besides those
 * that stand already.
 * @param given the body's tags, undefined where it has none
 * @param standing the object's tags so far, undefined for a new object
 * @throws GraphError scopeTagsForbidden (403)
 */
export function grantedTags(
  given: JsonValue | undefined,
  standing: JsonValue | undefined,
  action: string,
  { rights, caller }: Asking,
): readonly string[] | undefined {
  const wanted = given === undefined ? undefined : textsOf(given);
  const own = rights?.tags.get(action.toLowerCase());
  if (own === undefined) return standing === undefined || wanted !== undefined ? (wanted?.length ? wanted : [DEFAULT_TAG]) : undefined;
  if (wanted === undefined || wanted.length === 0) return standing === undefined || wanted !== undefined ? [...own].sort() : undefined;
  const kept = new Set(textsOf(standing));
  const foreign = wanted.filter((tag) => !own.has(tag) && !kept.has(tag));
  if (foreign.length > 0) throw graphError('scopeTagsForbidden', { user: nameOf(caller), tags: foreign });
  return wanted;
}

const IT: Expression = { kind: 'variable', name: '$it' };
const TAG = '$tag';

/** What a list of the set is narrowed to; undefined where everything shows. */
export function visibleFilter(set: string, context: Pick<DomainContext, 'rights' | 'beta' | 'surface'>): Expression | undefined {
  const scoped = context.rights === undefined ? undefined : SCOPED.get(set);
  const property =
    scoped === undefined ? undefined : context.beta.types.get(context.surface.sets.get(set)?.type ?? '')?.properties.get(scoped.property);
  if (scoped === undefined || property === undefined) return undefined;
  const { name, type, collection } = property;
  const tags = context.rights?.tags.get(scoped.read) ?? new Set<string>();
  const source: Expression = { kind: 'member', source: IT, name, cast: undefined, type, collection, navigation: false };
  const list = [...tags].map((value): Expression => ({ kind: 'literal', type: 'string', value }));
  const held: Expression = { kind: 'in', operand: { kind: 'variable', name: TAG }, list };
  const any: Expression = { kind: 'lambda', operator: 'any', source, variable: TAG, predicate: held };
  if (!tags.has(DEFAULT_TAG)) return any;
  const none: Expression = { kind: 'not', operand: { kind: 'lambda', operator: 'any', source, variable: TAG, predicate: undefined } };
  return { kind: 'binary', operator: 'or', left: any, right: none };
}
