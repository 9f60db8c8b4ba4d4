import type { Command } from 'commander';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addGraphFlags, type GraphFlags } from './graph-flags.js';

export interface ExportFlags extends GraphFlags {
  readonly format: string;
  readonly yaml?: boolean;
  readonly replace?: boolean;
  readonly json?: boolean;
}

export function exportCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster export backup --tenant demo', 'everything, as pages of Graph JSON'],
    ['muster export backup --tenant demo --format intuneCd --yaml --replace', 'as IntuneCD backs up, in the place of the last export'],
  ]);
  command
    .argument('<folder>', 'where to; it must be empty, or hold an earlier export')
    .option('--format <name>', 'graph, intuneManagement, intuneCd or ndjson', 'graph')
    .option('--yaml', 'YAML instead of JSON (intuneCd)')
    .option('--replace', 'put it in the place of an earlier export')
    .option('--json', 'print the summary as one line of JSON');
  addGraphFlags(command).action(async (folder: string, flags: ExportFlags) => {
    const { exportTenant } = await import('../export/run.js');
    settle(await exportTenant(folder, flags, composition, terminal));
  });
}
