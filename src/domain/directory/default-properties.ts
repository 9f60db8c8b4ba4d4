/** What an entity of the directory shows when nothing is selected (reference pages of user and group, "returned by default"). */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { ApiVersion } from '../../model/schema.js';

/** v1.0 users show these alone. */
const USER_V1: ReadonlySet<string> = new Set([
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
]);

/** Users in beta show everything but these. */
const USER_BETA_HIDDEN: ReadonlySet<string> = new Set([
  'aboutMe',
  'birthday',
  'customSecurityAttributes',
  'deviceEnrollmentLimit',
  'employeeLeaveDateTime',
  'hireDate',
  'interests',
  'isManagementRestricted',
  'mailboxSettings',
  'mySite',
  'pastProjects',
  'preferredName',
  'print',
  'responsibilities',
  'schools',
  'signInActivity',
  'skills',
]);

const GROUP_HIDDEN: ReadonlySet<string> = new Set([
  'accessType',
  'allowExternalSenders',
  'assignedLabels',
  'assignedLicenses',
  'autoSubscribeNewMembers',
  'hasMembersWithLicenseErrors',
  'hideFromAddressLists',
  'hideFromOutlookClients',
  'isArchived',
  'isFavorite',
  'isManagementRestricted',
  'isSubscribedByMail',
  'licenseProcessingState',
  'membershipRuleProcessingStatus',
  'unseenConversationsCount',
  'unseenCount',
  'unseenMessagesCount',
  'welcomeMessageEnabled',
  'writebackConfiguration',
]);

/** Whether a property shows unasked; undefined for types that show all of theirs. */
export function shownByDefault(typeName: string, version: ApiVersion): ((property: string) => boolean) | undefined {
  if (typeName === 'group') return (property) => !GROUP_HIDDEN.has(property);
  if (typeName !== 'user') return undefined;
  return version === 'v1.0' ? (property) => USER_V1.has(property) : (property) => !USER_BETA_HIDDEN.has(property);
}

/** The members of an entity that show unasked, in their order. */
export function withDefaults(json: JsonObject, shown: (property: string) => boolean): JsonObject {
  const out: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of Object.entries(json)) if (shown(name)) out[name] = value;
  return out;
}
