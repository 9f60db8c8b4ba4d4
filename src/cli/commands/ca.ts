import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addSharedFlags, settings } from './settings.js';

export function caCommand(command: Command, composition: Composition, terminal: Terminal): void {
  addExamples(command, [
    ['muster ca', 'print the path, and make the certificate when there is none'],
    ['NODE_EXTRA_CA_CERTS=$(muster ca) node app.js', 'let a Node program trust the https listener'],
  ]);
  addSharedFlags(command).action(async (flags: Readonly<Record<string, unknown>>) => {
    terminal.out(`${await composition.ensureCa(await settings(flags, terminal))}\n`);
  });
}
