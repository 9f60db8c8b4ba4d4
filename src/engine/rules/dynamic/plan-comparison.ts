import type { TextListColumn } from '../../columns/list-column.js';
import type { BooleanColumn, NumberColumn } from '../../columns/scalar-columns.js';
import type { TextColumn } from '../../columns/text-column.js';
import { union } from '../../device-set.js';
import type { Comparison } from './ast.js';
import { instantTest } from './instant-test.js';
import { complement, constant, onColumn, type Plan, propertyOf, type Reads } from './plan.js';
import { type TextTest, testText, textTest } from './text-test.js';

export function planComparison(comparison: Comparison, reads: Reads): Plan {
  if (comparison.operand.kind === 'element') return constant(false);
  const property = propertyOf(comparison.operand, reads);
  switch (property?.type) {
    case 'text':
      return planText(property.name, textTest(comparison.operator, comparison.value));
    case 'labels':
      return planLabels(property.name, textTest(comparison.operator, comparison.value));
    case 'boolean':
      return planBoolean(property.name, comparison);
    case 'date':
      return planDate(property.name, comparison);
    default:
      return constant(false);
  }
}

export function planText(name: string, test: TextTest): Plan {
  const { negated, whenNull } = test;
  const holds = (column: TextColumn, code: number): boolean => {
    const positive =
      code === 0 ? whenNull : test.accepts(test.ofFolded ? column.dictionary().folded(code) : column.dictionary().text(code));
    return positive !== negated;
  };
  return onColumn(
    name,
    'text',
    whenNull !== negated,
    (column: TextColumn) => {
      const marks = test.marks(column);
      marks[0] = whenNull ? 1 : 0;
      if (negated) for (let code = 0; code < marks.length; code += 1) marks[code]! ^= 1;
      return column.rowsMarked(marks);
    },
    (column, ordinal) => holds(column, column.code(ordinal)),
    (column, ordinals) => {
      // Where rows share texts, each text is asked once.
      const shared = column.dictionary().size() <= ordinals.length;
      const known = new Uint8Array(shared ? column.dictionary().size() + 1 : 0);
      return ordinals.filter((ordinal) => {
        const code = column.code(ordinal);
        if (!shared) return holds(column, code);
        if (known[code] === 0) known[code] = holds(column, code) ? YES : NO;
        return known[code] === YES;
      });
    },
  );
}

const [YES, NO] = [1, 2];

/** Texts compared directly: the positive form holds when it holds for one of them. */
function planLabels(name: string, test: TextTest): Plan {
  const positive: TextTest = { ...test, negated: false };
  const plan = onColumn(
    name,
    'textList',
    test.whenNull,
    (column: TextListColumn) => {
      const some = column.rowsWithAny(column.marksWhere((text) => testText(positive, text)));
      if (!test.whenNull) return some;
      const noMarks = column.marksWhere(() => false);
      return union(some, column.rowsWithAll(noMarks, true));
    },
    (column, ordinal) => {
      const texts = column.elements(ordinal);
      return texts.length === 0 ? test.whenNull : texts.some((text) => testText(positive, text));
    },
  );
  return test.negated ? complement(plan) : plan;
}

function planBoolean(name: string, { operator, value }: Comparison): Plan {
  const wanted = value.kind === 'boolean' ? value.value : null;
  const plan = onColumn(
    name,
    'boolean',
    wanted === null,
    (column: BooleanColumn) => column.rowsWith(wanted),
    (column, ordinal) => column.value(ordinal) === wanted,
  );
  return operator === 'ne' ? complement(plan) : plan;
}

function planDate(name: string, { operator, value }: Comparison): Plan {
  return onColumn(
    name,
    'number',
    instantTest(operator, value, 0)(null),
    (column: NumberColumn, _, { now }) => column.rowsWhere(instantTest(operator, value, now)),
    (column, ordinal, { now }) => instantTest(operator, value, now)(column.value(ordinal)),
  );
}
