import type { GraphRequest, GraphResponse } from '../../kernel/message.js';
import { textOf } from '../../kernel/utf8.js';
import { createIssuer, type Issuer, type IssuerDirectory, type IssuerOptions, type IssuerUser } from '../issuer.js';
import type { SigningKeys } from '../keys.js';

/** Ids that the tests of this room share. */
export const CONTOSO = { id: '11111111-1111-4111-8111-111111111111', name: 'demo', domain: 'contoso.example' } as const;
export const FABRIKAM = { id: '22222222-2222-4222-8222-222222222222', name: 'docs', domain: 'fabrikam.example' } as const;
export const CLIENT = {
  id: '33333333-3333-4333-8333-333333333333',
  secret: 'correct horse battery staple',
  name: 'Demo client',
  roles: ['DeviceManagementConfiguration.ReadWrite.All', 'Group.Read.All'],
  scopes: ['DeviceManagementConfiguration.ReadWrite.All', 'DeviceManagementConfiguration.Read.All', 'User.Read'],
} as const;
/** The client id of the Azure command line: registered nowhere. */
export const PUBLIC_CLIENT_ID = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
export const ADA: IssuerUser = {
  id: '44444444-4444-4444-8444-444444444444',
  userPrincipalName: 'ada@contoso.example',
  displayName: 'Ada <Admin>',
  directoryRoles: ['3a2c62db-5318-420d-8d74-23affee5d9d5'],
};
export const ORIGIN = 'https://localhost:8443';
export const GRAPH_SCOPE = 'https://graph.microsoft.com/.default';

/** A directory that holds Ada in Contoso, and nobody else. */
export const directory: IssuerDirectory = {
  findUser: async (tenantId, upn) => (tenantId === CONTOSO.id && upn.toLowerCase() === ADA.userPrincipalName ? ADA : undefined),
  listUsers: async (tenantId, limit) => (tenantId === CONTOSO.id ? [ADA].slice(0, limit) : []),
};

/** A time that tests move by hand, in milliseconds. */
export interface MovableClock {
  now(): number;
  advance(millis: number): void;
}

export function movableClock(at = Date.UTC(2026, 0, 2, 3, 4, 5)): MovableClock {
  let millis = at;
  return {
    now: () => millis,
    advance(by) {
      millis += by;
    },
  };
}

export function testIssuer(keys: SigningKeys, clock: MovableClock, options: Partial<IssuerOptions> = {}): Issuer {
  return createIssuer({
    keys,
    tenants: [CONTOSO, FABRIKAM],
    clients: [CLIENT],
    directory,
    clock,
    monotonic: () => clock.now(),
    ...options,
  });
}

export function get(url: string, origin = ORIGIN): GraphRequest {
  return { method: 'GET', url, origin, headers: {}, body: undefined };
}

export function post(url: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): GraphRequest {
  return {
    method: 'POST',
    url,
    origin: ORIGIN,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: Buffer.from(new URLSearchParams(form).toString()),
  };
}

/** The answer to a request that must be the issuer's own, its JSON read. */
export async function answer(issuer: Issuer, request: GraphRequest): Promise<{ response: GraphResponse; json: Record<string, unknown> }> {
  const response = await issuer.handle(request);
  if (response === undefined) throw new Error(`not a URL of the issuer: ${request.url}`);
  const isJson = response.headers['content-type']?.startsWith('application/json') === true;
  return { response, json: isJson ? (JSON.parse(textOf(response.body ?? '')) as Record<string, unknown>) : {} };
}
