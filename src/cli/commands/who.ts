import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addFormFlags, type FormFlags } from './form.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';

export function whoCommand(command: Command, composition: Composition, terminal: Terminal): void {
  addExamples(command, [
    ["muster who 'Windows corporate Wi-Fi' --tenant demo", 'how many devices get it, and the first of them'],
    ["muster who 'Windows corporate Wi-Fi' --outcome excluded --csv --tenant demo", 'every device that an exclusion keeps from it'],
  ]);
  command
    .argument('<policy>', 'name or id of a device configuration')
    .option('--outcome <outcome>', 'applied, removed, excluded, filteredOut, notApplicable or notTargeted', 'applied')
    .option('--limit <devices>', 'so many devices; all is every one (default: 50 in a table, else all)');
  addFormFlags(addGraphFlags(command)).action(
    async (policy: string, flags: GraphFlags & FormFlags & { outcome: string; limit?: string }) => {
      const { who } = await import('../ask/who.js');
      await who(policy, flags, composition, terminal);
    },
  );
}
