/** Finds and reads what the model is made from: three installed packages and the corrections. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Sources {
  readonly betaSdk: string;
  readonly betaTypes: string;
  readonly v1Types: string;
  readonly corrections: string;
}

/** `root` is the directory of package.json. */
export async function readSources(root: string): Promise<Sources> {
  const packageFolder = (name: string): string => dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
  const read = (...path: string[]): Promise<string> => readFile(join(...path), 'utf8');
  const [betaSdk, betaTypes, v1Types, corrections] = await Promise.all([
    read(packageFolder('@microsoft/msgraph-beta-sdk'), 'models', 'index.js'),
    read(packageFolder('@microsoft/microsoft-graph-types-beta'), 'microsoft-graph.d.ts'),
    read(packageFolder('@microsoft/microsoft-graph-types'), 'microsoft-graph.d.ts'),
    read(root, 'api', 'model', 'corrections.yaml'),
  ]);
  return { betaSdk, betaTypes, v1Types, corrections };
}
