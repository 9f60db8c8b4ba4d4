/**
 * YAML as PyYAML writes it, which IntuneCD uses: version 1.1, with PyYAML's own idea of what a plain word is
 * (https://github.com/yaml/pyyaml, resolver.py): `1e3` and dates are text there, `yes` and `0o7` are not what YAML 1.2 makes of them.
 */
import { Composer, type CST, LineCounter, Parser, type ScalarTag } from 'yaml';
import type { JsonValue } from '../../kernel/json.js';
import type { ReadValue } from './read-json.js';

const MOST_DEEP = 200;
/** Values of one file with every alias written out: a few lines of anchors may not grow into gigabytes. */
const MOST_VALUES = 2_000_000;
const MOST_TEXT = 256 * 1024 * 1024;

const scalar = (tag: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag => ({
  tag: `tag:yaml.org,2002:${tag}`,
  default: true,
  test,
  resolve,
});

const plainWords: ScalarTag[] = [
  scalar('null', /^(?:~|null|Null|NULL|)$/, () => null),
  scalar('bool', /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  scalar('bool', /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  scalar('int', /^[-+]?0b[01_]+$/, (text) => signed(text, 2)),
  scalar('int', /^[-+]?0[0-7_]+$/, (text) => signed(text, 8)),
  scalar('int', /^[-+]?0x[0-9a-fA-F_]+$/, (text) => signed(text, 16)),
  scalar('int', /^[-+]?(?:0|[1-9][0-9_]*)$/, (text) => Number(text.replaceAll('_', ''))),
  scalar('float', /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/, (text) =>
    Number(text.replaceAll('_', '')),
  ),
];

function signed(text: string, radix: number): number {
  const digits = text.replace(/^[-+]?(?:0b|0x|0)/, '').replaceAll('_', '');
  return Number.parseInt(digits, radix) * (text.startsWith('-') ? -1 : 1);
}

export function readYaml(text: string): ReadValue {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  // The composer calls itself for each level, and there is no coming back from a stack that is full.
  if (tooDeep(tokens)) return { reason: `It is nested more than ${MOST_DEEP} levels deep.` };
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    customTags: (tags) => [...tags, ...plainWords],
    merge: true,
    logLevel: 'silent',
  });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (document === undefined) return { reason: 'The file is empty.' };
  const [first] = document.errors;
  if (first !== undefined) return { at: at(first.pos[0]), reason: faultOf(first.code, first.message) };
  if (second !== undefined) return { at: at(second.range[0]), reason: 'A second document begins; each object is a file of its own.' };
  const [warned] = document.warnings;
  if (warned !== undefined && /tag/i.test(warned.message))
    return { at: at(warned.pos[0]), reason: 'It has a tag that means nothing here.' };
  if (document.contents === null) return { reason: 'The file is empty.' };
  try {
    return bounded(document.toJS({ maxAliasCount: -1 }) as JsonValue);
  } catch (error) {
    if (error instanceof ReferenceError) return { reason: `This is not YAML: ${error.message}.` };
    throw error;
  }
}

/** Each level of the text is a few of the tokens. */
function tooDeep(tokens: readonly CST.Token[]): boolean {
  let level: readonly CST.Token[] = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_DEEP + 1) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child !== undefined && child !== null));
}

function faultOf(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT' || /\btabs?\b/i.test(message)) return 'A tab stands where YAML wants spaces.';
  if (code === 'DUPLICATE_KEY') return 'A key stands here a second time.';
  return `This is not YAML: ${message.split('\n', 1)[0]?.replace(/\.$/, '') ?? message}.`;
}

/** A value without shared parts, unless writing its aliases out is more than a file can be. */
function bounded(root: JsonValue): ReadValue {
  let values = 0;
  let length = 0;
  let reason: string | undefined;
  function copy(value: JsonValue | undefined, depth: number): JsonValue {
    values += 1;
    if (typeof value === 'string') length += value.length;
    if (values > MOST_VALUES || length > MOST_TEXT)
      reason ??= 'Its aliases (*name) make it far larger than it is written; write the lines out.';
    if (depth > MOST_DEEP) reason ??= `It is nested more than ${MOST_DEEP} levels deep.`;
    if (reason !== undefined || typeof value !== 'object' || value === null) return value ?? null;
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => copy(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member, depth + 1)]));
  }
  const value = copy(root, 1);
  return reason === undefined ? { value } : { reason };
}
