/** The tree of a filter rule. Redundant parentheses leave no trace; `a and b and c` is one node of three operands. */
export type FilterRule = FilterGroup | FilterClause;

export interface FilterGroup {
  readonly kind: 'and' | 'or';
  /** Two or more. */
  readonly operands: readonly FilterRule[];
}

export interface FilterClause {
  readonly kind: 'clause';
  readonly entity: FilterEntity;
  /** The property's own spelling where it is known on any platform, else as written. */
  readonly property: string;
  readonly operator: FilterOperator;
  readonly value: FilterValue;
  readonly at: ClausePlaces;
}

/** Where the parts of a clause stand in the text it was read from. */
export interface ClausePlaces {
  readonly property: Place;
  readonly operator: Place;
  readonly value: Place;
}

export interface Place {
  /** UTF-16 offset. */
  readonly position: number;
  readonly length: number;
}

export type FilterEntity = 'device' | 'app';

export const filterOperators = ['eq', 'ne', 'in', 'notIn', 'startsWith', 'contains', 'notContains', 'gt', 'ge', 'lt', 'le'] as const;
export type FilterOperator = (typeof filterOperators)[number];

export type FilterValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly texts: readonly string[] }
  | { readonly kind: 'null' }
  /** Unquoted digits and dots. */
  | { readonly kind: 'version'; readonly text: string };
