import { isObject } from '../../kernel/json.js';

/** Capabilities that are understood: `cp1` means that the client answers claims challenges. */
const UNDERSTOOD: ReadonlySet<string> = new Set(['cp1']);

/**
 * The client capabilities in a `claims` parameter, `{"access_token": {"xms_cc": {"values": ["CP1"]}}}`, for `xms_cc`.
 * What cannot be read is passed over, as are claims that nothing here depends on.
 */
export function clientCapabilities(claims: string | undefined): readonly string[] {
  if (claims === undefined || claims.length > 4096) return [];
  let asked: unknown;
  try {
    asked = JSON.parse(claims);
  } catch {
    return [];
  }
  const token = isObject(asked) ? asked.access_token : undefined;
  const capabilities = isObject(token) ? token.xms_cc : undefined;
  const values = isObject(capabilities) && Array.isArray(capabilities.values) ? capabilities.values : [];
  return values.filter((value): value is string => typeof value === 'string' && UNDERSTOOD.has(value.toLowerCase()));
}
