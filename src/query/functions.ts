/** The functions of expressions (OData URL conventions, section 5.1.1.4 onward), as far as Graph documents them. `isof` is an expression of its own. */
import type { ValueKind } from './value-type.js';

export interface FunctionSignature {
  /** The kinds each argument may be of. */
  readonly parameters: readonly (readonly ValueKind[])[];
  /** How many of them must be given. */
  readonly required: number;
  readonly result: ValueKind;
}

const TEXT: readonly ValueKind[] = ['string', 'guid'];
const NUMBER: readonly ValueKind[] = ['number'];
const DAY: readonly ValueKind[] = ['date', 'dateTimeOffset'];
const HOUR: readonly ValueKind[] = ['timeOfDay', 'dateTimeOffset'];
const INSTANT: readonly ValueKind[] = ['dateTimeOffset'];

function signature(result: ValueKind, ...parameters: readonly (readonly ValueKind[])[]): FunctionSignature {
  return { parameters, required: parameters.length, result };
}

export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map([
  ['contains', signature('boolean', TEXT, TEXT)],
  ['startswith', signature('boolean', TEXT, TEXT)],
  ['endswith', signature('boolean', TEXT, TEXT)],
  ['length', signature('number', TEXT)],
  ['indexof', signature('number', TEXT, TEXT)],
  ['substring', { parameters: [TEXT, NUMBER, NUMBER], required: 2, result: 'string' }],
  ['tolower', signature('string', TEXT)],
  ['toupper', signature('string', TEXT)],
  ['trim', signature('string', TEXT)],
  ['concat', signature('string', TEXT, TEXT)],
  ['year', signature('number', DAY)],
  ['month', signature('number', DAY)],
  ['day', signature('number', DAY)],
  ['hour', signature('number', HOUR)],
  ['minute', signature('number', HOUR)],
  ['second', signature('number', HOUR)],
  ['fractionalseconds', signature('number', HOUR)],
  ['date', signature('date', DAY)],
  ['time', signature('timeOfDay', INSTANT)],
  ['totaloffsetminutes', signature('number', INSTANT)],
  ['now', signature('dateTimeOffset')],
  ['mindatetime', signature('dateTimeOffset')],
  ['maxdatetime', signature('dateTimeOffset')],
  ['totalseconds', signature('number', ['duration'])],
  ['round', signature('number', NUMBER)],
  ['floor', signature('number', NUMBER)],
  ['ceiling', signature('number', NUMBER)],
]);

/** Functions whose numbers are whole. */
export const INTEGER_FUNCTIONS: ReadonlySet<string> = new Set([
  'length',
  'indexof',
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'totaloffsetminutes',
]);
