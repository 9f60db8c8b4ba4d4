import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addFormFlags, type FormFlags } from './form.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';

export function explainCommand(command: Command, composition: Composition, terminal: Terminal): void {
  addExamples(command, [
    ['muster explain DE-BER-LT0132 --tenant demo', 'each configuration that reaches the device, and by which way'],
    [
      "muster explain DE-BER-LT0132 'Windows corporate Wi-Fi' --tenant demo",
      'one configuration on the device, also where it does not reach it',
    ],
  ]);
  command.argument('<device>', 'name or id of a managed device').argument('[policy]', 'name or id of a device configuration');
  addFormFlags(addGraphFlags(command)).action(async (device: string, policy: string | undefined, flags: GraphFlags & FormFlags) => {
    const { explain } = await import('../ask/explain.js');
    await explain(device, policy, flags, composition, terminal);
  });
}
