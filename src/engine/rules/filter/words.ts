import { type FilterOperator, filterOperators } from './ast.js';

const operators: ReadonlyMap<string, FilterOperator> = new Map(filterOperators.map((operator) => [operator.toLowerCase(), operator]));

/** The operator that a word is, with or without its hyphen, in any casing. */
export function operatorOf(word: string): FilterOperator | undefined {
  return operators.get(bare(word));
}

export function connectiveOf(word: string): 'and' | 'or' | undefined {
  const text = bare(word);
  return text === 'and' || text === 'or' ? text : undefined;
}

/** The word as a rule writes it. */
export function written(operator: FilterOperator): string {
  return `-${operator}`;
}

export function isNullWord(word: string): boolean {
  const text = word.toLowerCase();
  return text === 'null' || text === '$null';
}

/** Words for "not" that other languages have. */
export function isNegation(word: string): boolean {
  return word === '!' || bare(word) === 'not';
}

interface OperatorAdvice {
  /** What to do instead, as a sentence. */
  readonly advice: string;
  readonly instead: readonly FilterOperator[];
}

function instead(...operators: FilterOperator[]): OperatorAdvice {
  return { advice: `use ${operators.map(written).join(' or ')}`, instead: operators };
}

const NO_ENDS: OperatorAdvice = {
  advice: 'there is no test for the end of a text; -contains comes nearest',
  instead: ['contains'],
};

/** Operators of other languages, by lower-case word without its hyphen. */
const foreign: ReadonlyMap<string, OperatorAdvice> = new Map([
  ...['equals', 'equal', 'is', '=', '==', 'ieq', 'ceq'].map((word) => [word, instead('eq')] as const),
  ...['notequals', 'notequal', 'isnot', '!=', '<>', 'ine', 'cne', 'neq'].map((word) => [word, instead('ne')] as const),
  ...['like', 'match', 'matches', 'has'].map((word) => [word, instead('contains', 'startsWith')] as const),
  ...['notlike', 'notmatch'].map((word) => [word, instead('notContains')] as const),
  ['notstartswith', { advice: 'there is no negated prefix test; -notContains comes nearest', instead: ['notContains'] }],
  ['endswith', NO_ENDS],
  ['notendswith', { advice: 'there is no test for the end of a text; -notContains comes nearest', instead: ['notContains'] }],
  ['>', instead('gt')],
  ['greaterthan', instead('gt')],
  ['>=', instead('ge')],
  ['greaterthanorequals', instead('ge')],
  ['gte', instead('ge')],
  ['<', instead('lt')],
  ['lessthan', instead('lt')],
  ['<=', instead('le')],
  ['lessthanorequals', instead('le')],
  ['lte', instead('le')],
  ['any', instead('in')],
  ['all', instead('in')],
  ['beginswith', instead('startsWith')],
  ['includes', instead('contains')],
]);

/** Why a word is no operator and what to write instead, with the operators to offer. */
export function operatorAdvice(word: string): { readonly message: string; readonly expected: readonly string[] } {
  const known = foreign.get(bare(word));
  const typographic = /^[\u2010-\u2015\u2212]/.test(word) && operatorOf(word.slice(1));
  if (typographic) {
    return {
      message: `${quoted(word)} begins with a dash that is no hyphen; write ${written(typographic)}.`,
      expected: [written(typographic)],
    };
  }
  return {
    message: `${quoted(word)} is not an operator of filter rules; ${known?.advice ?? `use one of ${filterOperators.map(written).join(', ')}`}.`,
    expected: (known?.instead ?? filterOperators).map(written),
  };
}

/** A piece of the rule as a message shows it: marked, not longer than a line, on one line. */
export function quoted(text: string): string {
  return `\`${clipped(text)}\``;
}

/** The beginning of a piece of the rule that may be long. */
export function clipped(text: string): string {
  const line = text.slice(0, 200).replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

function bare(word: string): string {
  const text = word.toLowerCase();
  return text.startsWith('-') ? text.slice(1) : text;
}
