/**
 * The neutral expression tree: what `$filter` and `$orderby` mean, bound to the model, free of any text form or store. `odata/` builds
 * it, `query/evaluate.ts` gives it its meaning in memory, storage adapters translate what they can.
 */
import type { EnumType, PropertyType, StructuredType } from '../model/schema.js';

export type LiteralKind =
  | 'null'
  | 'string'
  | 'boolean'
  | 'number'
  | 'guid'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'duration'
  | 'binary'
  | 'enum';

export type BinaryOperator =
  | 'or'
  | 'and'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'has'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'divby'
  | 'mod';

export type Expression =
  | { readonly kind: 'literal'; readonly type: LiteralKind; readonly value: string | number | boolean | null }
  /** The item under test (`$it`) or a lambda variable. */
  | { readonly kind: 'variable'; readonly name: string }
  /** A property of `source`, e.g. `target/groupId` is two of them. `cast` narrows the source first (`microsoft.graph.X/prop`). */
  | {
      readonly kind: 'member';
      readonly source: Expression;
      readonly name: string;
      readonly cast: StructuredType | undefined;
      readonly type: PropertyType;
      readonly collection: boolean;
      readonly navigation: boolean;
    }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'in'; readonly operand: Expression; readonly list: readonly Expression[] }
  /** `enumType`: what `cast` makes a member of. */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[]; readonly enumType?: EnumType }
  | { readonly kind: 'isof'; readonly operand: Expression; readonly type: StructuredType | undefined; readonly typeName: string }
  | {
      readonly kind: 'lambda';
      readonly operator: 'any' | 'all';
      readonly source: Expression;
      readonly variable: string;
      readonly predicate: Expression | undefined;
    }
  /** `collection/$count` */
  | { readonly kind: 'count'; readonly source: Expression };

export interface OrderBy {
  readonly expression: Expression;
  readonly descending: boolean;
}
