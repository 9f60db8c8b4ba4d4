/** Intune roles (graph-api spec 6.2). */
import { kind } from './kind.js';

export const roleErrors = {
  roleActionMissing: kind<{ user: string; action: string }>(
    403,
    'Forbidden',
    'service',
    (p) => `User is not authorized to perform this operation. The Intune roles of '${p.user}' must allow ${p.action}.`,
  ),
  scopeTagsForbidden: kind<{ user: string; tags: readonly string[] }>(
    403,
    'Forbidden',
    'service',
    (p) =>
      `User is not authorized to perform this operation. The role assignments of '${p.user}' do not carry the scope tags ${p.tags.join(', ')}.`,
  ),
  targetScopeForbidden: kind<{ user: string; target: string; scopes: readonly string[] }>(
    403,
    'Forbidden',
    'service',
    (p) =>
      `User is not authorized to perform this operation. ${p.target} lies outside the scope groups of the role assignments of '${p.user}' that allow it: ${p.scopes.join('; ')}.`,
  ),
} as const;
