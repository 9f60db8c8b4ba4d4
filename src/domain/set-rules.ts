/** What is particular about writing entities of a set; sets without rules are written as the model says (`write/plain`). */
import { ASSIGNMENT_FILTERS } from './assignments/records.js';
import { filterRules } from './filters/assignment-filter.js';
import { categoryRules } from './managed-devices/device-category.js';
import { managedDeviceRules } from './managed-devices/managed-device.js';
import { DEVICE_CATEGORIES, MANAGED_DEVICES } from './managed-devices/records.js';
import { policySetChildRules } from './policy-sets/children.js';
import { policySetRules } from './policy-sets/policy-set.js';
import { POLICY_SET_ASSIGNMENTS, POLICY_SET_ITEMS, POLICY_SETS } from './policy-sets/records.js';
import { ROLE_ASSIGNMENTS, ROLE_DEFINITIONS, ROLE_SCOPE_TAGS } from './roles/rights.js';
import { roleAssignmentRules } from './roles/role-assignment.js';
import { roleDefinitionRules } from './roles/role-definition.js';
import { AUTO_ASSIGNMENTS, autoAssignmentRules } from './scope-tags/auto-assignments.js';
import { scopeTagRules } from './scope-tags/scope-tag.js';
import type { SetRules } from './write/set-rules.js';

export const setRules: ReadonlyMap<string, SetRules> = new Map<string, SetRules>([
  [ASSIGNMENT_FILTERS, filterRules],
  [MANAGED_DEVICES, managedDeviceRules],
  [DEVICE_CATEGORIES, categoryRules],
  [ROLE_SCOPE_TAGS, scopeTagRules],
  [AUTO_ASSIGNMENTS, autoAssignmentRules],
  [ROLE_DEFINITIONS, roleDefinitionRules],
  [ROLE_ASSIGNMENTS, roleAssignmentRules],
  [POLICY_SETS, policySetRules],
  [POLICY_SET_ITEMS, policySetChildRules],
  [POLICY_SET_ASSIGNMENTS, policySetChildRules],
]);
