import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addFormFlags, type FormFlags } from './form.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';

export function findingsCommand(command: Command, composition: Composition, terminal: Terminal): void {
  addExamples(command, [
    ['muster findings --tenant demo', 'every assignment that does not do what it seems to'],
    ['muster findings --code exclusionWithoutEffect --csv --tenant demo', 'those of one kind, for a spreadsheet'],
  ]);
  command.option('--code <code>', 'those of one code').option('--policy <name-or-id>', 'those of one device configuration');
  addFormFlags(addGraphFlags(command)).action(async (flags: GraphFlags & FormFlags & { code?: string; policy?: string }) => {
    const { findings } = await import('../ask/findings.js');
    await findings(flags, composition, terminal);
  });
}
