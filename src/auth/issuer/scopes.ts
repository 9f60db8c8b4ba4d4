import type { Cloud } from '../../kernel/cloud.js';
import { shortened } from '../claims.js';
import { GRAPH_APP_ID } from '../mint.js';
import { oauthError } from './oauth-error.js';

const OPENID_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];
const MAX_SCOPES = 100;

/** Where a request came to, and what Graph is called there. */
export interface Asked {
  readonly origin: string;
  readonly cloud: Cloud;
}

/**
 * The `aud` for a resource that means Graph: its URL in the cloud, its application id, or this server's own origin.
 *
 * @returns undefined for every other resource
 */
export function graphAudience(resource: string, { origin, cloud }: Asked): string | undefined {
  const wanted = resource.toLowerCase().replace(/\/+$/, '');
  if (wanted === GRAPH_APP_ID) return GRAPH_APP_ID;
  return wanted === cloud.graph || wanted === origin.toLowerCase() ? cloud.graph : undefined;
}

/**
 * `aud` for the scope of a client credentials request, which is one resource followed by `/.default`. The scopes of OpenID Connect mean
 * nothing there, and are left aside as the service leaves them: MSAL for Go 1.10.1 sends `openid offline_access profile` along.
 *
 * @throws OAuthError scopeNotDefault, resourceUnknown
 */
export function applicationAudience(scope: string, asked: Asked, tenant: string): string {
  const [named = '', ...others] = scope.split(/\s+/).filter((text) => text !== '' && !OPENID_SCOPES.includes(text.toLowerCase()));
  const resource = /^(.+)\/\.default$/i.exec(named)?.[1];
  if (resource === undefined || others.length > 0) throw oauthError('scopeNotDefault', { scope: shortened(scope) });
  const audience = graphAudience(resource, asked);
  if (audience === undefined) throw oauthError('resourceUnknown', { resource: shortened(resource), tenant, graph: asked.cloud.graph });
  return audience;
}

/** What a user grants to a client. */
export interface GrantedScopes {
  readonly audience: string;
  /** For `scp`: Graph permissions, and `openid`, `profile`, `email` as far as asked for. */
  readonly permissions: readonly string[];
  /** For `scope` of the answer: what was asked for, so that the client finds its cached token again, then what that stands for. */
  readonly echoed: readonly string[];
  readonly idToken: boolean;
  readonly refreshToken: boolean;
}

/**
 * Reads the `scope` of a request on behalf of a user. Permissions are named bare (Graph is meant) or behind their resource;
 * `.default` stands for everything the client may ask for.
 *
 * @throws OAuthError scopeInvalid, scopeUnknown, resourceUnknown
 */
export function grantScopes(
  scope: string,
  client: { readonly id: string; readonly scopes: readonly string[] },
  at: Asked,
  tenant: string,
): GrantedScopes {
  const asked = [...new Set(scope.split(/\s+/).filter((text) => text !== ''))];
  if (asked.length === 0 || asked.length > MAX_SCOPES) throw oauthError('scopeInvalid', { scope: shortened(scope) });
  const openId = new Set<string>();
  const permissions = new Set<string>();
  let audience = at.cloud.graph;
  for (const text of asked) {
    const known = OPENID_SCOPES.find((name) => name === text.toLowerCase());
    if (known !== undefined) {
      openId.add(known);
      continue;
    }
    const slash = text.lastIndexOf('/');
    if (slash >= 0) {
      const resource = text.slice(0, slash);
      const named = graphAudience(resource, at);
      if (named === undefined) throw oauthError('resourceUnknown', { resource: shortened(resource), tenant, graph: at.cloud.graph });
      audience = named;
    }
    for (const permission of permissionsNamed(text.slice(slash + 1), client)) permissions.add(permission);
  }
  const graph = [...permissions];
  const profile = [...openId].filter((name) => name !== 'offline_access');
  return {
    audience,
    permissions: [...graph, ...profile],
    echoed: [
      ...new Set([...asked.filter((text) => text.toLowerCase() !== 'offline_access'), ...graph.map((name) => `${at.cloud.graph}/${name}`)]),
    ],
    idToken: openId.has('openid'),
    refreshToken: openId.has('offline_access'),
  };
}

function permissionsNamed(name: string, client: { readonly id: string; readonly scopes: readonly string[] }): readonly string[] {
  if (name.toLowerCase() === '.default') return client.scopes;
  const permission = client.scopes.find((known) => known.toLowerCase() === name.toLowerCase());
  if (permission === undefined) throw oauthError('scopeUnknown', { client: client.id, scope: shortened(name) });
  return [permission];
}
