/** `OPTIONS`: what may be done with a resource (RFC 9110, 9.3.7), by the model and the surface. */
import { setOf } from '../domain/permissions.js';
import type { GraphResponse } from '../kernel/message.js';
import type { Schema } from '../model/schema.js';
import type { SetMethod, Surface } from '../model/surface.js';
import { bindTarget } from '../odata/bind.js';
import type { PlanOperation } from '../query/plan.js';

/** Operations that the surface grants set by set. */
const GRANTED: Partial<Record<PlanOperation, SetMethod>> = { create: 'create', update: 'update', delete: 'delete' };

/** @throws GraphError what is wrong with the URL */
export function allowedMethods(url: string, schema: Schema, surface: Surface): GraphResponse {
  const { path, methods } = bindTarget(url, schema);
  const set = setOf(path, surface);
  const allowed = [...methods].filter(([, operation]) => {
    const method = GRANTED[operation];
    return method === undefined || set?.methods.includes(method) === true;
  });
  return { status: 204, headers: { allow: [...allowed.map(([method]) => method), 'OPTIONS'].join(', ') }, body: undefined };
}
