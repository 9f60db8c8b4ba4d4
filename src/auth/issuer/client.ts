import { createHash, timingSafeEqual } from 'node:crypto';
import { isGuid } from '../../kernel/ids.js';
import type { GraphRequest } from '../../kernel/message.js';
import { shortened } from '../claims.js';
import { type Form, requireParameter } from './form.js';
import { oauthError } from './oauth-error.js';
import type { IssuerClient } from './options.js';

/** Who asks for a token, and how that was proved. */
export interface AuthenticatedClient {
  readonly id: string;
  readonly name: string;
  readonly authentication: 'public' | 'secret';
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

interface Credentials {
  readonly id: string;
  readonly secret: string | undefined;
}

/**
 * A client that must prove itself with its secret.
 *
 * @throws OAuthError clientUnknown, secretMissing, secretInvalid, parameterMissing, formInvalid
 */
export function requireConfidentialClient(
  clients: readonly IssuerClient[],
  request: GraphRequest,
  form: Form,
  tenant: string,
): AuthenticatedClient {
  const { id, secret } = credentialsOf(request, form);
  const client = findClient(clients, id);
  if (client === undefined) throw oauthError('clientUnknown', { client: shortened(id), tenant });
  if (secret === undefined) throw oauthError('secretMissing');
  requireSecret(client, secret);
  return { ...client, authentication: 'secret' };
}

/**
 * A client that acts for a user: any GUID; a secret is optional, but a wrong one is refused.
 *
 * @throws OAuthError clientIdInvalid, clientUnknown, secretInvalid, parameterMissing, formInvalid
 */
export function requireUserClient(
  clients: readonly IssuerClient[],
  request: GraphRequest,
  form: Form,
  tenant: string,
): AuthenticatedClient {
  const { id, secret } = credentialsOf(request, form);
  const client = findClient(clients, id);
  if (client !== undefined) {
    if (secret === undefined) return { ...client, authentication: 'public' };
    requireSecret(client, secret);
    return { ...client, authentication: 'secret' };
  }
  if (!isGuid(id)) throw oauthError('clientIdInvalid', { client: shortened(id) });
  if (secret !== undefined) throw oauthError('clientUnknown', { client: id, tenant });
  return { id: id.toLowerCase(), name: id.toLowerCase(), authentication: 'public', roles: [], scopes: clients[0]?.scopes ?? [] };
}

function findClient(clients: readonly IssuerClient[], id: string): IssuerClient | undefined {
  return clients.find((client) => client.id.toLowerCase() === id.toLowerCase());
}

/** From the Authorization header (RFC 6749, section 2.3.1) or the form. */
function credentialsOf(request: GraphRequest, form: Form): Credentials {
  const basic = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return { id: requireParameter(form, 'client_id'), secret: form.get('client_secret') };
  const text = Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon <= 0) throw oauthError('formInvalid', { reason: 'The Authorization header holds no client id and secret.' });
  const id = formDecoded(text.slice(0, colon));
  if (form.has('client_secret') || (form.has('client_id') && form.get('client_id') !== id)) {
    throw oauthError('formInvalid', { reason: 'The client is named both in the Authorization header and in the body.' });
  }
  return { id, secret: formDecoded(text.slice(colon + 1)) };
}

/** The two parts of Basic credentials are form-encoded; what is not valid encoding is taken as it stands, as many clients send it. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Digests have one length whatever was sent, so the comparison takes the same time for every guess. */
function requireSecret(client: IssuerClient, secret: string): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (client.secret === '' || !timingSafeEqual(digest(client.secret), digest(secret))) {
    throw oauthError('secretInvalid', { client: client.id });
  }
}
