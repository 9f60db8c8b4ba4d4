/**
 * The typed error catalogue: every answer that is not a success comes from here, and nowhere else. `app/handle` renders a GraphError as
 * the two-layer Graph/Intune error JSON (graph-api spec, section 5).
 *
 * Layers: `gateway` plain text; `model` plain text repeated in innerError.message; `service` the Intune service's nested JSON text;
 * `directory` plain text.
 */

import { assignmentFilterErrors } from './errors/assignment-filters.js';
import { assignmentErrors } from './errors/assignments.js';
import { bodyErrors } from './errors/bodies.js';
import { callerErrors } from './errors/callers.js';
import { envelopeErrors } from './errors/envelopes.js';
import type { ErrorKind, ErrorLayer } from './errors/kind.js';
import { roleErrors } from './errors/roles.js';
import { stateErrors } from './errors/states.js';
import { urlErrors } from './errors/urls.js';

export type { ErrorLayer } from './errors/kind.js';

export const catalogue = {
  ...callerErrors,
  ...urlErrors,
  ...bodyErrors,
  ...assignmentErrors,
  ...assignmentFilterErrors,
  ...roleErrors,
  ...stateErrors,
  ...envelopeErrors,
} as const;

export type Catalogue = typeof catalogue;
export type ErrorCode = keyof Catalogue;
export type ErrorParams<C extends ErrorCode> = Parameters<Catalogue[C]['message']>[0];

/** The one error that code below `app/handle` throws on purpose. */
export class GraphError extends Error {
  constructor(
    readonly kind: ErrorCode,
    readonly params: Readonly<Record<string, unknown>>,
    /** The property or segment at fault, for `error.target`. */
    readonly target?: string,
  ) {
    super(kind);
    this.name = 'GraphError';
  }
}

type Arguments<C extends ErrorCode> = keyof ErrorParams<C> extends never
  ? [params?: Record<never, never>, target?: string]
  : [params: ErrorParams<C>, target?: string];

/** `throw graphError('segmentUnknown', {segment})`: a wrong code or a missing parameter does not compile. */
export function graphError<C extends ErrorCode>(code: C, ...[params, target]: Arguments<C>): GraphError {
  return new GraphError(code, params ?? {}, target);
}

/**
 * What `work` gives; an error of it is about something in `place`: `assignments[3]` and `target.groupId` make `assignments[3].target.groupId`.
 */
export async function within<T>(place: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new GraphError(error.kind, error.params, error.target === undefined ? place : `${place}.${error.target}`);
  }
}

/** Status, wire code, layer and texts of an error. */
export function describeError(error: GraphError): {
  status: number;
  code: string;
  layer: ErrorLayer;
  message: string;
  detail: string | undefined;
} {
  const entry = catalogue[error.kind] as ErrorKind<unknown>;
  return {
    status: entry.status,
    code: entry.code,
    layer: entry.layer,
    message: entry.message(error.params),
    detail: entry.detail?.(error.params),
  };
}
