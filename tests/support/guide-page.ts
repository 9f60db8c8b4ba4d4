/**
 * What a page of the guide asks its reader to do, read from its Markdown source.
 *
 * - A block of `sh` is run. A line of it that ends in `# exit code N` ends with that code, every other command with 0.
 * - A block of any language whose first line is a comment that is a file name (`# plan.yaml`, `// recipe.mjs`) is a file that the reader
 *   saves in the working directory.
 * - A block of `text` directly after one of `sh` is what that prints on standard output, to the letter. `…` stands for any text within a line, and alone on a
 *   line for any lines.
 * - `<!-- not run: REASON -->` directly before a block: the reader can run it, the tests cannot.
 * - `<!-- server stopped -->` directly before a block: no server runs meanwhile.
 * - Blocks of `json`, `diff` and the like show something, and nobody runs them.
 */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly file: string | undefined;
  /** Why the tests do not run it. */
  readonly notRun: string | undefined;
  readonly serverStopped: boolean;
  /** What it prints on standard output, where the page says so. */
  readonly prints: string | undefined;
}

/** Languages of blocks that show something. */
export const shown: ReadonlySet<string> = new Set(['', 'text', 'json', 'ndjson', 'xml', 'diff', 'http']);

/** Indented, or the first thing of a list item. */
const FENCE = /^(\s*(?:(?:[-*]|\d+\.)\s+)?)(`{3,})\s*([\w-]*)\s*$/;
const MARKER = /^\s*<!--\s*(.*?)\s*-->\s*$/;
const FILE = /^(?:#|\/\/)\s+([\w./-]+\.\w+)\s*$/;

interface Raw {
  readonly language: string;
  readonly lines: readonly string[];
  readonly open: number;
  readonly close: number;
}

export function readBlocks(source: string): readonly Block[] {
  const lines = source.split('\n');
  const raw = fences(lines);
  return raw.map(({ language, lines: own, open, close }, index): Block => {
    const markers = markersBefore(lines, open);
    const next = raw[index + 1];
    const follows = next !== undefined && lines.slice(close + 1, next.open).every((line) => line.trim() === '');
    return {
      language,
      text: `${own.join('\n')}\n`,
      line: open + 1,
      file: FILE.exec(own[0] ?? '')?.[1],
      notRun: markers.flatMap((marker) => /^not run:\s*(.+)$/.exec(marker)?.[1] ?? [])[0],
      serverStopped: markers.includes('server stopped'),
      prints: language === 'sh' && follows && next.language === 'text' ? next.lines.join('\n') : undefined,
    };
  });
}

function fences(lines: readonly string[]): readonly Raw[] {
  const found: Raw[] = [];
  for (let open = 0; open < lines.length; open += 1) {
    const [, indent = '', ticks = '', language = ''] = FENCE.exec(lines[open] ?? '') ?? [];
    if (ticks === '') continue;
    let close = open + 1;
    while (close < lines.length && lines[close]?.trim() !== ticks) close += 1;
    const own = lines.slice(open + 1, close).map((line) => line.slice(Math.min(indent.length, line.search(/\S|$/))));
    found.push({ language, lines: own, open, close });
    open = close;
  }
  return found;
}

/** Comments that stand between a block and the text before it. */
function markersBefore(lines: readonly string[], open: number): readonly string[] {
  const markers: string[] = [];
  for (let at = open - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    const marker = MARKER.exec(line)?.[1];
    if (marker !== undefined) markers.push(marker);
    else if (line.trim() !== '') break;
  }
  return markers;
}

/** What a page says that a block prints, as an expression for the whole of it. */
export function printedPattern(prints: string): RegExp {
  const lines = prints.split('\n').map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*';
    return `${line.trimEnd().split('…').map(literal).join('.*')}[ \\t]*\\n`;
  });
  return new RegExp(`^${lines.join('')}$`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The block as bash runs it: a line that says its exit code is held to it. */
export function runnable(text: string): string {
  const joined = text.replace(/\\\n\s*/g, ' ');
  return joined
    .split('\n')
    .map((line) => {
      const [, command, code] = /^(.*\S)\s+#.*\bexit code (\d+)\b.*$/.exec(line) ?? [];
      if (command === undefined) return line;
      return `__code=0; ${command} || __code=$?; [ "$__code" = ${code} ] || { echo "exit code $__code, not ${code}: ${command.replace(/[\\"$`]/g, '\\$&')}"; false; }`;
    })
    .join('\n');
}
