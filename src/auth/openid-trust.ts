import { isObject } from '../kernel/json.js';
import type { Fetch, TrustedIssuer } from './trust.js';

const TIMEOUT_MILLIS = 10_000;
const MAX_DOCUMENT_LENGTH = 256 * 1024;
const EXTERNAL_CLOCK_SKEW_SECONDS = 300;

/** Why an external issuer cannot be trusted: shown when the server starts, never to a client of the API. */
export class OpenIdTrustError extends Error {
  constructor(issuerUrl: string, reason: string) {
    super(`The issuer ${issuerUrl} cannot be used: ${reason}`);
    this.name = 'OpenIdTrustError';
  }
}

/**
 * Trust in an external issuer, found through OpenID Connect Discovery 1.0: `{issuerUrl}/.well-known/openid-configuration` names its
 * `jwks_uri` and its `issuer` (which may hold `{tenantid}`, as Microsoft Entra's `common` does). Keys are fetched when first needed and
 * again when a token names an unknown `kid`, at most every 30 seconds. The clock skew tolerated is 5 minutes.
 *
 * @throws OpenIdTrustError when the document cannot be fetched or is not what discovery promises
 */
export async function openIdTrust(issuerUrl: string, fetch: Fetch = globalThis.fetch): Promise<TrustedIssuer> {
  const base = issuerUrl.replace(/\/+$/, '');
  requireSecure(issuerUrl, base);
  const document = await readDocument(issuerUrl, `${base}/.well-known/openid-configuration`, fetch);
  const { issuer, jwks_uri: jwksUri } = document;
  if (typeof issuer !== 'string' || issuer === '') throw new OpenIdTrustError(issuerUrl, "its configuration names no 'issuer'.");
  if (typeof jwksUri !== 'string') throw new OpenIdTrustError(issuerUrl, "its configuration names no 'jwks_uri'.");
  requireSecure(issuerUrl, jwksUri);
  return {
    issuers: [issuer, ...entraV1Issuer(issuer)],
    keys: { jwksUri, fetch },
    clockSkewSeconds: EXTERNAL_CLOCK_SKEW_SECONDS,
  };
}

/**
 * Microsoft Entra signs v1.0 access tokens, which Graph-like resources get by default, with the same keys under another name
 * (graph-api spec 6.2), and its v2.0 discovery document does not say so.
 */
function entraV1Issuer(issuer: string): readonly string[] {
  const tenant = /^https:\/\/login\.microsoftonline\.(?:com|us)\/([^/]+)\/v2\.0$/.exec(issuer)?.[1];
  return tenant === undefined ? [] : [`https://sts.windows.net/${tenant}/`];
}

async function readDocument(issuerUrl: string, url: string, fetch: Fetch): Promise<Readonly<Record<string, unknown>>> {
  let text: string;
  try {
    const response = await fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    if (!response.ok) throw new OpenIdTrustError(issuerUrl, `${url} answered with status ${response.status}.`);
    text = await response.text();
  } catch (failure) {
    if (failure instanceof OpenIdTrustError) throw failure;
    throw new OpenIdTrustError(issuerUrl, `${url} cannot be reached (${causeOf(failure)}).`);
  }
  if (text.length > MAX_DOCUMENT_LENGTH) throw new OpenIdTrustError(issuerUrl, `${url} is longer than ${MAX_DOCUMENT_LENGTH} characters.`);
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // Answered below: whatever it is, it is no configuration document.
  }
  throw new OpenIdTrustError(issuerUrl, `${url} is not a JSON object.`);
}

function causeOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  return failure.cause instanceof Error ? failure.cause.message : failure.message;
}

/** Keys fetched over plain http could be anyone's; on this machine's own loopback interface there is nobody between. */
function requireSecure(issuerUrl: string, url: string): void {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new OpenIdTrustError(issuerUrl, `'${url}' is not a URL.`);
  }
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && loopback)) {
    throw new OpenIdTrustError(issuerUrl, `${url} must use https.`);
  }
}
