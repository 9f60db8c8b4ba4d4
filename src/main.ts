#!/usr/bin/env node
/**
 * The composition root: the only file that constructs adapters. `start` makes a whole server out of a Config; run as a program, the file
 * hands the command line to the CLI. What is heavy is loaded when it is needed, so that `muster --help` is quick.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { FillThread, FillWork } from './app/fill-thread.js';
import type { ResolutionOptions } from './app/resolution.js';
import type { Throttle } from './app/throttle.js';
import type {
  Composition,
  ImportTarget,
  KnownTenant,
  Running,
  ServerRecord,
  TenantAdministration,
  TokenRequest,
} from './cli/composition.js';
import type { PrivateFiles } from './config/data-directory.js';
import type { Config } from './config.js';
import type { Caller } from './kernel/caller.js';
import { systemClock } from './kernel/clock.js';
import type { GraphRequest } from './kernel/message.js';
import type { ApiVersion, Schema } from './model/schema.js';
import type { Surface } from './model/surface.js';
import type { TypeContext } from './storage/selection.js';
import type { WriterThread } from './storage/sqlite/threaded-store.js';

export type { Running } from './cli/composition.js';

const clock = systemClock;
const DATABASE = 'muster.db';

/** The first application of every tenant: it may do everything that Muster serves. */
const DEMO_CLIENT = { id: 'd3a7c1e5-0b6f-4f3c-9a52-6e1d8c4b7f90', name: 'Muster demo client' } as const;

/**
 * Start a server.
 *
 * @throws ConfigError, ListenError, StorageError, OpenIdTrustError: each message is for the person who starts the program
 */
