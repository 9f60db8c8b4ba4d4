/** Device configurations of a built-in tenant: the profile, the profiles it refers to, and who is assigned to it. */

import { assignmentOperations, derivedAssignmentId } from '../../domain/assignments/records.js';
import { omaSecretKey } from '../../domain/configurations/oma-settings.js';
import { isMarker } from '../../domain/write/marker.js';
import type { JsonObject } from '../../kernel/json.js';
import { sets } from './organization.js';
import { namedGuid } from './random.js';
import { daysAgo, type SeedWriter } from './seed-writer.js';

/** A target by the ids of the things it names; the members of its filter are laid on top. */
export interface SeedAssignment {
  readonly target: JsonObject;
  readonly intent?: 'remove';
  /** The policy set it comes from. */
  readonly policySet?: string;
  /** Only where the derived id will not do. */
  readonly id?: string;
}

/** A custom setting whose value is a secret: shown masked, kept apart. */
export interface SeedSecret {
  readonly displayName: string;
  readonly description: string;
  readonly omaUri: string;
  readonly value: string;
}

export interface SeedConfiguration {
  readonly id: string;
  readonly type: string;
  readonly displayName: string;
  readonly description?: string;
  /** Properties of the type besides those of every configuration. */
  readonly members?: JsonObject;
  readonly secrets?: readonly SeedSecret[];
  /** Navigation property to the ids it refers to. */
  readonly references?: Readonly<Record<string, readonly string[]>>;
  readonly scopeTags?: readonly string[];
  readonly version?: number;
  readonly assignments?: readonly SeedAssignment[];
}

const target = (type: string, members: JsonObject): JsonObject => ({ '@odata.type': `#microsoft.graph.${type}`, ...members });

export const groupTarget = (groupId: string) => target('groupAssignmentTarget', { groupId });
export const exclusionTarget = (groupId: string) => target('exclusionGroupAssignmentTarget', { groupId });
export const allDevicesTarget = target('allDevicesAssignmentTarget', {});
export const allUsersTarget = target('allLicensedUsersAssignmentTarget', {});
export const collectionTarget = (collectionId: string) => target('configurationManagerCollectionAssignmentTarget', { collectionId });
export const scopeTagTarget = (targetType: 'user' | 'device', entraObjectId: string) =>
  target('scopeTagGroupAssignmentTarget', { targetType, entraObjectId });

/** The same target with a filter on it. */
export function filtered(plain: JsonObject, mode: 'include' | 'exclude', filterId: string): JsonObject {
  return { ...plain, deviceAndAppManagementAssignmentFilterId: filterId, deviceAndAppManagementAssignmentFilterType: mode };
}

export function writeConfiguration(writer: SeedWriter, configuration: SeedConfiguration): void {
  const { id } = configuration;
  const created = daysAgo(writer.tenant.now, 90 + (parseInt(id.slice(0, 4), 16) % 500));
  const version = configuration.version ?? 1;
  const secrets = (configuration.secrets ?? []).map((secret) => ({ secret, reference: secretReference(id, secret.omaUri) }));
  const omaSettings = [...((configuration.members?.omaSettings ?? []) as readonly JsonObject[]), ...secrets.map(maskedSetting)];
  writer.put(sets.configurations, configuration.type, {
    id,
    createdDateTime: created,
    lastModifiedDateTime: version === 1 ? created : daysAgo(writer.tenant.now, 5 + (parseInt(id.slice(4, 8), 16) % 80)),
    version,
    displayName: configuration.displayName,
    description: configuration.description ?? '',
    roleScopeTagIds: configuration.scopeTags ?? ['0'],
    supportsScopeTags: true,
    ...configuration.members,
    ...(omaSettings.length > 0 ? { omaSettings } : {}),
  });
  writer.add(
    secrets.map(({ secret, reference }) => ({
      kind: 'put',
      key: omaSecretKey(id, reference),
      type: 'omaSecret',
      json: JSON.stringify({ value: secret.value }),
      recorded: false,
    })),
  );
  for (const [navigation, ids] of Object.entries(configuration.references ?? {})) {
    for (const to of ids) writer.link(navigation, id, to, sets.configurations);
  }
  for (const assignment of configuration.assignments ?? []) writeAssignment(writer, id, assignment);
}

function writeAssignment(writer: SeedWriter, configurationId: string, assignment: SeedAssignment): void {
  const target = writer.target(assignment.target);
  writer.add(
    assignmentOperations({
      configurationId,
      id: assignment.id ?? derivedAssignmentId(configurationId, target),
      target,
      source: assignment.policySet === undefined ? 'direct' : 'policySets',
      sourceId: assignment.policySet ?? configurationId,
      intent: assignment.intent ?? 'apply',
    }).filter((operation) => !isMarker(operation)),
  );
}

function secretReference(configurationId: string, omaUri: string): string {
  return `${namedGuid(`${configurationId}/secret/${omaUri}`)}_${configurationId}_${namedGuid(`${configurationId}/value/${omaUri}`)}`;
}

function maskedSetting({ secret, reference }: { readonly secret: SeedSecret; readonly reference: string }): JsonObject {
  return {
    '@odata.type': '#microsoft.graph.omaSettingString',
    displayName: secret.displayName,
    description: secret.description,
    omaUri: secret.omaUri,
    secretReferenceValueId: reference,
    isEncrypted: true,
    value: '****',
  };
}
