/** docs/reference/commands.md: every command with its arguments, flags and examples, as its help has them. */
import { Command, type Option } from 'commander';
import { catalogue } from '../../src/cli/catalogue.js';
import type { Composition, Terminal } from '../../src/cli/composition.js';

const HEAD = `# Commands

Written by \`npm run document-commands\` from the commands themselves; \`muster help COMMAND\` says the same. In a clone \`muster\` is \`node dist/main.js\`.

Exit codes: 0 done, 1 failed, 2 wrong command line or configuration. \`plan\` and \`apply\` have codes of their own ([plan files](plan-file.md#exit-codes)).
`;

/** The commands are defined and never run: they ask nothing of what they are given. */
const nothing = {} as unknown as Composition & Terminal;

export async function commandsPage(): Promise<string> {
  const program = new Command('muster');
  const sections: string[] = [];
  for (const { name, description, load } of catalogue) {
    const command = program.command(name).description(description);
    (await load())(command, nothing, nothing, () => undefined, catalogue);
    sections.push(section(command, `muster ${name}`, 2));
    for (const inner of command.commands) sections.push(section(inner, `muster ${name} ${inner.name()}`, 3));
  }
  const list = catalogue.map(({ name, description }) => `| [\`${name}\`](#muster-${name}) | ${cell(description)} |`);
  return `${HEAD}\n${['| Command | What it does |', '| --- | --- |', ...list].join('\n')}\n\n${sections.join('\n')}`;
}

function section(command: Command, name: string, level: number): string {
  const parts = [`${'#'.repeat(level)} ${name}`, command.description(), fenced(`${name} ${command.usage()}`)];
  const described = command.registeredArguments.filter(({ description }) => description !== '');
  const rows = [
    ...described.map((argument) => [`\`${argument.required ? `<${argument.name()}>` : `[${argument.name()}]`}\``, argument.description]),
    ...command.options.map((option) => [`\`${option.flags}\``, option.description + fallback(option)]),
  ];
  if (rows.length > 0)
    parts.push(
      ['| Argument or flag | What |', '| --- | --- |', ...rows.map((row) => `| ${row.map((text) => cell(text ?? '')).join(' | ')} |`)].join(
        '\n',
      ),
    );
  const examples = examplesOf(command);
  if (examples.length > 0) parts.push(fenced(examples.map(([line, what]) => `# ${what}\n${line}`).join('\n\n')));
  return `${parts.join('\n\n')}\n`;
}

function fallback({ defaultValue }: Option): string {
  if (defaultValue === undefined || defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0)) return '';
  return ` (default: ${String(defaultValue)})`;
}

/** What stands at the end of a command's help: a line, and below it what it does. */
function examplesOf(command: Command): readonly (readonly [line: string, what: string])[] {
  let help = '';
  const writeOut = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut }).outputHelp();
  const [, after = ''] = help.split('\nExamples:\n');
  return [...after.matchAll(/^ {2}(\S.*)\n {6}(\S.*)$/gm)].map(([, line = '', what = '']) => [line, what] as const);
}

const fenced = (text: string) => `\`\`\`sh\n${text}\n\`\`\``;

/** In a table; what stands in backticks is shown as it is. */
function cell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('*', '\\*')))
    .join('')
    .replaceAll('|', '\\|');
}
