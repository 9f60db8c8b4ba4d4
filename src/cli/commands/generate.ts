import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';

export interface GenerateFlags extends GraphFlags {
  readonly devices: string;
  readonly users?: string;
  readonly groups?: string;
  readonly filters?: string;
  readonly policies?: string;
  readonly seed: string;
  readonly out?: string;
}

export function generateCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster generate --devices 10000 --out fleet.ndjson', 'people, devices and groups as a file for muster import'],
    ['muster generate --devices 2000 --policies 50 --seed 7 --tenant empty', 'straight into a tenant, with policies and their assignments'],
  ]);
  command
    .option('--devices <number>', 'managed devices', '1000')
    .option('--users <number>', 'people (default: half as many)')
    .option('--groups <number>', 'groups: laid by hand, filled by rules, and groups of groups (default: a tenth of the devices)')
    .option('--filters <number>', 'assignment filters, 200 at most (default: a tenth of the policies)')
    .option('--policies <number>', 'device configurations with assignments (default: 50 into a tenant, none into a file)')
    .option('--seed <text>', 'the same seed and numbers make the same fleet', 'muster')
    .option('--out <file>', 'write NDJSON to a file; - writes standard output');
  addGraphFlags(command).action(async (flags: GenerateFlags) => {
    const { generate } = await import('../generate/run.js');
    settle(await generate(flags, composition, terminal));
  });
}
