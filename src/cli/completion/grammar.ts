/** What completion knows of the commands: their names, flags and, where they are few, the values. */
import type { Command } from 'commander';

export interface Flag {
  readonly name: string;
  readonly description: string;
  /** Whether a value follows. */
  readonly takes: boolean;
}

export interface Word {
  /** `plan`, or `tenants list`. */
  readonly path: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  /** Names that may follow. */
  readonly words: readonly { readonly name: string; readonly description: string }[];
}

/** The program itself, then every command and its own commands. */
export function grammarOf(program: Command): readonly Word[] {
  const help = { name: 'help', description: 'show the help of a command' };
  const commands = program.commands.flatMap((command) => [
    wordOf(command, command.name()),
    ...command.commands.map((inner) => wordOf(inner, `${command.name()} ${inner.name()}`)),
  ]);
  const top: Word = {
    path: '',
    description: '',
    flags: [
      { name: '--help', description: 'show help', takes: false },
      { name: '--version', description: 'print the version', takes: false },
    ],
    words: [...program.commands.map(named), help],
  };
  const helping: Word = { path: 'help', description: help.description, flags: [], words: program.commands.map(named) };
  return [top, ...commands, helping];
}

function wordOf(command: Command, path: string): Word {
  const values = /^(?:[a-z]+, )+[a-z]+$/.test(command.registeredArguments[0]?.description ?? '')
    ? (command.registeredArguments[0]?.description ?? '').split(', ').map((name) => ({ name, description: '' }))
    : [];
  const flags = command.options.map(({ long, description, required, optional }) => ({
    name: long ?? '',
    description,
    takes: required || optional,
  }));
  return {
    path,
    description: command.description(),
    flags: [...flags, { name: '--help', description: 'show help', takes: false }],
    words: [...command.commands.map(named), ...values],
  };
}

function named(command: Command): { readonly name: string; readonly description: string } {
  return { name: command.name(), description: command.description().split(/[.:]/)[0] ?? '' };
}
