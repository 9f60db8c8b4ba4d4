import type { DynamicRule } from '../ast.js';

/** The tree of a rule without its places in the text, to compare the trees of two texts. */
export function withoutSpans({ root }: DynamicRule): unknown {
  return JSON.parse(JSON.stringify(root, (key, value: unknown) => (key === 'span' || key === 'operatorSpan' ? undefined : value)));
}
