/** Where a part of a rule stands in its text: UTF-16 offsets, `end` exclusive, round parentheses left out. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A dynamic membership rule as it was understood. */
export interface DynamicRule {
  readonly text: string;
  readonly root: Expression | DirectReports;
}

/** The users that report to one manager, and the manager. */
export interface DirectReports {
  readonly kind: 'directReports';
  readonly managerId: string;
  readonly span: Span;
}

export type Expression = Connected | Negated | Quantified | Comparison;

/** Two or more terms in a row; a term of the same kind was in parentheses. */
export interface Connected {
  readonly kind: 'and' | 'or';
  readonly terms: readonly Expression[];
  readonly span: Span;
}

export interface Negated {
  readonly kind: 'not';
  readonly term: Expression;
  readonly span: Span;
}

/** `-any` or `-all` over the elements of a collection; the operands of `body` are elements. */
export interface Quantified {
  readonly kind: 'any' | 'all';
  readonly collection: PropertyOperand;
  readonly body: Expression;
  readonly span: Span;
}

export interface Comparison {
  readonly kind: 'comparison';
  readonly operand: Operand;
  readonly operator: CompareOperator;
  readonly operatorSpan: Span;
  readonly value: Value;
  readonly span: Span;
}

export type CompareOperator =
  | 'eq'
  | 'ne'
  | 'startsWith'
  | 'notStartsWith'
  | 'endsWith'
  | 'notEndsWith'
  | 'contains'
  | 'notContains'
  | 'match'
  | 'notMatch'
  | 'in'
  | 'notIn'
  | 'ge'
  | 'le';

export type Operand = PropertyOperand | ElementOperand;

/** `user.city`; `object` is as written, and empty where no prefix was. */
export interface PropertyOperand {
  readonly kind: 'property';
  readonly object: string;
  readonly name: string;
  readonly span: Span;
}

/** The element of a text collection. */
export interface ElementOperand {
  readonly kind: 'element';
  readonly span: Span;
}

export type Value = TextValue | BooleanValue | NumberValue | NullValue | DateValue | NowValue | ListValue;

export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
  readonly span: Span;
}

export interface BooleanValue {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly span: Span;
}

/** A number without quotes, as written: it is compared as text. */
export interface NumberValue {
  readonly kind: 'number';
  readonly text: string;
  readonly span: Span;
}

export interface NullValue {
  readonly kind: 'null';
  readonly span: Span;
}

/** A date without quotes, as written. */
export interface DateValue {
  readonly kind: 'date';
  readonly text: string;
  readonly span: Span;
}

/** `system.now`, moved by an ISO 8601 duration (in capitals) or not. */
export interface NowValue {
  readonly kind: 'now';
  readonly offset?: { readonly direction: 'plus' | 'minus'; readonly duration: string };
  readonly span: Span;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly (TextValue | NumberValue)[];
  readonly span: Span;
}
