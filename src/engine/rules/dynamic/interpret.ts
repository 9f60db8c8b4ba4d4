/** The plain meaning of a rule for one Graph object, node by node, and its account of why; `evaluate.ts` must say the same of whole tables. */
import type { JsonObject } from '../../../kernel/json.js';
import { foldText } from '../../columns/fold.js';
import { compilePattern } from '../pattern/index.js';
import type { CompareOperator, Comparison, DynamicRule, Expression, Quantified, Value } from './ast.js';
import type { ObjectContext } from './context.js';
import { instantTest } from './instant-test.js';
import { findProperty, planField, type Subject } from './properties.js';
import { type PlanValue, type PropertyValue, propertyValue } from './values.js';
import { subjectOf } from './walk.js';

/** `microsoft.graph.expressionEvaluationDetails`: a leaf names its property, an expression of several parts holds those. */
export interface ExpressionDetails {
  /** The text of the expression without parentheses round it. */
  readonly expression: string;
  readonly expressionResult: boolean;
  readonly propertyToEvaluate?: { readonly propertyName: string; readonly propertyValue: string | null };
  readonly expressionEvaluationDetails?: readonly ExpressionDetails[];
}

/** Whether a checked rule accepts a Graph user or device object. */
export function interpretDynamicRule(rule: DynamicRule, object: JsonObject, context: ObjectContext): boolean {
  return evaluateDetails(rule, object, context).expressionResult;
}

/** The answer of a checked rule for a Graph user or device object, with the answers of all its parts. */
export function evaluateDetails(rule: DynamicRule, object: JsonObject, context: ObjectContext): ExpressionDetails {
  const subject = subjectOf(rule) ?? 'user';
  const { root, text } = rule;
  const source = (node: { readonly span: { readonly start: number; readonly end: number } }) => text.slice(node.span.start, node.span.end);

  const leaf = (node: Expression, expressionResult: boolean, propertyName: string, value: string | null): ExpressionDetails => ({
    expression: source(node),
    expressionResult,
    propertyToEvaluate: { propertyName, propertyValue: value },
  });

  const detail = (node: Expression): ExpressionDetails => {
    switch (node.kind) {
      case 'and':
      case 'or': {
        const parts = node.terms.map(detail);
        const results = parts.map((part) => part.expressionResult);
        return {
          expression: source(node),
          expressionResult: node.kind === 'and' ? !results.includes(false) : results.includes(true),
          expressionEvaluationDetails: parts,
        };
      }
      case 'not': {
        const part = detail(node.term);
        return { expression: source(node), expressionResult: !part.expressionResult, expressionEvaluationDetails: [part] };
      }
      case 'any':
      case 'all':
        return quantified(node);
      case 'comparison': {
        const read = readOperand(node, subject, object);
        return leaf(node, compare(node, read.value, context.now()), read.name, shown(read.value));
      }
    }
  };

  const quantified = (node: Quantified): ExpressionDetails => {
    const property = findProperty(subject, node.collection.name);
    if (property === undefined) return leaf(node, false, node.collection.name, null);
    if (property.type === 'groups') {
      const ids = node.body.kind === 'comparison' ? textsOf(node.body.value) : [];
      const held = ids.filter((id) => context.isDirectMember?.(id) === true);
      return leaf(node, held.length > 0, property.name, held.length === 0 ? null : held.join(', '));
    }
    const value = propertyValue(property, object);
    const elements: readonly (string | PlanValue)[] = value.type === 'textList' || value.type === 'plans' ? value.value : [];
    const accepted = elements.filter((element) => holdsFor(node.body, element));
    const result = node.kind === 'any' ? accepted.length > 0 : accepted.length === elements.length;
    return leaf(node, result, property.name, shown(value));
  };

  if (root.kind !== 'directReports') return detail(root);
  const managerId = context.managerOf?.() ?? null;
  const wanted = foldText(root.managerId);
  const isManager = typeof object.id === 'string' && foldText(object.id) === wanted;
  return {
    expression: source(root),
    expressionResult: isManager || (managerId !== null && foldText(managerId) === wanted),
    propertyToEvaluate: { propertyName: 'manager', propertyValue: managerId },
  };
}

function readOperand(
  { operand }: Comparison,
  subject: Subject,
  object: JsonObject,
): { readonly name: string; readonly value: PropertyValue } {
  const name = operand.kind === 'property' ? operand.name : '_';
  const property = findProperty(subject, name);
  if (property === undefined) return { name, value: { type: 'text', value: null } };
  return { name: property.name, value: propertyValue(property, object) };
}

function compare({ operator, value }: Comparison, held: PropertyValue, now: number): boolean {
  switch (held.type) {
    case 'text':
      return compareText(operator, held.value, value);
    case 'boolean': {
      const equal = held.value === (value.kind === 'boolean' ? value.value : null);
      return operator === 'ne' ? !equal : equal;
    }
    case 'date':
      return instantTest(operator, value, now)(held.value);
    case 'labels': {
      const texts = held.value.length === 0 ? [null] : held.value;
      const opposite = OPPOSITE[operator];
      return opposite === undefined
        ? texts.some((text) => compareText(operator, text, value))
        : !texts.some((text) => compareText(opposite, text, value));
    }
    default:
      return false;
  }
}

function holdsFor(body: Expression, element: string | PlanValue): boolean {
  switch (body.kind) {
    case 'and':
      return body.terms.every((term) => holdsFor(term, element));
    case 'or':
      return body.terms.some((term) => holdsFor(term, element));
    case 'not':
      return !holdsFor(body.term, element);
    case 'comparison': {
      if (typeof element === 'string') return compareText(body.operator, element, body.value);
      const field = body.operand.kind === 'property' ? planField(body.operand.name) : undefined;
      return compareText(body.operator, field === undefined ? null : element[field], body.value);
    }
    default:
      return false;
  }
}

const OPPOSITE: Readonly<Partial<Record<CompareOperator, CompareOperator>>> = {
  ne: 'eq',
  notStartsWith: 'startsWith',
  notEndsWith: 'endsWith',
  notContains: 'contains',
  notMatch: 'match',
  notIn: 'in',
};

function compareText(operator: CompareOperator, held: string | null, value: Value): boolean {
  const opposite = OPPOSITE[operator];
  if (opposite !== undefined) return !compareText(opposite, held, value);
  const text = foldText(held ?? '');
  const wanted = textsOf(value).map(foldText);
  if (operator === 'eq' || operator === 'in') return wanted.includes(text);
  const first = wanted[0];
  if (text === '' || first === undefined) return false;
  switch (operator) {
    case 'startsWith':
      return text.startsWith(first);
    case 'endsWith':
      return text.endsWith(first);
    case 'contains':
      return text.includes(first);
    case 'match': {
      const pattern = compilePattern(textsOf(value)[0] ?? '');
      return pattern.ok && pattern.matches(held ?? '');
    }
    default:
      return false;
  }
}

function textsOf(value: Value): readonly string[] {
  if (value.kind === 'list') return value.items.map((item) => item.text);
  if (value.kind === 'text' || value.kind === 'number') return [value.text];
  return value.kind === 'null' ? [''] : [];
}

function shown(held: PropertyValue): string | null {
  switch (held.type) {
    case 'groups':
      return null;
    case 'date':
      return held.value === null ? null : new Date(held.value).toISOString();
    case 'labels':
    case 'textList':
      return held.value.length === 0 ? null : held.value.join(', ');
    case 'plans':
      return held.value.length === 0 ? null : JSON.stringify(held.value);
    default:
      return held.value === null ? null : String(held.value);
  }
}
