import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';

export function doctorCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster doctor', 'Node, data directory, ports, certificate, server, token and clock'],
    ['muster doctor --graph https://graph.microsoft.com --token TOKEN', 'whether a live tenant can be reached and read'],
  ]);
  addGraphFlags(command)
    .option('--json', 'print JSON')
    .action(async (flags: GraphFlags & { json?: boolean }) => {
      const { doctor } = await import('../doctor/run.js');
      settle(await doctor(flags, composition, terminal));
    });
}
