import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addFormFlags, type FormFlags } from './form.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';

export function effectiveCommand(command: Command, composition: Composition, terminal: Terminal): void {
  addExamples(command, [
    ['muster effective DE-BER-LT0132 --tenant demo', 'what the device gets, without the reasons'],
    ['muster effective admin@fabrikam-demo.example --json --tenant demo', 'what each device of a user gets, for a program'],
  ]);
  command.argument('<device-or-user>', 'name or id of a managed device, or name, principal name or id of a user');
  addFormFlags(addGraphFlags(command)).action(async (wanted: string, flags: GraphFlags & FormFlags) => {
    const { effective } = await import('../ask/effective.js');
    await effective(wanted, flags, composition, terminal);
  });
}
