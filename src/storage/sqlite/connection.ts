/**
 * The SQLite driver: Node's own `node:sqlite` where the running Node has it, else `@photostructure/sqlite`, which has the same API and
 * brings its binary inside the npm package. Nothing else in the program knows which one runs.
 */
export type SqliteValue = string | number | null;

export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
  /** The statement stays open, and its read transaction with it, until the iterator ends or is returned. */
  iterate(...values: SqliteValue[]): IterableIterator<unknown>;
  /** Rows as arrays of their columns in place of objects, which cost twice as much; older drivers do not have it. */
  setReturnArrays?(on: boolean): void;
}

/** A connection; every method throws the driver's error. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

interface ConnectionOptions {
  readonly readOnly: boolean;
  readonly enableForeignKeyConstraints: boolean;
}

interface Driver {
  readonly DatabaseSync: new (path: string, options: ConnectionOptions) => SqliteDatabase;
}

export type OpenDatabase = (path: string, options: { readonly readOnly: boolean }) => SqliteDatabase;

/** Find the driver. The function it returns opens a database file, which is made when absent unless `readOnly`. */
export async function loadSqlite(): Promise<OpenDatabase> {
  const driver = builtInDriver() ?? ((await import('@photostructure/sqlite')) as unknown as Driver);
  return (path, { readOnly }) => new driver.DatabaseSync(path, { readOnly, enableForeignKeyConstraints: false });
}

/**
 * Node warns once that its module is experimental (releases 22 and 24). It is a choice made here, not by the person at the terminal, so
 * exactly this warning is kept back while the module loads.
 */
function builtInDriver(): Driver | undefined {
  const emitWarning = process.emitWarning;
  const quieter = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite is an experimental feature')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  process.emitWarning = quieter as typeof process.emitWarning;
  try {
    return process.getBuiltinModule?.('node:sqlite') as Driver | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
