import type { Comparison, DynamicRule, Expression, Quantified } from './ast.js';
import type { Subject } from './properties.js';

/** Every comparison of a rule in the order of its text, with the quantifier it stands in. */
export function* comparisons(
  expression: Expression,
  within?: Quantified,
): Generator<{ readonly comparison: Comparison; readonly within: Quantified | undefined }> {
  switch (expression.kind) {
    case 'and':
    case 'or':
      for (const term of expression.terms) yield* comparisons(term, within);
      return;
    case 'not':
      yield* comparisons(expression.term, within);
      return;
    case 'any':
    case 'all':
      yield* comparisons(expression.body, expression);
      return;
    case 'comparison':
      yield { comparison: expression, within };
  }
}

/** What a rule is about, after the first prefix in it that says so; undefined when none does. */
export function subjectOf({ root }: DynamicRule): Subject | undefined {
  if (root.kind === 'directReports') return 'user';
  for (const { comparison, within } of comparisons(root)) {
    const operand = within?.collection ?? comparison.operand;
    const object = operand.kind === 'property' ? operand.object.toLowerCase() : '';
    if (object === 'user' || object === 'device') return object;
  }
  return undefined;
}

/** Whether the rule compares with the present moment, so that its answer changes by itself. */
export function dependsOnNow({ root }: Pick<DynamicRule, 'root'>): boolean {
  if (root.kind === 'directReports') return false;
  for (const { comparison } of comparisons(root)) if (comparison.value.kind === 'now') return true;
  return false;
}
