/** What the grammar cannot say: which properties there are, and which operators and values go with them. */

import type { Diagnostic } from '../diagnostic.js';
import { compilePattern, MAX_PATTERN_WEIGHT } from '../pattern/index.js';
import type { CompareOperator, Comparison, DynamicRule, Expression, PropertyOperand, Quantified, Span, Value } from './ast.js';
import { fault, operandFault, wrongPropertyFault } from './faults.js';
import { TEXT_OPERATORS } from './operators.js';
import { findProperty, PLAN_FIELDS, type Property, type PropertyType, planField, type Subject, suggestions } from './properties.js';
import { subjectOf } from './walk.js';

export type Checked =
  | { readonly ok: true; readonly subject: Subject }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Groups in one memberOf rule (documentation of memberOf, "Limitations"). */
const MAX_GROUPS = 50;

/** All patterns of a rule together. When they weigh more, no other is looked at. */
const MAX_RULE_WEIGHT = 1.5 * MAX_PATTERN_WEIGHT;

/** Operators of the types that are compared; the other types are asked with -any and -all. */
const OPERATORS: Readonly<Partial<Record<PropertyType, readonly CompareOperator[]>>> = {
  text: TEXT_OPERATORS,
  labels: TEXT_OPERATORS,
  boolean: ['eq', 'ne'],
  date: ['eq', 'ne', 'ge', 'le'],
};

