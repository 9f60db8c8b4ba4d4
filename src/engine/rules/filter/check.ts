import { foldText } from '../../columns/fold.js';
import type { Diagnostic } from '../diagnostic.js';
import type { FilterClause, FilterRule, Place } from './ast.js';
import { entityOf, type FilterPlatform, findProperty, operatorsOfKind, type PropertyDefinition, propertiesOf } from './properties.js';
import { clipped, quoted, written } from './words.js';

/** What a rule is read for: a list after -eq or -ne is refused on validation, yet evaluation takes it as -in or -notIn (as the service does). */
export type CheckPurpose = 'validate' | 'evaluate';

export interface CheckResult {
  /** Why the service refuses the rule; empty for a valid one. */
  readonly faults: readonly Diagnostic[];
  /** What is valid and yet cannot do what its author wants, such as a value that no device ever has. */
  readonly warnings: readonly Diagnostic[];
}

/** Holds every clause against the platform's properties, their operators and their kinds of value. */
export function checkFilterRule(rule: FilterRule, platform: FilterPlatform, purpose: CheckPurpose = 'validate'): CheckResult {
  const faults: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  for (const clause of clausesOf(rule)) {
    const definition = checkProperty(clause, platform, faults);
    if (definition === undefined || !checkOperator(clause, definition, faults)) continue;
    const before = faults.length;
    checkValue(clause, definition, purpose, faults);
    if (faults.length === before) warnOfUnknownValues(clause, definition, platform, warnings);
  }
  return { faults, warnings };
}

/** The clauses of a rule from left to right. */
export function clausesOf(rule: FilterRule): readonly FilterClause[] {
  return rule.kind === 'clause' ? [rule] : rule.operands.flatMap(clausesOf);
}

function report(into: Diagnostic[], { position, length }: Place, code: string, message: string, expected: readonly string[]): void {
  into.push({ position, length, code, message, expected });
}

function checkProperty(
  { entity, property, at }: FilterClause,
  platform: FilterPlatform,
  faults: Diagnostic[],
): PropertyDefinition | undefined {
  const name = `${entity}.${property}`;
  const offered = () => propertiesOf(platform).map((each) => `${each.entity}.${each.name}`);
  const wanted = entityOf(platform);
  if (entity !== wanted) {
    const twin = findProperty(wanted, property);
    const message = `Filters for ${platform} speak about ${wanted}., not ${entity}. (${entity}. belongs to filters for managed ${entity}s).`;
    report(faults, at.property, 'wrongEntity', message, twin?.values.has(platform) ? [`${wanted}.${twin.name}`] : offered());
    return undefined;
  }
  const definition = findProperty(entity, property);
  if (definition === undefined) {
    report(faults, at.property, 'unknownProperty', `${quoted(name)} is not a property that filter rules know.`, offered());
    return undefined;
  }
  if (!definition.values.has(platform)) {
    const platforms = [...definition.values.keys()].join(', ');
    report(faults, at.property, 'propertyNotOnPlatform', `${name} does not exist on ${platform}; it does on ${platforms}.`, offered());
    return undefined;
  }
  return definition;
}

function checkOperator({ operator, at }: FilterClause, { entity, name, kind }: PropertyDefinition, faults: Diagnostic[]): boolean {
  const allowed = operatorsOfKind[kind];
  if (allowed.includes(operator)) return true;
  const operators = allowed.map(written);
  const ordered = operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le';
  const reason =
    name === 'osVersion' && ordered
      ? ' It is compared as text; operatingSystemVersion compares as a version.'
      : ordered
        ? ' Only operatingSystemVersion has an order.'
        : '';
  const message = `${entity}.${name} cannot be tested with ${written(operator)}; it takes ${operators.join(', ')}.${reason}`;
  report(faults, at.operator, 'operatorNotAllowed', message, operators);
  return false;
}

const VERSION = /^\d+(?:\.\d+){1,3}$/;

function checkValue(clause: FilterClause, definition: PropertyDefinition, purpose: CheckPurpose, faults: Diagnostic[]): void {
  const { operator, value, at } = clause;
  const fault = (code: string, message: string, expected: readonly string[]) => report(faults, at.value, code, message, expected);
  const name = `${definition.entity}.${definition.name}`;
  const takesList = operator === 'in' || operator === 'notIn';

  switch (value.kind) {
    case 'null':
      if (definition.kind === 'version') fault('nullNotAllowed', `${name} cannot be compared with null.`, ['10.0.22000']);
      else if (operator !== 'eq' && operator !== 'ne') {
        fault('nullNotAllowed', `Only -eq and -ne can be used with null, not ${written(operator)}.`, ['-eq', '-ne']);
      }
      return;
    case 'list': {
      if (takesList || (purpose === 'evaluate' && (operator === 'eq' || operator === 'ne') && definition.kind !== 'version')) return;
      const instead = { eq: '-in', ne: '-notIn' }[operator as string];
      const lists = operatorsOfKind[definition.kind].includes('in');
      const advice = lists && instead !== undefined ? `use ${instead} for a list` : 'write one clause a value, joined with or';
      fault('listNotAllowed', `${written(operator)} takes one value; ${advice}.`, ['"']);
      return;
    }
    case 'version':
      if (definition.kind === 'version') checkVersion(name, value.text, fault);
      else fault('unquotedValue', `${name} is text: write "${clipped(value.text)}" in double quotes.`, [`"${clipped(value.text)}"`]);
      return;
    case 'text':
      if (definition.kind === 'version') checkVersion(name, value.text.trim(), fault);
      else if (value.text === '' && !takesList) {
        fault('emptyString', 'The value is empty; to find devices without a value write -eq $null.', ['$null']);
      }
      return;
  }
}

function checkVersion(name: string, text: string, fault: (code: string, message: string, expected: readonly string[]) => void): void {
  if (VERSION.test(text)) return;
  const message = `${name} is compared with a version of two to four numbers, such as 10.0.22000; ${quoted(text)} is none.`;
  fault('notAVersion', message, ['10.0.22000']);
}

function warnOfUnknownValues(
  { value, at }: FilterClause,
  definition: PropertyDefinition,
  platform: FilterPlatform,
  warnings: Diagnostic[],
): void {
  const known = definition.values.get(platform) ?? [];
  if (known.length === 0) return;
  const folded = new Set(known.map(foldText));
  const texts = value.kind === 'text' ? [value.text] : value.kind === 'list' ? value.texts : [];
  const unknown = texts.filter((text) => !folded.has(foldText(text.trim())));
  if (unknown.length === 0) return;
  const name = `${definition.entity}.${definition.name}`;
  const message = `No device has ${unknown.slice(0, 3).map(quoted).join(' or ')} as ${name} on ${platform}: the rule is valid, but this never matches.`;
  report(warnings, at.value, 'valueNeverMatches', message, known);
}
