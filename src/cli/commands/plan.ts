import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import type { GuardFlags } from '../plan/guard.js';
import type { ModelFlags } from '../plan/model-tenant.js';
import { addExamples } from './examples.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';
import { addGuardFlags } from './plan-flags.js';

export interface PlanFlags extends GraphFlags, GuardFlags, ModelFlags {
  readonly output: string;
  readonly out?: string;
  readonly schema?: boolean;
  readonly current?: boolean;
}

export function planCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster plan assignments.yaml --tenant demo', 'what would change, and for how many devices; exit code 0: nothing, 2: something'],
    [
      'muster plan policies/ --tenant demo --max-lost 100 --output markdown',
      'for a pull request; exit code 3 when more than 100 devices would lose a policy',
    ],
    ['muster plan --current --tenant demo > assignments.yaml', 'a plan of what is assigned now'],
    ['muster plan --schema > plan.schema.json', 'the JSON schema of plan files, for an editor'],
  ]);
  command
    .argument('[file]', 'a plan (YAML or JSON), or a directory of plans')
    .option('--output <form>', 'text, json, markdown, junit or sarif', 'text')
    .option('--out <file>', 'write the output to a file, and the text to the terminal')
    .option('--current', 'print what is assigned now as a plan, to begin with')
    .option('--schema', 'print the JSON schema of plan files');
  addGraphFlags(addGuardFlags(command)).action(async (file: string | undefined, flags: PlanFlags) => {
    const { plan } = await import('../plan/run.js');
    settle(await plan(file, flags, composition, terminal));
  });
}
