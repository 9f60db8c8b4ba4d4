import { foldText } from '../../columns/fold.js';
import type { TextColumn } from '../../columns/text-column.js';
import { compilePattern } from '../pattern/index.js';
import type { CompareOperator, Value } from './ast.js';

/**
 * A comparison of texts, case aside. Each negative operator is exactly the opposite of its positive one. A missing text is like an empty one, which
 * begins, ends and contains nothing: so positive operators are false on it and negative ones true (the service's documentation is silent; its sibling
 * language for assignment filters was observed to do so).
 */
export interface TextTest {
  readonly negated: boolean;
  /** What the positive form says of a missing or empty text. */
  readonly whenNull: boolean;
  /** Whether it asks for texts as `foldText` makes them; else, as they are written. */
  readonly ofFolded: boolean;
  /** What the positive form says of a text that is not empty, in the form that it asks for. */
  accepts(text: string): boolean;
  /** The positive form of a whole dictionary, without its entry for null. */
  marks(column: TextColumn): Uint8Array;
}

/** The answer for one text. */
export function testText(test: TextTest, text: string | null): boolean {
  const positive = text === null || text === '' ? test.whenNull : test.accepts(test.ofFolded ? foldText(text) : text);
  return positive !== test.negated;
}

/** Builds the test of a checked comparison; one that cannot be (a value that does not go with the operator) accepts nothing. */
export function textTest(operator: CompareOperator, value: Value): TextTest {
  const negated = operator.startsWith('not') || operator === 'ne';
  const positive = POSITIVE[operator];
  if (positive === 'eq') return equalTest(textsOf(value), negated);
  const operand = textsOf(value)[0];
  if (operand === undefined || positive === undefined) return { ...NOTHING, negated };
  if (positive === 'match') return matchTest(operand, negated);
  const wanted = foldText(operand);
  switch (positive) {
    case 'startsWith':
      return {
        negated,
        whenNull: false,
        ofFolded: true,
        accepts: (folded) => folded.startsWith(wanted),
        marks: (column) => column.marksPrefixed(wanted),
      };
    case 'contains':
      return {
        negated,
        whenNull: false,
        ofFolded: true,
        accepts: (folded) => folded.includes(wanted),
        marks: (column) => column.marksContaining(wanted),
      };
    case 'endsWith':
      return {
        negated,
        whenNull: false,
        ofFolded: true,
        accepts: (folded) => folded.endsWith(wanted),
        marks: (column) => column.marksWhere((_, code) => column.dictionary().folded(code).endsWith(wanted)),
      };
  }
}

type Positive = 'eq' | 'startsWith' | 'endsWith' | 'contains' | 'match';

const POSITIVE: Readonly<Partial<Record<CompareOperator, Positive>>> = {
  eq: 'eq',
  ne: 'eq',
  in: 'eq',
  notIn: 'eq',
  startsWith: 'startsWith',
  notStartsWith: 'startsWith',
  endsWith: 'endsWith',
  notEndsWith: 'endsWith',
  contains: 'contains',
  notContains: 'contains',
  match: 'match',
  notMatch: 'match',
};

const NOTHING = { whenNull: false, ofFolded: true, accepts: () => false, marks: (column: TextColumn) => column.marksEqual([]) };

function equalTest(texts: readonly string[], negated: boolean): TextTest {
  const folded = [...new Set(texts.filter((text) => text !== '').map(foldText))];
  // One text needs no set, and most rules name one.
  const wanted = folded.length > 1 ? new Set(folded) : undefined;
  return {
    negated,
    whenNull: texts.includes(''),
    ofFolded: true,
    accepts: (text) => (wanted === undefined ? text === folded[0] : wanted.has(text)),
    marks: (column) => column.marksEqual(folded),
  };
}

function matchTest(source: string, negated: boolean): TextTest {
  const pattern = compilePattern(source);
  if (!pattern.ok) return { ...NOTHING, negated };
  return { negated, whenNull: false, ofFolded: false, accepts: pattern.matches, marks: (column) => column.marksWhere(pattern.matches) };
}

/** The texts a value stands for; null for the empty one. */
function textsOf(value: Value): readonly string[] {
  switch (value.kind) {
    case 'text':
    case 'number':
      return [value.text];
    case 'list':
      return value.items.map((item) => item.text);
    case 'null':
      return [''];
    default:
      return [];
  }
}
