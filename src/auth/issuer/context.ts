import type { Cloud } from '../../kernel/cloud.js';
import type { DeviceCodes } from './device-codes.js';
import type { IssuerOptions } from './options.js';
import type { RefreshTokens } from './refresh-tokens.js';

/** What the endpoints share. */
export interface IssuerContext extends Pick<IssuerOptions, 'keys' | 'tenants' | 'clients' | 'directory' | 'clock'> {
  readonly cloud: Cloud;
  /** Whether endpoints are named on the cloud's own hosts. */
  readonly hostTrue: boolean;
  /** Seconds. */
  readonly accessTokenLifetime: number;
  /** Seconds. */
  readonly deviceCodeLifetime: number;
  readonly deviceCodes: DeviceCodes;
  readonly refreshTokens: RefreshTokens;
}