/** Checks a rule that was parsed; all faults are told, in the order of the text. */
export function checkDynamicRule(rule: DynamicRule): Checked {
  if (rule.root.kind === 'directReports') return { ok: true, subject: 'user' };
  const subject = subjectOf(rule);
  const diagnostics: Diagnostic[] = [];
  const budget = { weight: 0 };
  const report = (diagnostic: Diagnostic | undefined) => {
    if (diagnostic !== undefined) diagnostics.push(diagnostic);
  };

  const visit = (expression: Expression): void => {
    switch (expression.kind) {
      case 'and':
      case 'or':
        for (const term of expression.terms) visit(term);
        return;
      case 'not':
        visit(expression.term);
        return;
      case 'any':
      case 'all':
        visitQuantified(expression);
        return;
      case 'comparison':
        visitComparison(expression);
    }
  };

  const visitComparison = (comparison: Comparison) => {
    const { operand } = comparison;
    if (operand.kind === 'element') {
      const explanation = '_ stands for an element of a collection, inside -any (…) or -all (…) alone.';
      return report(operandFault(comparison.operator, operand.span, { explanation }));
    }
    const property = resolve(operand, subject);
    if ('code' in property) return report(property);
    report(checkComparison(comparison, property.type, `${operand.object}.${property.name}`));
  };

  const visitQuantified = (quantified: Quantified) => {
    const { collection, kind } = quantified;
    const property = resolve(collection, subject);
    if ('code' in property) return report(property);
    if (property.type !== 'textList' && property.type !== 'plans' && property.type !== 'groups') {
      const explanation = `${property.name} is no collection: it is compared without -${kind}.`;
      return report(operandFault(kind, collection.span, { explanation }));
    }
    if (property.type === 'groups') return report(checkMemberOf(quantified, rule.root === quantified));
    visitElements(quantified.body, quantified, property);
  };

  const visitElements = (expression: Expression, quantified: Quantified, property: Property): void => {
    switch (expression.kind) {
      case 'and':
      case 'or':
        for (const term of expression.terms) visitElements(term, quantified, property);
        return;
      case 'not':
        visitElements(expression.term, quantified, property);
        return;
      case 'any':
      case 'all': {
        const explanation = `-${expression.kind} cannot stand inside -${quantified.kind}.`;
        report(operandFault(expression.kind, expression.collection.span, { explanation }));
        return;
      }
      case 'comparison':
        report(checkElement(expression, quantified, property));
    }
  };

  const checkElement = (comparison: Comparison, { kind }: Quantified, { name, type }: Property): Diagnostic | undefined => {
    const { operand } = comparison;
    const expected = type === 'textList' ? ['_'] : PLAN_FIELDS.map((field) => `assignedPlan.${field}`);
    if (type === 'textList') {
      if (operand.kind !== 'element') return foreignElement(kind, operand.span, name, expected);
      return checkComparison(comparison, 'text', '_');
    }
    if (operand.kind !== 'property' || operand.object.toLowerCase() !== 'assignedplan') {
      return foreignElement(kind, operand.span, name, expected);
    }
    if (planField(operand.name) === undefined) {
      const explanation = `A plan has ${PLAN_FIELDS.join(', ')}.`;
      return wrongPropertyFault(operand.name, 'AssignedPlan', operand.span, { explanation, expected });
    }
    return checkComparison(comparison, 'text', `assignedPlan.${operand.name}`);
  };

  const checkComparison = (comparison: Comparison, type: PropertyType, name: string): Diagnostic | undefined => {
    const { operator, operatorSpan, value } = comparison;
    const operators = OPERATORS[type];
    if (operators === undefined) {
      const element = type === 'textList' ? '_' : type === 'plans' ? 'assignedPlan.service' : 'group.objectId';
      const explanation = `${name} is a collection: it is asked with -any (${element} …) or -all (${element} …).`;
      return fault('operatorNotSupported', operatorSpan, { explanation, expected: ['-any', '-all'] });
    }
    if (!operators.includes(operator)) {
      const expected = operators.map((each) => `-${each}`);
      return fault('operatorNotSupported', operatorSpan, { explanation: `-${operator} does not work on ${name}.`, expected });
    }
    const wanted = wantedValue(type, operator, value);
    if (wanted !== undefined) return operandFault(operator, value.span, { explanation: `After -${operator} on ${name} stands ${wanted}.` });
    return operator === 'match' || operator === 'notMatch' ? checkPattern(value) : undefined;
  };

  const checkPattern = (value: Value): Diagnostic | undefined => {
    if (value.kind !== 'text' || budget.weight > MAX_RULE_WEIGHT) return undefined;
    const compiled = compilePattern(value.text);
    budget.weight += compiled.weight;
    if (!compiled.ok) {
      const span = patternSpan(rule.text, value.span, value.text, compiled);
      return fault('queryCompilation', span, { explanation: compiled.explanation });
    }
    if (budget.weight <= MAX_RULE_WEIGHT) return undefined;
    return fault('queryCompilation', value.span, { explanation: 'The patterns of this rule together are too much work.' });
  };

  visit(rule.root);
  if (subject === undefined && diagnostics.length === 0) report(fault('noObjectType', rule.root.span, { explanation: NO_OBJECT }));
  return diagnostics.length === 0 && subject !== undefined ? { ok: true, subject } : { ok: false, diagnostics };
}

const NO_OBJECT = 'Properties are written with their object, user.… or device.…, in front.';

function resolve({ object, name, span }: PropertyOperand, subject: Subject | undefined): Property | Diagnostic {
  const prefix = object.toLowerCase();
  const expected = ['user.', 'device.'];
  if (prefix === '') return fault('noObjectType', span, { explanation: NO_OBJECT, expected: expected.map((each) => each + name) });
  if (prefix === 'assignedplan' || prefix === 'group') {
    const collection = prefix === 'group' ? 'memberOf' : 'user.assignedPlans';
    const explanation = `${object}.${name} stands for an element, inside -any (…) or -all (…) of ${collection} alone.`;
    return fault('invalidObjectType', span, { explanation });
  }
  if (prefix !== 'user' && prefix !== 'device')
    return fault('invalidObjectType', span, { explanation: `Rules know no object ${object}.`, expected });
  if (prefix !== subject) {
    const explanation = `A rule is about users or about devices, never both; this one began with ${subject}.`;
    return fault('invalidObjectType', span, { explanation, expected: [`${subject}.`] });
  }
  const property = findProperty(prefix, name);
  if (property !== undefined) return property;
  const meant = suggestions(prefix, name).map((each) => `${prefix}.${each}`);
  return fault('attributeNotSupported', span, { explanation: `A rule cannot ask for ${object}.${name}.`, expected: meant });
}