export async function start(config: Config): Promise<Running> {
  const { files, notes } = await openFiles(config);
  // Making a key takes a while on another thread; meanwhile this one reads the model and fills the store.
  const state = issuerState(files);
  state.catch(() => undefined);
  const [
    { createHandler },
    { createIssuer },
    { startServer },
    { createLog },
    { userDirectory },
    { prepareTenants },
    { createResolution },
    { createServiceThrottle },
    { ownTenants },
    { writeServerRecord },
    { cloudOf },
    { wireProfile },
  ] = await Promise.all([
    import('./app/handle.js'),
    import('./auth/issuer.js'),
    import('./http/server.js'),
    import('./http/log.js'),
    import('./app/user-directory.js'),
    import('./app/prepare-tenants.js'),
    import('./app/resolution.js'),
    import('./app/throttle.js'),
    import('./app/manage-tenants.js'),
    import('./config/server-record.js'),
    import('./kernel/cloud.js'),
    import('./kernel/wire.js'),
  ]);
  const log = createLog(config.log);
  const { schemas, surface } = await loadModel();
  const tls = await tlsIdentity(config, files);
  const store = await openStore(config, schemas.beta);
  try {
    const tenants = [...(await prepareTenants(config.tenants, store, schemas.beta)), ...(await ownTenants(store))];
    const { keys, clientSecret, skipTokenKey } = await state;
    const client = { ...DEMO_CLIENT, secret: clientSecret, ...(await demoPermissions(surface)) };
    const cloud = cloudOf(config.cloud);
    const { hostTrue } = config;
    const issuer =
      config.issuer === 'embedded'
        ? createIssuer({ keys, tenants, clients: [client], directory: userDirectory(store, schemas.beta), clock, cloud, hostTrue })
        : undefined;
    const verifier = await makeVerifier(config, issuer?.trust, new Set(tenants.map(({ id }) => id)));
    const resolution = createResolution(store, clock, await engineStart(config, (message) => log.warn(message)));
    const wire = wireProfile(config.wire);
    const answer = createHandler({
      schemas,
      surface,
      store,
      verify: (authorization) => verifier.verify(authorization),
      clock,
      skipTokenKey,
      resident: resolution.resident,
      loose: config.loose,
      wire,
      cloud,
      throttle: throttleOf(config.throttle, (told) => createServiceThrottle(surface, told ? wire : { ...wire, retryAfterTold: false })),
      log: ({ error, ...event }) => log.error({ ...event, err: error }, 'a request failed'),
    });
    const graph = hostTrue ? (request: GraphRequest) => answer({ ...request, origin: cloud.graph }) : answer;
    const server = await startServer({
      handlers: issuer === undefined ? [graph] : [(request) => (isGraphUrl(request.url) ? graph(request) : issuer.handle(request)), graph],
      listen: { http: config.http, https: config.https },
      tls,
      log,
      ready: () => true,
      clock,
      cors: config.cors,
    });
    const caCertificate = config.tls === undefined && config.https !== undefined ? files.path('ca.pem') : undefined;
    const forget = writeServerRecord(files, {
      pid: process.pid,
      http: server.http,
      https: server.https,
      memory: config.memory,
      tenants: tenants.map(({ name, id }) => ({ name, id })),
      ca: caCertificate,
    });
    const close = async () => {
      forget();
      const cut = await server.close(config.shutdownMillis);
      if (cut > 0) log.warn({ connections: cut }, 'connections were cut at the end of the shutdown deadline');
      await resolution.close();
      await store.close();
    };
    let closed: Promise<void> | undefined;
    return {
      http: server.http,
      https: server.https,
      tenants: tenants.map(({ name, id }) => ({ name, id })),
      client: issuer === undefined ? undefined : { id: client.id, secret: client.secret },
      caCertificate,
      example: tenants.find(({ example }) => example !== undefined)?.example,
      notes,
      close: () => {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** @throws ConfigError for an unknown tenant, or when tokens come from an external issuer */
export async function mintToken(config: Config, request: TokenRequest): Promise<{ token: string; notes: readonly string[] }> {
  const [{ ConfigError }, { mintAccessToken }, { resolveTenant, tokenUser }, { cloudOf }] = await Promise.all([
    import('./config.js'),
    import('./auth/mint.js'),
    import('./app/token-subject.js'),
    import('./kernel/cloud.js'),
  ]);
  if (config.issuer !== 'embedded') throw new ConfigError(`Tokens come from ${config.issuer}: ask for them there, or leave --issuer out.`);
  const notes: string[] = [];
  // Keys that end with this process would sign tokens that no server believes.
  const { files } = await openFiles({ ...config, memory: false });
  const reader = await openReader(config);
  try {
    const tenant = await resolveTenant(request.tenant, config.tenants, reader?.store);
    if ('known' in tenant) {
      throw new ConfigError(`--tenant '${request.tenant}' is unknown. Known are ${tenant.known.join(', ')}, or their ids.`);
    }
    const [state, { surface }] = await Promise.all([issuerState(files), loadModel()]);
    const { roles } = await demoPermissions(surface);
    let subject: Parameters<typeof mintAccessToken>[1]['subject'] = { kind: 'application', roles: request.roles ?? roles };
    if (request.scopes !== undefined) {
      const user = await tokenUser(tenant, request.user, reader);
      if (!user.known) notes.push(`No user ${user.userPrincipalName} exists in the tenant; the token carries no directory role.`);
      subject = { kind: 'delegated', scopes: request.scopes, user };
    }
    const appId = request.app ?? DEMO_CLIENT.id;
    const token = await mintAccessToken(state.keys, {
      tenantId: tenant.id,
      appId,
      appName: appId === DEMO_CLIENT.id ? DEMO_CLIENT.name : appId,
      appAuthentication: request.scopes === undefined ? 'secret' : 'public',
      subject,
      issuedAt: clock.now(),
      expires: request.lifetimeMillis / 1000,
      cloud: cloudOf(config.cloud),
    });
    return { token, notes };
  } finally {
    await reader?.store.close();
  }
}

/** @throws ConfigError when the data directory cannot be written */
export async function ensureCa(config: Config): Promise<string> {
  const [{ ensureDevelopmentCa }, { files }] = await Promise.all([import('./http/dev-ca.js'), openFiles({ ...config, memory: false })]);
  await ensureDevelopmentCa(files, clock);
  return files.path('ca.pem') as string;
}

/** MiB of the young generation of the thread that writes. */
const WRITER_YOUNG_MIB = 48;

/** What an import into a data directory must know. */
type ImportConfig = Pick<Config, 'data' | 'tenants' | 'loose'>;

/** The target of an import; of the program's, on a thread of its own. @throws as `openImport` */
async function openImportThread({ data, tenants, loose }: Config, wanted: string): Promise<ImportTarget> {
  if (!isEntry()) return await openImport({ data, tenants, loose }, wanted);
  const { threadTarget, YOUNG_MIB } = await import('./cli/import/thread.js');
  const work: ThreadWork = { config: { data, tenants, loose }, wanted };
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MIB };
  return await threadTarget(new Worker(new URL(import.meta.url), { workerData: work, resourceLimits }));
}

/**
 * @param writer starts a thread that carries out what is decided here; without, it is carried out here
 * @throws ConfigError for an unknown tenant, StorageError when the database cannot be opened
 */
export async function openImport(config: ImportConfig, wanted: string, writer?: () => WriterThread): Promise<ImportTarget> {
  const [{ ConfigError }, { resolveTenant }, { isBuiltIn, prepareTenants }, { importChunk }, { createResolution }, { StorageError }] =
    await Promise.all([
      import('./config.js'),
      import('./app/token-subject.js'),
      import('./app/prepare-tenants.js'),
      import('./app/import.js'),
      import('./app/resolution.js'),
      import('./storage/storage-error.js'),
    ]);
  await openFiles({ ...config, memory: false });
  const { schemas, surface } = await loadModel();
  const store = await (writer === undefined ? openBulkStore(config, schemas.beta) : openThreaded(config, schemas.beta, writer())).catch(
    (error: unknown) => {
      if (!(error instanceof StorageError) || error.fault !== 'inUse') throw error;
      const message = `${error.message} Or import through the server that uses it: --url http://HOST:PORT --token TOKEN (muster token prints one).`;
      throw new StorageError('inUse', message, { cause: error });
    },
  );
  try {
    const tenant = await resolveTenant(wanted, config.tenants, store);
    if ('known' in tenant) throw new ConfigError(`--tenant '${wanted}' is unknown. Known are ${tenant.known.join(', ')}, or their ids.`);
    const exists = (await store.tenants()).some(({ id }) => id === tenant.id);
    if (!exists && isBuiltIn(tenant.name)) await prepareTenants([tenant], store, schemas.beta);
    const caller: Caller = {
      tenantId: tenant.id,
      kind: 'application',
      appId: DEMO_CLIENT.id,
      permissions: new Set(),
      userId: undefined,
      userPrincipalName: undefined,
      directoryRoles: [],
      expiresAt: Number.MAX_SAFE_INTEGER,
    };
    const { resident } = createResolution(store, clock);
    const dependencies = { schemas, surface, store, resident, loose: config.loose, ...('hand' in store ? { hand: store.hand } : {}) };
    return {
      name: `tenant ${tenant.name}`,
      send: (lines, keepGoing, lenient = false) => importChunk(lines, { caller, now: clock.now(), keepGoing, lenient }, dependencies),
      settle: () => store.settle(),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The tenants of the database, also while a server uses it. @throws StorageError when it cannot be read */
export async function listTenants(config: Config): Promise<readonly KnownTenant[]> {
  const reader = await openReader(config);
  if (reader === undefined) return [];
  try {
    return await (await import('./app/manage-tenants.js')).listTenants(reader.store);
  } finally {
    await reader.store.close();
  }
}

/** @throws StorageError while a server uses the database, or when it cannot be opened */
export async function openTenants(config: Config): Promise<TenantAdministration> {
  const [{ createOwnTenant, removeTenant, resetTenant }, { explained }, { diskSnapshots }, { snapshotName }] = await Promise.all([
    import('./app/manage-tenants.js'),
    import('./config/tenant-faults.js'),
    import('./config/snapshot-files.js'),
    import('./app/engine-snapshot.js'),
  ]);
  await openFiles({ ...config, memory: false });
  const { schemas } = await loadModel();
  const store = await openStore({ ...config, memory: false }, schemas.beta);
  const known = <T extends KnownTenant>(wanted: string, result: T | Parameters<typeof explained>[1]): T => {
    if ('fault' in result) throw explained(wanted, result);
    return result;
  };
  // What an engine remembers of a tenant goes with it.
  const forgotten = async (tenant: KnownTenant) => {
    await diskSnapshots(config.data).remove(snapshotName(tenant.id));
    return tenant;
  };
  return {
    create: async (name, wanted) => known(name, await createOwnTenant(name, wanted, store, schemas.beta, clock)),
    reset: async (wanted) => forgotten(known(wanted, await resetTenant(wanted, store, schemas.beta, clock))),
    delete: async (wanted) => forgotten(known(wanted, await removeTenant(wanted, store))),
    close: () => store.close(),
  };
}

export async function runningServer(config: Config): Promise<ServerRecord | undefined> {
  return (await import('./config/server-record.js')).readServerRecord(config.data);
}

/** @throws ConfigError when the issuer's file is damaged */
async function demoClient(config: Config): Promise<{ id: string; secret: string } | undefined> {
  const secret = (await import('./config/issuer-state.js')).readClientSecret(config.data);
  return secret === undefined ? undefined : { id: DEMO_CLIENT.id, secret };
}

/** What the commands are given. */
export const composition: Composition = {
  serve: start,
  demoClient,
  mintToken,
  openImport: openImportThread,
  ensureCa,
  listTenants,
  openTenants,
  runningServer,
};

async function openFiles(config: Pick<Config, 'data' | 'memory'>) {
  return (await import('./config/open-files.js')).openFiles(config);
}

async function issuerState(files: PrivateFiles) {
  const [{ loadIssuerState }, { createSigningKeys, importSigningKeys }] = await Promise.all([
    import('./config/issuer-state.js'),
    import('./auth/keys.js'),
  ]);
  const state = await loadIssuerState(files, createSigningKeys);
  return { ...state, keys: await importSigningKeys(state.keys) };
}

let model: Promise<{ readonly schemas: Readonly<Record<ApiVersion, Schema>>; readonly surface: Surface }> | undefined;

/** Read once per process: it never changes. */
function loadModel() {
  model ??= (async () => {
    const [{ loadSchema }, { parseSurface }, { parseYaml }] = await Promise.all([
      import('./model/load-schema.js'),
      import('./model/parse-surface.js'),
      import('./config/yaml.js'),
    ]);
    const api = apiDirectory();
    const read = (path: string) => readFileSync(join(api, path), 'utf8');
    const schema = (version: ApiVersion) => loadSchema(version, JSON.parse(read(`model/${version}/schema.json`)));
    return { schemas: { beta: schema('beta'), 'v1.0': schema('v1.0') }, surface: parseSurface(await parseYaml(read('surface.yaml'))) };
  })();
  return model;
}

/** `api/` beside `dist/` and `src/`, and two above `build/src/`. */
function apiDirectory(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const beside = join(here, '..', 'api');
  return /[\\/]build[\\/]src[\\/]$/.test(here) ? join(here, '..', '..', 'api') : beside;
}

async function demoPermissions(surface: Surface): Promise<{ roles: readonly string[]; scopes: readonly string[] }> {
  const { areaPermissions } = await import('./app/area-permissions.js');
  const permissions = areaPermissions(surface);
  return { roles: permissions, scopes: permissions };
}

async function tlsIdentity(config: Config, files: PrivateFiles): Promise<{ cert: string; key: string } | undefined> {
  if (config.https === undefined) return undefined;
  const [{ ensureDevelopmentCa, ensureServerIdentity }, { readIdentity }] = await Promise.all([
    import('./http/dev-ca.js'),
    import('./config/tls-files.js'),
  ]);
  if (config.tls !== undefined) return readIdentity(config.tls);
  const { host } = config.https;
  return await ensureServerIdentity(await ensureDevelopmentCa(files, clock), files, ['0.0.0.0', '::'].includes(host) ? [] : [host], clock);
}

/** @param make told whether 429 says when to come back */
function throttleOf(choice: Config['throttle'], make: (told: boolean) => Throttle): Throttle | undefined {
  return choice === 'off' ? undefined : make(choice === 'service');
}

async function makeVerifier(config: Config, embedded: import('./auth/trust.js').TrustedIssuer | undefined, tenants: ReadonlySet<string>) {
  const [{ createVerifier, graphAudiences }, { openIdTrust }, { cloudOf }] = await Promise.all([
    import('./auth/verify.js'),
    import('./auth/openid-trust.js'),
    import('./kernel/cloud.js'),
  ]);
  return createVerifier({
    trust: [embedded ?? (await openIdTrust(config.issuer))],
    tenants: (id) => tenants.has(id),
    clock,
    audiences: [...graphAudiences(cloudOf(config.cloud)), ...config.audience],
  });
}

/** Tenants are named by id or domain, so no issuer URL begins with a Graph version. */
function isGraphUrl(url: string): boolean {
  return url.startsWith('/beta/') || url.startsWith('/v1.0/');
}

async function typesOf(beta: Schema): Promise<TypeContext> {
  return (await import('./app/store-types.js')).storeTypes(beta, () => clock.now());
}

async function openStore(config: Config, beta: Schema) {
  const types = await typesOf(beta);
  if (config.memory) {
    const { createMemoryStore } = await import('./storage/memory/memory-store.js');
    return createMemoryStore({ types });
  }
  const { openSqliteStore } = await import('./storage/sqlite/sqlite-store.js');
  return openSqliteStore({ path: join(config.data, DATABASE), types });
}

/** For an import, while nobody else has the database open. */
async function openBulkStore(config: ImportConfig, beta: Schema) {
  const [{ openSqliteBulkStore }, types] = await Promise.all([import('./storage/sqlite/sqlite-store.js'), typesOf(beta)]);
  return await openSqliteBulkStore({ path: join(config.data, DATABASE), types });
}

async function openThreaded(config: ImportConfig, beta: Schema, writer: WriterThread) {
  const [{ openThreadedStore }, types] = await Promise.all([import('./storage/sqlite/threaded-store.js'), typesOf(beta)]);
  return await openThreadedStore(join(config.data, DATABASE), types, writer);
}

/** From a snapshot beside the database, or by threads that read the database; a store in memory is as new at every start. */
async function engineStart({ memory, data }: Config, log: (message: string) => void): Promise<ResolutionOptions> {
  if (memory) return {};
  const { diskSnapshots } = await import('./config/snapshot-files.js');
  const snapshots = { files: diskSnapshots(data), log };
  const atOnce = availableParallelism() - 1;
  // A thread runs this file, but only as the entry: not where another program has made the server.
  if (!isEntry() || atOnce < 1) return { snapshots };
  return { snapshots, threads: { start: (work) => startFiller(join(data, DATABASE), work), atOnce, log } };
}

/** MiB of the young generation of a thread that fills an engine. */
const FILLER_YOUNG_MIB = 48;

function startFiller(database: string, fills: FillWork): FillThread {
  const work: ThreadWork = { fills, database };
  const thread = new Worker(new URL(import.meta.url), { workerData: work, resourceLimits: { maxYoungGenerationSizeMb: FILLER_YOUNG_MIB } });
  // It does not keep a program from ending.
  thread.unref();
  return thread;
}

/** The database beside which a command works; undefined while there is none. */
async function openReader(config: Config) {
  const path = join(config.data, DATABASE);
  if (config.memory || !existsSync(path)) return undefined;
  const { schemas } = await loadModel();
  const { openSqliteReader } = await import('./storage/sqlite/sqlite-store.js');
  return { store: await openSqliteReader({ path, types: await typesOf(schemas.beta) }), beta: schemas.beta };
}

/** @returns the exit code */
async function runProgram(): Promise<number> {
  const [{ runCli }, { processTerminal }] = await Promise.all([import('./cli/main.js'), import('./cli/process-terminal.js')]);
  const { version } = JSON.parse(readFileSync(join(apiDirectory(), '..', 'package.json'), 'utf8')) as { version: string };
  return runCli(process.argv.slice(2), composition, processTerminal(version));
}

/** npm's bin is a symbolic link, and Windows is loose about case: compare what the paths really are. */
function isEntry(): boolean {
  const entry = process.argv[1];
  if (entry === undefined) return false;
  try {
    return realpathSync.native(entry) === realpathSync.native(fileURLToPath(import.meta.url));
  } catch {
    return false;
  }
}

/** What a thread does: of an import, decide, or write what was decided; of a start, fill an engine. */
type ThreadWork =
  | { readonly config: ImportConfig; readonly wanted: string }
  | { readonly writes: string }
  | { readonly fills: FillWork; readonly database: string };

/** The file is also what the program's threads run. */
async function runThread(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const work = workerData as ThreadWork;
  if ('writes' in work) {
    const [{ serveWriter }, { openSqliteWriter }] = await Promise.all([
      import('./storage/sqlite/writer/serve-writer.js'),
      import('./storage/sqlite/sqlite-store.js'),
    ]);
    await serveWriter(port, () => openSqliteWriter(work.writes));
  } else if ('fills' in work) {
    const [{ serveFill }, { openSqliteScanner }] = await Promise.all([
      import('./app/fill-thread.js'),
      import('./storage/sqlite/sqlite-store.js'),
    ]);
    const store = await openSqliteScanner(work.database);
    await serveFill(port, store, work.fills);
    await store.close();
  } else {
    const { serveThread } = await import('./cli/import/thread.js');
    await serveThread(port, () => openImport(work.config, work.wanted, () => startWriter(work.config)));
  }
}

/** The thread that writes, beside the one that decides. */
function startWriter({ data }: ImportConfig): WriterThread {
  const work: ThreadWork = { writes: join(data, DATABASE) };
  const thread = new Worker(new URL(import.meta.url), { workerData: work, resourceLimits: { maxYoungGenerationSizeMb: WRITER_YOUNG_MIB } });
  const died = new Promise<never>((_, fail) => {
    thread.on('error', fail);
    thread.on('exit', (code) => fail(new Error(`the thread that writes ended with ${code}`)));
  });
  return { port: thread, died, end: () => thread.terminate() };
}

if (isEntry()) {
  if (isMainThread) process.exitCode = await runProgram();
  else await runThread();
}
