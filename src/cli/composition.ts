/** What the commands ask of the composition root; they construct nothing themselves. */
import type { ImportLine, ImportResult } from '../app/import.js';
import type { Config } from '../config.js';

export interface RunningTenant {
  readonly name: string;
  readonly id: string;
}

/** A server that answers. */
export interface Running {
  /** `http://127.0.0.1:PORT`; undefined: off. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly tenants: readonly RunningTenant[];
  /** The demo client of the embedded issuer; undefined with an external issuer. */
  readonly client: { readonly id: string; readonly secret: string } | undefined;
  /** Path of the development CA's certificate; undefined when there is none on disk. */
  readonly caCertificate: string | undefined;
  /** An assignment to try things on. */
  readonly example: { readonly tenantId: string; readonly path: string; readonly intent: string } | undefined;
  /** What a person should know: one line each. */
  readonly notes: readonly string[];
  /** Finish requests in flight, then release everything. Calling it again returns the same promise. */
  close(): Promise<void>;
}

export interface TokenRequest {
  /** Name or id. */
  readonly tenant: string;
  /** Application roles; undefined together with `scopes`: every one of the area. */
  readonly roles: readonly string[] | undefined;
  /** Delegated scopes. */
  readonly scopes: readonly string[] | undefined;
  /** User principal name; undefined: the tenant's administrator. */
  readonly user: string | undefined;
  /** Client id; undefined: the demo client. */
  readonly app: string | undefined;
  readonly lifetimeMillis: number;
}

/** Bytes that come piece by piece: a file, standard input. */
export interface ByteSource extends AsyncIterable<Uint8Array> {
  /** Give up reading. */
  destroy?(): unknown;
}

/** Where imported lines go: a data directory, or a running server. */
export interface ImportTarget {
  /** What the messages call it. */
  readonly name: string;
  /**
   * Import one chunk, all of it or nothing; with `keepGoing`, all but its bad lines.
   * @param lenient leave out what Muster does not know of a living service's objects, and say so
   * @throws an error whose message is for the person at the terminal when nothing of the chunk can be said to have been imported
   */
  send(lines: readonly ImportLine[], keepGoing: boolean, lenient?: boolean): Promise<ImportResult>;
  /**
   * Make durable what was sent since the last time; where it is not there, each `send` does so by itself.
   * @throws as `send`; what was sent since the last time is gone
   */
  settle?(): Promise<void>;
  close(): Promise<void>;
}

/** A tenant as the data directory or a server holds it. */
export interface KnownTenant {
  readonly name: string;
  readonly id: string;
  readonly domain: string | undefined;
  /** ISO instant; undefined where only a server knows of it. */
  readonly createdAt: string | undefined;
  /** Whether its making was cut off: a reset makes it whole. */
  readonly incomplete: boolean;
}

/** The tenants of a data directory, whose database nobody else has open while this is. */
export interface TenantAdministration {
  /** @throws ConfigError for a name that is taken or cannot be one */
  create(name: string, wanted: { readonly domain?: string | undefined; readonly displayName?: string | undefined }): Promise<KnownTenant>;
  /** Back to its seed; a tenant of somebody's own is empty then. @throws ConfigError when there is none of this name or id */
  reset(wanted: string): Promise<KnownTenant>;
  /** @throws ConfigError when there is none of this name or id */
  delete(wanted: string): Promise<KnownTenant>;
  close(): Promise<void>;
}

/** A running server, as its data directory says. */
export interface ServerRecord {
  readonly pid: number;
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Whether its tenants are in memory alone. */
  readonly memory: boolean;
  readonly tenants: readonly RunningTenant[];
  /** Path of the development CA's certificate. */
  readonly ca: string | undefined;
}

export interface Composition {
  serve(config: Config): Promise<Running>;
  /** The tenants of the database, also while a server uses it; none while there is no database. */
  listTenants(config: Config): Promise<readonly KnownTenant[]>;
  /** @throws StorageError while a server uses the database */
  openTenants(config: Config): Promise<TenantAdministration>;
  /** What the server of this data directory wrote down when it started; whether it still answers is not said. */
  runningServer(config: Config): Promise<ServerRecord | undefined>;
  /** The demo client that the server of this data directory knows; undefined where none was made yet. @throws ConfigError when it cannot be read */
  demoClient(config: Config): Promise<{ readonly id: string; readonly secret: string } | undefined>;
  /** @throws ConfigError for an unknown tenant, or when tokens come from an external issuer */
  mintToken(config: Config, request: TokenRequest): Promise<{ readonly token: string; readonly notes: readonly string[] }>;
  /** Opens the database of a data directory; a built-in tenant that it does not hold yet is made. @throws ConfigError, StorageError */
  openImport(config: Config, tenant: string): Promise<ImportTarget>;
  /** Path of the CA certificate, which is made when absent. */
  ensureCa(config: Config): Promise<string>;
}

/** What the commands use of the process. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly version: string;
  out(text: string): void;
  error(text: string): void;
  /** Resolves when the text has been taken: for output that is too long to keep. */
  send(text: string): Promise<void>;
  /** Whether a person sees what goes to `error`. */
  readonly interactive: boolean;
  /** Whether a person sees what goes to `out`. */
  readonly outInteractive: boolean;
  /** Columns of the terminal behind `out`; undefined where there is none. */
  readonly columns: number | undefined;
  /** Asks a person. @returns undefined when nobody is there to answer */
  confirm(question: string): Promise<boolean | undefined>;
  /** Standard input. */
  input(): ByteSource;
  /** Milliseconds that always advance. */
  now(): number;
  /** Calls back at each signal that asks the process to end. */
  onSignal(listener: (signal: string) => void): void;
  /** End the process now. */
  exit(code: number): void;
}
