/** Where settings come from: flags, environment, file. Unknown names are refused with the nearest known one. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isObject } from '../kernel/json.js';
import { nearest } from './nearest.js';
import { flagOf, optionKeys, type RawValue, variableOf } from './options.js';
import { ConfigError, didYouMean } from './words.js';
import { parseYaml } from './yaml.js';

export interface SourceInput {
  /** Flags by option key (`tlsCert`), as the command line parser gives them; `config` names a file. Undefined ones were not given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

const FILE_NAMES = ['muster.json', 'muster.yaml', 'muster.yml'];

/** The winning value of each option that any source gives. */
export async function readSources(
  input: SourceInput,
): Promise<{ readonly values: ReadonlyMap<string, RawValue>; readonly warnings: readonly string[] }> {
  const { flags, environment, workingDirectory } = input;
  const values = new Map<string, RawValue>();
  const file = configFile(input);
  if (file !== undefined) for (const [key, value] of await readConfigFile(file)) values.set(key, value);
  for (const key of optionKeys) {
    const value = environment[variableOf(key)];
    // An empty variable is how shells and compose files unset one.
    if (value !== undefined && value !== '') values.set(key, { value, origin: variableOf(key), from: workingDirectory });
  }
  for (const key of optionKeys) {
    const value = flags[key];
    if (value !== undefined) values.set(key, { value, origin: flagOf(key), from: workingDirectory });
  }
  return { values, warnings: misspelledVariables(environment) };
}

function configFile({ flags, environment, workingDirectory }: SourceInput): string | undefined {
  const named = flags.config ?? (environment.MUSTER_CONFIG || undefined);
  if (named !== undefined) {
    const file = resolve(workingDirectory, String(named));
    if (existsSync(file)) return file;
    throw new ConfigError(`${flags.config === undefined ? 'MUSTER_CONFIG' : '--config'} '${String(named)}': there is no such file.`);
  }
  const present = FILE_NAMES.filter((name) => existsSync(resolve(workingDirectory, name)));
  if (present.length > 1) throw new ConfigError(`${present.join(' and ')} are both here: keep one, or name one with --config.`);
  return present[0] === undefined ? undefined : resolve(workingDirectory, present[0]);
}

async function readConfigFile(file: string): Promise<[string, RawValue][]> {
  const name = basename(file);
  const document = await parseFile(file, name);
  if (document === null || document === undefined) return [];
  if (!isObject(document)) throw new ConfigError(`${name} is not a mapping of settings, such as {"http": "127.0.0.1:8080"}.`);
  return Object.entries(document).map(([key, value]) => {
    if (!optionKeys.includes(key)) throw new ConfigError(`${name}: the setting '${key}' is unknown${didYouMean(key, optionKeys)}`);
    // YAML reads `off` as a word and `no` as one too, yet people and older parsers mean false; JSON has only false.
    const meant = value === false && (key === 'http' || key === 'https') ? 'off' : value;
    return [key, { value: meant, origin: `${name}: ${key}`, from: dirname(file) }];
  });
}

async function parseFile(file: string, name: string): Promise<unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${name} cannot be read: ${firstLine(error)}.`);
  }
  try {
    if (name.endsWith('.json')) return JSON.parse(text);
    return await parseYaml(text);
  } catch (error) {
    throw new ConfigError(`${name} is not valid ${name.endsWith('.json') ? 'JSON' : 'YAML'}: ${firstLine(error)}.`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.replace(/[.:]+$/, '') ?? '';
}

/** Unknown variables are no error: orchestrators and test scripts make their own (`MUSTER_SERVICE_HOST`). A likely slip is worth a word. */
function misspelledVariables(environment: SourceInput['environment']): string[] {
  const known = [...optionKeys.map(variableOf), 'MUSTER_CONFIG'];
  const tails = known.map((name) => name.slice(7));
  return Object.keys(environment)
    .filter((name) => name.startsWith('MUSTER_') && !known.includes(name))
    .flatMap((name) => {
      const near = nearest(name.slice(7), tails, name.length < 12 ? 1 : 2);
      return near === undefined ? [] : [`The variable ${name} is ignored. Did you mean MUSTER_${near}?`];
    });
}
