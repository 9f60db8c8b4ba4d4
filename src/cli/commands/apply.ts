import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import type { GuardFlags } from '../plan/guard.js';
import type { ModelFlags } from '../plan/model-tenant.js';
import { addExamples } from './examples.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';
import { addGuardFlags } from './plan-flags.js';

export interface ApplyFlags extends GraphFlags, GuardFlags, ModelFlags {
  readonly yes?: boolean;
  readonly undo?: string;
  readonly json?: boolean;
}

export function applyCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster apply assignments.yaml --tenant demo', 'show what would change, ask, and change it'],
    [
      'muster apply assignments.yaml --tenant demo --yes --max-affected 50',
      'in a pipeline: without a question, and not at all when more than 50 devices are affected',
    ],
    ['muster apply muster-undo-20260301-101500.yaml --tenant demo', 'take back what an earlier apply has done'],
  ]);
  command
    .argument('<file>', 'a plan (YAML or JSON), a directory of plans, or the undo file of an earlier apply')
    .option('--yes', 'do not ask')
    .option('--undo <file>', 'where to write the file that takes it back (default: muster-undo-DATE.yaml here)')
    .option('--json', 'print the summary as one line of JSON');
  addGraphFlags(addGuardFlags(command)).action(async (file: string, flags: ApplyFlags) => {
    const { apply } = await import('../plan/apply.js');
    settle(await apply(file, flags, composition, terminal));
  });
}
