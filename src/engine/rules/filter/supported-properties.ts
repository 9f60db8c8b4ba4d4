import type { FilterOperator } from './ast.js';
import { type FilterPlatform, operatorsOfKind, propertiesOf } from './properties.js';

/** The members of `assignmentFilterSupportedProperty`. No answer of the service is published; these follow from the documented properties. */
export interface SupportedProperty {
  readonly name: string;
  readonly dataType: 'String' | 'Version';
  readonly isCollection: boolean;
  /** Members of `assignmentFilterOperator`. */
  readonly supportedOperators: readonly string[];
  /** The closed set of values; empty where any text may stand. */
  readonly supportedValues: readonly string[];
  readonly propertyRegexConstraint: string | null;
}

/** `assignmentFilterOperator`, which has more members than the language has operators. */
const operatorMembers: Readonly<Record<FilterOperator, string>> = {
  eq: 'equals',
  ne: 'notEquals',
  in: 'in',
  notIn: 'notIn',
  startsWith: 'startsWith',
  contains: 'contains',
  notContains: 'notContains',
  gt: 'greaterThan',
  ge: 'greaterThanOrEquals',
  lt: 'lessThan',
  le: 'lessThanOrEquals',
};

const VERSION_CONSTRAINT = '^\\d+(\\.\\d+){1,3}$';

/** What `getPlatformSupportedProperties` answers for a platform. */
export function supportedProperties(platform: FilterPlatform): readonly SupportedProperty[] {
  return propertiesOf(platform).map(({ name, kind, values }) => ({
    name,
    dataType: kind === 'version' ? 'Version' : 'String',
    isCollection: false,
    supportedOperators: operatorsOfKind[kind].map((operator) => operatorMembers[operator]),
    supportedValues: values.get(platform) ?? [],
    propertyRegexConstraint: kind === 'version' ? VERSION_CONSTRAINT : null,
  }));
}
