/** Continuous access evaluation: a token of a client that can answer a challenge ends with the user's sessions, not with its lifetime. */
import { USERS } from '../domain/directory/objects.js';
import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import type { JsonObject } from '../kernel/json.js';
import type { Reader } from '../storage/store.js';

/**
 * Other clients keep their token until it expires, as with the service; a user whom the tenant does not hold has no sessions here.
 * @throws GraphError tokenRevoked (401) with the claims that a new token must satisfy
 */
export async function requireOpenSession(caller: Caller, reader: Pick<Reader, 'read'>, now: number): Promise<void> {
  const { tenantId, userId, issuedAt, answersChallenges } = caller;
  if (answersChallenges !== true || userId === undefined) return;
  const [stored] = await reader.read(tenantId, [{ set: USERS, parent: '', id: userId }]);
  if (stored === undefined) return;
  const user = JSON.parse(stored.json) as JsonObject;
  const validFrom =
    typeof user.signInSessionsValidFromDateTime === 'string' ? Date.parse(user.signInSessionsValidFromDateTime) : Number.NaN;
  const revoked = issuedAt !== undefined && issuedAt < validFrom;
  if (user.accountEnabled !== false && !revoked) return;
  const notBefore = Math.floor((Number.isNaN(validFrom) ? now : validFrom) / 1000);
  const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: String(notBefore) } } });
  throw graphError('tokenRevoked', { user: caller.userPrincipalName ?? userId, claims });
}
