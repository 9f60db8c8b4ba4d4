/** What a pattern says. Only whether it occurs is ever asked, so groups capture nothing and no repetition is lazy. */
import type { CharacterSet } from './character-set.js';

/** What may be asked of a place between two characters. */
export type Assertion = 'beginText' | 'beginLine' | 'endText' | 'endLine' | 'endOrLastNewline' | 'wordBoundary' | 'noWordBoundary';

export type Tree =
  | { readonly kind: 'literal'; readonly codePoint: number; readonly folded: boolean }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'choice'; readonly parts: readonly Tree[] }
  /** @property most undefined where there is no end */
  | { readonly kind: 'repetition'; readonly part: Tree; readonly least: number; readonly most: number | undefined };

/** How many nodes a tree has once its repetitions are written out; the places of the automaton are no more. */
export function writtenOut(tree: Tree): number {
  switch (tree.kind) {
    case 'literal':
    case 'set':
    case 'assertion':
      return 1;
    case 'sequence':
    case 'choice':
      return tree.parts.reduce((sum, part) => sum + writtenOut(part), tree.kind === 'choice' ? tree.parts.length : 1);
    case 'repetition':
      return (writtenOut(tree.part) + 1) * Math.max(1, tree.most ?? tree.least);
  }
}
