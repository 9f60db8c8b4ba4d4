import type { Diagnostic } from '../diagnostic.js';
import type { Span } from './ast.js';

/**
 * The service's own texts, by Muster's name of the fault (spec: "Errors" of dynamic rules; the texts were published in the documentation and in issue
 * reports).
 */
const SERVICE_TEXT = {
  attributeNotSupported: 'Attribute not supported.',
  operatorNotSupported: "Operator isn't supported on attribute.",
  queryCompilation: 'Query compilation error.',
  invalidObjectType: 'Invalid object type.',
  noObjectType: 'No object type',
  invalidValue: 'One or more property values specified are invalid.',
} as const;

export type ServiceFault = keyof typeof SERVICE_TEXT;

/** What is added to the service's text. */
export interface Detail {
  readonly explanation: string;
  readonly expected?: readonly string[];
}

export function fault(code: ServiceFault, span: Span, detail: Detail): Diagnostic {
  return diagnostic(code, SERVICE_TEXT[code], span, detail);
}

/** @param operator without its dash */
export function operandFault(operator: string, span: Span, detail: Detail): Diagnostic {
  return diagnostic('invalidOperands', `Invalid operands found for operator -${operator}`, span, detail);
}

export function wrongPropertyFault(property: string, object: string, span: Span, detail: Detail): Diagnostic {
  return diagnostic(
    'wrongProperty',
    `Wrong property applied. Property '${property}' cannot be applied to object '${object}'`,
    span,
    detail,
  );
}

function diagnostic(code: string, message: string, span: Span, { explanation, expected = [] }: Detail): Diagnostic {
  return { position: span.start, length: span.end - span.start, code, message, explanation, expected };
}
