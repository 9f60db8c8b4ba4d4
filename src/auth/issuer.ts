import { GLOBAL_CLOUD } from '../kernel/cloud.js';
import { isGuid, newGuid } from '../kernel/ids.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import type { IssuerContext } from './issuer/context.js';
import { deviceCodeEndpoint } from './issuer/device-code-endpoint.js';
import { createDeviceCodes } from './issuer/device-codes.js';
import { instanceDiscovery, openIdConfiguration, publishedKeys } from './issuer/discovery.js';
import { OAuthError, oauthError, oauthErrorResponse } from './issuer/oauth-error.js';
import type { IssuerOptions } from './issuer/options.js';
import { createRefreshTokens } from './issuer/refresh-tokens.js';
import { chooseTenant, type TenantChoice } from './issuer/tenant.js';
import { tokenEndpoint } from './issuer/token-endpoint.js';
import { showVerificationPage, submitVerificationPage } from './issuer/verification-page.js';
import type { TrustedIssuer } from './trust.js';

export type { IssuerClient, IssuerDirectory, IssuerOptions, IssuerTenant, IssuerUser } from './issuer/options.js';

export interface Issuer {
  /** Answers requests to the issuer's own URLs; undefined for every other URL. Rejects only when the directory does. */
  handle(request: GraphRequest): Promise<GraphResponse | undefined>;
  /** What a verifier must trust to accept the tokens made here. */
  readonly trust: TrustedIssuer;
}

interface Call {
  readonly context: IssuerContext;
  readonly request: GraphRequest;
  readonly query: URLSearchParams;
  /** Resolved on demand: instance discovery names no tenant of its own. */
  readonly choice: () => TenantChoice;
}

type Endpoint = (call: Call) => GraphResponse | Promise<GraphResponse>;
type Endpoints = { readonly GET?: Endpoint; readonly POST?: Endpoint };

const keys: Endpoint = ({ choice, context }) => {
  choice();
  return publishedKeys(context.keys.jwks);
};

const noAuthorize: Endpoint = () => {
  throw oauthError('responseUnsupported');
};

/** By what follows `/{tenant}/`. */
const ENDPOINTS: ReadonlyMap<string, Endpoints> = new Map<string, Endpoints>([
  [
    '.well-known/openid-configuration',
    { GET: ({ choice, request, context }) => openIdConfiguration(choice(), request.origin, 1, context) },
  ],
  [
    'v2.0/.well-known/openid-configuration',
    { GET: ({ choice, request, context }) => openIdConfiguration(choice(), request.origin, 2, context) },
  ],
  ['discovery/keys', { GET: keys }],
  ['discovery/v2.0/keys', { GET: keys }],
  ['discovery/instance', { GET: ({ query, request, context }) => instanceDiscovery(query, request.origin, context) }],
  ['oauth2/token', { POST: ({ context, request, choice }) => tokenEndpoint(context, request, choice(), 1) }],
  ['oauth2/v2.0/token', { POST: ({ context, request, choice }) => tokenEndpoint(context, request, choice(), 2) }],
  ['oauth2/v2.0/devicecode', { POST: ({ context, request, choice }) => deviceCodeEndpoint(context, request, choice()) }],
  ['oauth2/authorize', { GET: noAuthorize }],
  ['oauth2/v2.0/authorize', { GET: noAuthorize }],
  [
    'oauth2/deviceauth',
    {
      GET: ({ context, choice, query }) => showVerificationPage(context, choice(), query),
      POST: ({ context, request, choice }) => submitVerificationPage(context, request, choice()),
    },
  ],
]);

/** The embedded issuer: enough of Microsoft Entra's token service for Azure clients to sign in, over plain requests and responses. */
export function createIssuer(options: IssuerOptions): Issuer {
  const { tenants, clients, directory, clock, cloud = GLOBAL_CLOUD, hostTrue = false } = options;
  const now = () => clock.now();
  const deviceCodeLifetime = options.deviceCodeLifetime ?? 900;
  const context: IssuerContext = {
    keys: options.keys,
    tenants,
    clients,
    directory,
    clock,
    cloud,
    hostTrue,
    accessTokenLifetime: options.accessTokenLifetime ?? 3600,
    deviceCodeLifetime,
    deviceCodes: createDeviceCodes({
      now,
      monotonic: options.monotonic ?? (() => performance.now()),
      lifetimeSeconds: deviceCodeLifetime,
      max: options.maxDeviceCodes ?? 1_000,
    }),
    refreshTokens: createRefreshTokens({
      now,
      lifetimeSeconds: options.refreshTokenLifetime ?? 24 * 3600,
      max: options.maxRefreshTokens ?? 10_000,
    }),
  };
  const authorityHosts = new Set(hostTrue ? [new URL(cloud.authority).hostname, ...cloud.authorityAliases] : []);
  const allowHost = options.allowHost ?? ((hostname: string) => isLoopbackName(hostname) || authorityHosts.has(hostname));

  return {
    trust: { issuers: [cloud.tokenIssuer], keys: { jwks: options.keys.jwks } },
    async handle(request) {
      const [path = '', search = ''] = split(request.url, '?');
      const segments = path.split('/').filter((segment) => segment !== '');
      const [tenant = '', ...rest] = segments;
      const endpoints = ENDPOINTS.get(rest.join('/').toLowerCase());
      if (endpoints === undefined || isGraphVersion(tenant)) return undefined;
      const query = new URLSearchParams(search);
      try {
        requireHost(request.origin, allowHost);
        const endpoint = requireEndpoint(endpoints, request.method);
        const seen = hostTrue ? { ...request, origin: cloud.authority } : request;
        return await endpoint({ context, request: seen, query, choice: () => chooseTenant(tenants, decoded(tenant)) });
      } catch (failure) {
        if (failure instanceof OAuthError) return oauthErrorResponse(failure, clock.now(), correlationId(request, query));
        throw failure;
      }
    },
  };
}

function requireEndpoint(endpoints: Endpoints, method: string): Endpoint {
  const endpoint = method === 'POST' ? endpoints.POST : method === 'GET' || method === 'HEAD' ? endpoints.GET : undefined;
  if (endpoint !== undefined) return endpoint;
  throw oauthError('methodNotAllowed', { method, allow: Object.keys(endpoints).join(', ') });
}

/** `/beta/…` and `/v1.0/…` are Graph's own. */
function isGraphVersion(segment: string): boolean {
  return ['beta', 'v1.0'].includes(segment.toLowerCase());
}

function requireHost(origin: string, allowHost: (hostname: string) => boolean): void {
  const hostname = URL.canParse(origin) ? new URL(origin).hostname : '';
  if (!allowHost(hostname)) throw oauthError('hostRefused', { host: hostname });
}

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function correlationId(request: GraphRequest, query: URLSearchParams): string {
  const given = request.headers['client-request-id'] ?? query.get('client-request-id') ?? '';
  return isGuid(given) ? given.toLowerCase() : newGuid();
}

function split(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
