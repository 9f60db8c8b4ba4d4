/** Completion scripts. All that is known stands in the script: a key press starts no program. */
import type { Word } from './grammar.js';

const flagsOf = ({ flags }: Word) => flags.map(({ name }) => name);
const wordsOf = ({ words }: Word) => words.map(({ name }) => name);
/** Inside single quotes of a POSIX shell. */
const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** Inside single quotes of PowerShell. */
const power = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Flags after which files are offered, or nothing. */
const takers = (grammar: readonly Word[]) => [
  ...new Set(grammar.flatMap(({ flags }) => flags.filter(({ takes }) => takes).map(({ name }) => name))),
];

function bash(grammar: readonly Word[]): string {
  const cases = grammar.map((word) => `    ${single(word.path)}) words=${single([...wordsOf(word), ...flagsOf(word)].join(' '))} ;;`);
  return `# Completion of muster for bash: source <(muster completion bash)
_muster() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
      -*) break ;;
      *) if [[ -z $path ]]; then path=\${COMP_WORDS[at]}; elif [[ $path == tenants ]]; then path="$path \${COMP_WORDS[at]}"; break; else break; fi ;;
    esac
  done
  case $previous in
    ${takers(grammar).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _muster muster
`;
}

function zsh(grammar: readonly Word[]): string {
  const described = (items: readonly { readonly name: string; readonly description: string }[]) =>
    items.map(({ name, description }) => single(`${name.replaceAll(':', '\\:')}:${description}`)).join(' ');
  const cases = grammar.map((word) => `    (${single(word.path)}) items=(${described([...word.words, ...word.flags])}) ;;`);
  return `#compdef muster
# Completion of muster for zsh: source <(muster completion zsh)
_muster() {
  local word_path='' at
  local -a items
  for ((at = 2; at < CURRENT; at++)); do
    case $words[at] in
      (-*) break ;;
      (*) if [[ -z $word_path ]]; then word_path=$words[at]; elif [[ $word_path == tenants ]]; then word_path="$word_path $words[at]"; break; else break; fi ;;
    esac
  done
  case $words[CURRENT-1] in
    (${takers(grammar).join('|')}) _files; return ;;
  esac
  case $word_path in
${cases.join('\n')}
  esac
  _describe 'muster' items || _files
}
compdef _muster muster
`;
}

function fish(grammar: readonly Word[]): string {
  const lines = ['# Completion of muster for fish: muster completion fish | source', 'complete -c muster -f'];
  for (const { path, flags, words } of grammar) {
    const [first = '', second] = path.split(' ');
    const inner = second === undefined ? '' : ` && __fish_seen_subcommand_from ${second}`;
    const condition = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}${inner}`;
    const given = `-n ${single(condition)}`;
    for (const { name, description } of words) lines.push(`complete -c muster ${given} -a ${single(name)} -d ${single(description)}`);
    for (const { name, description, takes } of flags) {
      lines.push(`complete -c muster ${given} -l ${name.slice(2)}${takes ? ' -r -F' : ''} -d ${single(description)}`);
    }
    if (path !== '' && words.length === 0) lines.push(`complete -c muster ${given} -F`);
  }
  return `${lines.join('\n')}\n`;
}

function powershell(grammar: readonly Word[]): string {
  const rows = grammar.map((word) => {
    const items = [...word.words, ...word.flags].map(({ name, description }) => `@(${power(name)}, ${power(description || name)})`);
    return `    ${power(word.path)} = @(${items.join(', ')})`;
  });
  return `# Completion of muster for PowerShell: muster completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName muster -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $grammar = @{
${rows.join('\n')}
  }
  $path = ''
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    $text = $element.ToString()
    if ($element.Extent.EndOffset -ge $cursorPosition -or $text.StartsWith('-')) { break }
    if ($path -eq '') { $path = $text } elseif ($path -eq 'tenants') { $path = "$path $text"; break } else { break }
  }
  foreach ($item in $grammar[$path]) {
    if ($item -and $item[0] -like "$wordToComplete*") {
      [System.Management.Automation.CompletionResult]::new($item[0], $item[0], 'ParameterValue', $item[1])
    }
  }
}
`;
}

export const scripts: Readonly<Record<'bash' | 'zsh' | 'fish' | 'powershell', (grammar: readonly Word[]) => string>> = {
  bash,
  zsh,
  fish,
  powershell,
};
