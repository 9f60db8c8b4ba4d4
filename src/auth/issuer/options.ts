import type { Clock } from '../../kernel/clock.js';
import type { Cloud } from '../../kernel/cloud.js';
import type { SigningKeys } from '../keys.js';
import type { TokenUser } from '../mint.js';

export interface IssuerTenant {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

/** A registered application. */
export interface IssuerClient {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  /** Application permissions it holds, in every tenant. */
  readonly roles: readonly string[];
  /** Delegated permissions it may ask for on behalf of a user. */
  readonly scopes: readonly string[];
}

export type IssuerUser = TokenUser;

/** The users of a tenant, as far as signing in needs them. */
export interface IssuerDirectory {
  findUser(tenantId: string, userPrincipalName: string): Promise<IssuerUser | undefined>;
  /** Some users to choose from, at most `limit`, in the order in which they should be offered. */
  listUsers(tenantId: string, limit: number): Promise<readonly IssuerUser[]>;
}

export interface IssuerOptions {
  readonly keys: SigningKeys;
  readonly tenants: readonly IssuerTenant[];
  /**
   * Registered applications. Any other GUID is accepted as a public client (no secret, users only), as the id of a command-line tool
   * is; it may ask for the delegated permissions of the first registered application.
   */
  readonly clients: readonly IssuerClient[];
  readonly directory: IssuerDirectory;
  readonly clock: Clock;
  /** The global one when absent. */
  readonly cloud?: Cloud;
  /**
   * Name endpoints and issuers on the hosts of the cloud, for clients that reach this server under those names; it answers under them, too.
   */
  readonly hostTrue?: boolean;
  /** Seconds; 3600 when absent. */
  readonly accessTokenLifetime?: number;
  /** Seconds; 900 when absent. */
  readonly deviceCodeLifetime?: number;
  /** Seconds that an unused refresh token lives; 24 hours when absent. */
  readonly refreshTokenLifetime?: number;
  /** Device codes that may be outstanding; 1,000 when absent. The oldest give way. */
  readonly maxDeviceCodes?: number;
  /** Refresh tokens that may be outstanding; 10,000 when absent. The oldest give way. */
  readonly maxRefreshTokens?: number;
  /**
   * Host names (without port) under which the issuer answers; loopback names when absent. A web page of another site that points its
   * own name at this machine gets nothing.
   */
  readonly allowHost?: (hostname: string) => boolean;
  /** Milliseconds that always advance, for the pace of polling: a fixed `clock` must not stop it. */
  readonly monotonic?: () => number;
}