/** memberOf is the whole rule: `user.memberOf -any (group.objectId -in ['…'])`. */
function checkMemberOf({ kind, collection, body }: Quantified, alone: boolean): Diagnostic | undefined {
  const form = "memberOf -any (group.objectId -in ['…'])";
  if (kind === 'all')
    return operandFault(kind, collection.span, { explanation: `memberOf is asked with -any alone: ${form}.`, expected: ['-any'] });
  if (!alone) return operandFault(kind, collection.span, { explanation: 'A memberOf expression cannot be combined with anything else.' });
  if (body.kind !== 'comparison') return operandFault(kind, body.span, { explanation: `memberOf is asked in one form: ${form}.` });
  const { operand, operator, operatorSpan, value } = body;
  if (operand.kind !== 'property' || operand.object.toLowerCase() !== 'group') {
    return foreignElement(kind, operand.span, 'memberOf', ['group.objectId']);
  }
  if (operand.name.toLowerCase() !== 'objectid') {
    const explanation = 'A group is named by its objectId.';
    return wrongPropertyFault(operand.name, 'Group', operand.span, { explanation, expected: ['group.objectId'] });
  }
  if (operator !== 'in' && operator !== 'eq') {
    const explanation = `-${operator} does not work on group.objectId.`;
    return fault('operatorNotSupported', operatorSpan, { explanation, expected: ['-in', '-eq'] });
  }
  const wanted = value.kind === 'null' ? 'an object id' : wantedValue('text', operator, value);
  if (wanted !== undefined)
    return operandFault(operator, value.span, { explanation: `After -${operator} on group.objectId stands ${wanted}.` });
  if (value.kind === 'list' && value.items.length > MAX_GROUPS) {
    return fault('queryCompilation', value.span, { explanation: `A rule names at most ${MAX_GROUPS} groups.` });
  }
  return undefined;
}

function foreignElement(quantifier: string, span: Span, collection: string, expected: readonly string[]): Diagnostic {
  const explanation =
    `-${quantifier} reaches to here, and only elements of ${collection} can stand in it. ` +
    `Put its expression in parentheses when it ends earlier.`;
  return operandFault(quantifier, span, { explanation, expected });
}

/** In words what value is wanted there; undefined when the given one will do. */
function wantedValue(type: PropertyType, operator: CompareOperator, value: Value): string | undefined {
  if (operator === 'in' || operator === 'notIn') return value.kind === 'list' ? undefined : 'a list in brackets, ["…", "…"]';
  if (value.kind === 'null') return operator === 'eq' || operator === 'ne' ? undefined : 'a value; null goes with -eq and -ne alone';
  if (type === 'boolean') return value.kind === 'boolean' ? undefined : 'true or false, without quotation marks';
  if (type === 'date') return value.kind === 'date' || value.kind === 'text' || value.kind === 'now' ? undefined : 'a date or system.now';
  if (operator === 'match' || operator === 'notMatch') return value.kind === 'text' ? undefined : 'a regular expression in quotation marks';
  return value.kind === 'text' || value.kind === 'number' ? undefined : 'a text in quotation marks';
}

/** The faulty part of a pattern where the rule holds it as it is, else the whole text. */
function patternSpan(rule: string, span: Span, pattern: string, { at, length }: { readonly at: number; readonly length: number }): Span {
  if (rule.slice(span.start + 1, span.end - 1) !== pattern) return span;
  return { start: span.start + 1 + at, end: Math.min(span.start + 1 + at + length, span.end) };
}
