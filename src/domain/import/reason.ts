/** How the report of an import words what is wrong with a line. */
import { describeError, type GraphError } from '../../kernel/errors.js';

/** An error's texts for the report of a line: what is wrong and, where it says so, how to mend it. */
export function reasonOf(error: GraphError): string {
  const { message, detail } = describeError(error);
  if (error.kind === 'jsonInvalid') return `This is not JSON: ${String(error.params.reason).replace(/^Line 1, column/, 'column')}`;
  const at = error.target === undefined || message.includes(error.target) || detail?.includes(error.target) ? '' : ` (${error.target})`;
  const position = positionOf(error.params.diagnostics, error.target ?? 'membershipRule');
  return `${message}${at}${position}${detail === undefined ? '' : ` ${detail}`}`;
}

/** Where in a rule the first fault lies, and what would do there. */
function positionOf(diagnostics: unknown, property: string): string {
  const [first] = Array.isArray(diagnostics) ? (diagnostics as readonly Record<string, unknown>[]) : [];
  if (first === undefined) return '';
  const expected = Array.isArray(first.expected) && first.expected.length > 0 ? `; expected ${first.expected.slice(0, 5).join(', ')}` : '';
  return ` (at character ${Number(first.position) + 1} of ${property}${expected})`;
}
