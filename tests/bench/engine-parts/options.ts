/** What the benchmark is told on its command line, and what it tells its parts. */
import { parseArgs } from 'node:util';

export type PartName = 'resident' | 'fill' | 'start' | 'snapshot';

export interface EngineOptions {
  readonly devices: number;
  /** PATCHes that PostgreSQL is asked about as well; 0: it is not started. */
  readonly sqlSamples: number;
  readonly store: boolean;
  /** The repository. */
  readonly root: string;
  /** For the store's files. */
  readonly folder: string;
}

/** `--devices N`, `--sql-samples N`, `--no-sql`, `--no-store`. @throws TypeError for others */
export function readOptions(args: readonly string[]): Pick<EngineOptions, 'devices' | 'sqlSamples' | 'store'> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '1000000' },
      'sql-samples': { type: 'string', default: '60' },
      'no-sql': { type: 'boolean', default: false },
      'no-store': { type: 'boolean', default: false },
    },
  });
  const positive = (name: 'devices' | 'sql-samples') => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`--${name} must be a positive whole number`);
    return value;
  };
  return { devices: positive('devices'), sqlSamples: values['no-sql'] ? 0 : positive('sql-samples'), store: !values['no-store'] };
}
