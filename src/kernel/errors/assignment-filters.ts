/** Assignment filters (rule-languages spec, part A). */
import { kind, occurred } from './kind.js';

export const assignmentFilterErrors = {
  filterRuleEmpty: kind(
    400,
    'BadRequest',
    'service',
    occurred,
    () => 'The rule is empty: a filter needs a rule such as (device.model -eq "X").',
  ),
  filterRuleInvalid: kind<{ reason: string; position: number; diagnostics: readonly unknown[] }>(
    400,
    'BadRequest',
    'service',
    occurred,
    (p) => `The rule is not valid: ${p.reason} (position ${p.position}).`,
  ),
  filterRuleTooLong: kind<{ length: number; limit: number }>(
    400,
    'BadRequest',
    'service',
    (p) => `The rule has ${p.length} characters; ${p.limit} is the most.`,
  ),
  filterPlatformFixed: kind<{ property: string; value: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `The ${p.property} of an assignment filter is fixed when it is created: it stays ${p.value}.`,
  ),
  filterPlatformWithoutFilters: kind<{ platform: string; platforms: readonly string[] }>(
    400,
    'BadRequest',
    'service',
    (p) => `There are no assignment filters for the platform ${p.platform}. Possible platforms are: ${p.platforms.join(', ')}.`,
  ),
  filterLimit: kind<{ limit: number }>(400, 'BadRequest', 'service', (p) => `A tenant has ${p.limit} assignment filters at most.`),
  filterInUse: kind<{ assignments: number }>(
    400,
    'BadRequest',
    'service',
    () =>
      'Unable to delete assignment filter - An assignment filter is associated with existing assignments. Delete all the assignments for the filter and try again.',
    (p) => `Assignments with this filter: ${p.assignments}.`,
  ),
} as const;
