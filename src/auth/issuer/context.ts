import type { DeviceCodes } from './device-codes.js';
import type { IssuerOptions } from './options.js';
import type { RefreshTokens } from './refresh-tokens.js';

/** What the endpoints share. */
export interface IssuerContext extends Pick<IssuerOptions, 'keys' | 'tenants' | 'clients' | 'directory' | 'clock'> {
  /** Seconds. */
  readonly accessTokenLifetime: number;
  /** Seconds. */
  readonly deviceCodeLifetime: number;
  readonly deviceCodes: DeviceCodes;
  readonly refreshTokens: RefreshTokens;
}
