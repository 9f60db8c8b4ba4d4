/** Where a bound path leads once the data has been looked at. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { SERVICE_PATH } from '../../kernel/service-path.js';
import type { NavigationProperty, Property, StructuredType } from '../../model/schema.js';
import type { SetAddress } from '../../query/outcome.js';
import type { PathStep, Plan } from '../../query/plan.js';
import type { StoredEntity } from '../../storage/store.js';

/** An entity that was read. */
export interface Found {
  readonly stored: StoredEntity;
  /** Runtime type in the schema of the request. */
  readonly type: StructuredType;
  readonly json: () => JsonObject;
  /** The set it is a member of. */
  readonly address: SetAddress;
}

export type Place =
  | { readonly kind: 'singleton'; readonly set: string; readonly type: StructuredType }
  | { readonly kind: 'set'; readonly address: SetAddress; readonly owner: Found | undefined; readonly cast: StructuredType | undefined }
  | { readonly kind: 'entity'; readonly found: Found; readonly owner: Found | undefined; readonly through: NavigationProperty | undefined }
  /** A collection-valued reference, e.g. `rootCertificatesForServerValidation`, `members`. */
  | { readonly kind: 'references'; readonly owner: Found; readonly property: NavigationProperty; readonly cast: StructuredType | undefined }
  /** A single-valued reference, set or not. */
  | { readonly kind: 'reference'; readonly owner: Found; readonly property: NavigationProperty; readonly found: Found | undefined }
  | { readonly kind: 'property'; readonly owner: Found; readonly property: Property; readonly value: JsonValue | undefined };

/** An entity as read, parsed at most once. */
export function makeFound(stored: StoredEntity, type: StructuredType, address: SetAddress): Found {
  let parsed: JsonObject | undefined;
  return { stored, type, address, json: () => (parsed ??= JSON.parse(stored.json) as JsonObject) };
}

/** The containment path of what lies below an entity. */
export function childParent(owner: StoredEntity): string {
  return owner.parent === '' ? owner.id : `${owner.parent}/${owner.id}`;
}

const TEMPLATE: Record<PathStep['kind'], string> = {
  singleton: 'singleton',
  entitySet: 'entityset',
  navigation: 'navigation',
  derivedNavigation: 'navigation',
  key: 'key',
  cast: 'cast',
  property: 'property',
};

/**
 * The service's answer to a path that the model allows and nothing serves: `No OData route exists that match template
 * ~/singleton/navigation/key/navigation with http verb POST …` (graph-api spec 5.4).
 */
export function routeMissing(plan: Plan): Error {
  const steps = plan.path.map((step) => TEMPLATE[step.kind]);
  if (plan.call !== undefined) steps.push(plan.call.operation.kind);
  if (plan.operation.endsWith('Reference')) steps.push('$ref');
  const path = `${SERVICE_PATH}/${pathText(plan)}`;
  return graphError('routeMissing', { template: `~/${steps.join('/')}`, verb: plan.method, path });
}

/** A bound path in canonical form, keys in parentheses. */
function pathText(plan: Plan): string {
  let text = '';
  for (const step of plan.path) {
    if (step.kind === 'key') text += `('${step.value.replaceAll("'", "''")}')`;
    else if (step.kind === 'cast') text += `/microsoft.graph.${step.type.name}`;
    else text += `/${'name' in step ? step.name : step.property.name}`;
  }
  if (plan.call !== undefined) text += `/microsoft.management.services.api.${plan.call.operation.name}`;
  return text.slice(1);
}
