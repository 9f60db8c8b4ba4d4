/** A change record as an audit event: who did what to which object, and what it said before and after. */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { Surface } from '../../model/surface.js';
import type { Change } from '../../storage/store.js';
import { type AuditOperation, activityType, capital, categoryOf } from './areas.js';

/** The position of a change in the tenant's records. */
export interface EventPlace {
  readonly sequence: number;
  readonly ordinal: number;
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** An event's id is a GUID (version 8: free for its maker) that holds its place. */
export function eventId({ sequence, ordinal }: EventPlace): string {
  const at = hex(sequence, 12);
  return `${at.slice(0, 8)}-${at.slice(8)}-8000-8000-${hex(ordinal, 12)}`;
}

export function placeOf(id: string): EventPlace | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-8000-8000-([0-9a-f]{12})$/i.exec(id);
  if (match === null) return undefined;
  const [sequence, ordinal] = [Number.parseInt(`${match[1]}${match[2]}`, 16), Number.parseInt(match[3] ?? '', 16)];
  return sequence > 0 && Number.isSafeInteger(ordinal) ? { sequence, ordinal } : undefined;
}

/** Whether a change is told of as an event. */
export function isAudited(change: Change, surface: Surface): boolean {
  const set = change.key?.set;
  return set !== undefined && (change.kind === 'put' || change.kind === 'delete') && categoryOf(set) !== undefined && surface.sets.has(set);
}

/** @param change one that `isAudited` */
export function auditEvent(change: Change, surface: Surface): JsonObject {
  const before = parsed(change.before);
  const after = parsed(change.after);
  return {
    ...auditSummary(change, surface),
    resources: [
      {
        displayName: displayNameOf(after) ?? displayNameOf(before) ?? null,
        type: `#microsoft.graph.${change.type ?? declaredType(change, surface)}`,
        auditResourceType: capital(change.type ?? declaredType(change, surface)),
        resourceId: change.key?.id ?? null,
        modifiedProperties: modified(before ?? {}, after ?? {}),
      },
    ],
  };
}

/** The property of an event that says what was changed, and from what to what. */
export const RESOURCES = 'resources';

function declaredType({ key, type }: Change, surface: Surface): string {
  return surface.sets.get(key?.set ?? '')?.type ?? type ?? '';
}

/** An event without its `resources`: what the record tells without its texts being read. */
export function auditSummary(change: Change, surface: Surface): JsonObject {
  const set = change.key?.set ?? '';
  const operation: AuditOperation = change.kind === 'delete' ? 'Delete' : change.before === undefined ? 'Create' : 'Patch';
  const declared = declaredType(change, surface);
  const activity = activityType(operation, declared);
  const category = categoryOf(set) ?? 'Other';
  return {
    id: eventId(change),
    displayName: activity,
    componentName: category,
    activity: null,
    activityDateTime: change.at,
    activityType: activity,
    activityOperationType: operation,
    activityResult: 'Success',
    // Everything that one request changed shares it.
    correlationId: eventId({ sequence: change.sequence, ordinal: 0 }),
    category,
    actor: actor(change.actor),
  };
}

function parsed(text: string | undefined): JsonObject | undefined {
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  return isObject(value) ? value : undefined;
}

function displayNameOf(entity: JsonObject | undefined): JsonValue | undefined {
  return entity?.displayName ?? entity?.deviceName ?? undefined;
}

function actor({ appId, userId, userPrincipalName }: JsonObject): JsonObject {
  const person = typeof userId === 'string';
  return {
    type: null,
    auditActorType: person ? 'ItPro' : 'Application',
    applicationId: appId ?? null,
    applicationDisplayName: null,
    userId: userId ?? null,
    userPrincipalName: userPrincipalName ?? null,
    servicePrincipalName: null,
    ipAddress: null,
    userPermissions: [],
    remoteTenantId: null,
    remoteUserId: null,
    userRoleScopeTags: [],
  };
}

/** Members that differ, those of complex values one by one (`Target.GroupId`). What says nothing before and after is left out. */
function modified(before: JsonObject, after: JsonObject, prefix = ''): readonly JsonObject[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    const shown = `${prefix}${capital(name)}`;
    if (isObject(old) || isObject(now)) return modified(isObject(old) ? old : {}, isObject(now) ? now : {}, `${shown}.`);
    const [oldValue, newValue] = [display(old), display(now)];
    return oldValue === newValue ? [] : [{ displayName: shown, oldValue, newValue }];
  });
}

function display(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
