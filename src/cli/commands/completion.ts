import type { Command } from 'commander';
import type { CatalogueEntry } from '../catalogue.js';
import type { Composition, Terminal } from '../composition.js';
import { addExamples } from './examples.js';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export function completionCommand(
  command: Command,
  composition: Composition,
  terminal: Terminal,
  _settle: (code: number) => void,
  catalogue: readonly CatalogueEntry[],
): void {
  addExamples(command, [
    ['source <(muster completion bash)', 'for this shell; in ~/.bashrc for every one'],
    ['muster completion fish > ~/.config/fish/completions/muster.fish', 'for every fish'],
    ['muster completion powershell | Out-String | Invoke-Expression', 'in $PROFILE, for every PowerShell'],
  ]);
  command.argument('<shell>', shells.join(', ')).action(async (shell: string) => {
    const known = shells.find((name) => name === shell.toLowerCase());
    if (known === undefined) {
      const { CommandFailed } = await import('../command-failed.js');
      throw new CommandFailed(`There is no completion for '${shell}': it is for ${shells.join(', ')}.`, 2);
    }
    const [{ Command: Program }, { scripts }, { grammarOf }] = await Promise.all([
      import('commander'),
      import('../completion/scripts.js'),
      import('../completion/grammar.js'),
    ]);
    const program = new Program('muster');
    for (const entry of catalogue) {
      (await entry.load())(program.command(entry.name).description(entry.description), composition, terminal, () => undefined, catalogue);
    }
    terminal.out(scripts[known](grammarOf(program)));
  });
}
