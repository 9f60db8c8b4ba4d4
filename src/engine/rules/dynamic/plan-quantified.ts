import type { RecordListColumn, RecordValue, TextListColumn } from '../../columns/list-column.js';
import type { Column } from '../../columns/table.js';
import type { DeviceSet } from '../../device-set.js';
import type { Comparison, Expression, Quantified } from './ast.js';
import { constant, type Plan, propertyOf, type Reads } from './plan.js';
import { planMemberOf } from './plan-directory.js';
import { planField } from './properties.js';
import { testText, textTest } from './text-test.js';

export function planQuantified(quantified: Quantified, reads: Reads): Plan {
  const { kind, body, collection } = quantified;
  const property = propertyOf(collection, reads);
  switch (property?.type) {
    case 'groups':
      return planMemberOf(body, reads);
    case 'textList':
      return planElements(property.name, kind, elementTest(body, textOfElement), textElements);
    case 'plans':
      return planElements(property.name, kind, elementTest(body, textOfPlan), planRecords);
    default:
      return constant(false);
  }
}

type ElementTest<Element> = (element: Element) => boolean;

/** What the list columns have in common. */
interface Elements<Element> {
  elements(ordinal: number): readonly Element[];
  marksWhere(accepts: ElementTest<Element>): Uint8Array;
  rowsWithAny(marks: Uint8Array): DeviceSet;
  rowsWithAll(marks: Uint8Array, whenEmpty: boolean): DeviceSet;
}

function planElements<Element>(
  name: string,
  quantifier: 'any' | 'all',
  accepts: ElementTest<Element>,
  find: (column: Column | undefined) => Elements<Element> | undefined,
): Plan {
  const absent = constant(quantifier === 'all');
  return {
    rows(table, moment) {
      const column = find(table.column(name));
      if (column === undefined) return absent.rows(table, moment);
      const marks = column.marksWhere(accepts);
      return quantifier === 'any' ? column.rowsWithAny(marks) : column.rowsWithAll(marks, true);
    },
    row(table, ordinal, moment) {
      const elements = find(table.column(name))?.elements(ordinal);
      if (elements === undefined) return absent.row(table, ordinal, moment);
      return quantifier === 'any' ? elements.some(accepts) : elements.every(accepts);
    },
  };
}

const textElements = (column: Column | undefined): TextListColumn | undefined => (column?.kind === 'textList' ? column : undefined);
const planRecords = (column: Column | undefined): RecordListColumn | undefined => (column?.kind === 'recordList' ? column : undefined);

/** The body of a quantifier as a test of one element. @param read how a comparison's operand becomes the element's text */
function elementTest<Element>(
  body: Expression,
  read: (comparison: Comparison) => (element: Element) => string | null,
): ElementTest<Element> {
  switch (body.kind) {
    case 'and':
    case 'or': {
      const terms = body.terms.map((term) => elementTest(term, read));
      return body.kind === 'and' ? (element) => terms.every((term) => term(element)) : (element) => terms.some((term) => term(element));
    }
    case 'not': {
      const term = elementTest(body.term, read);
      return (element) => !term(element);
    }
    case 'comparison': {
      const test = textTest(body.operator, body.value);
      const text = read(body);
      return (element) => testText(test, text(element));
    }
    default:
      return () => false;
  }
}

function textOfElement(): (element: string) => string | null {
  return (element) => element;
}

function textOfPlan({ operand }: Comparison): (plan: RecordValue) => string | null {
  const field = operand.kind === 'property' ? planField(operand.name) : undefined;
  return (plan) => (field === undefined ? null : (plan[field] ?? null));
}
