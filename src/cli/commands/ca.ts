import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addSharedFlags, settings } from './settings.js';

export function caCommand(program: Command, composition: Composition, terminal: Terminal): void {
  const command = program
    .command('ca')
    .description('Print the path of the development CA certificate, which clients of the https listener must trust. Makes it when absent.');
  addSharedFlags(command).action(async (flags: Readonly<Record<string, unknown>>) => {
    terminal.out(`${await composition.ensureCa(await settings(flags, terminal))}\n`);
  });
}
