/** A plan in any form of YAML, which JSON is one of. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit, type YAMLError } from 'yaml';
import { faultsOf, type Path } from './check.js';
import type { ReadPlan } from './read.js';
import { type PlanDocument, planSchema } from './schema.js';

/** Of one file, so that a few lines of anchors do not grow into gigabytes. */
const MOST_ALIASES = 100;

/** Dashes or brackets with nothing between them. */
const TOO_DEEP = /(?:[-?] |[[{][ \t]*){200}/;

export function readYamlPlan(text: string, file: string): ReadPlan {
  const wrong = (...faults: readonly string[]): ReadPlan => ({ policies: [], faults });
  // The library's time grows with the square of the depth.
  if (TOO_DEEP.test(text)) return wrong(`${file}: brackets or dashes stand inside one another deeper than in any plan.`);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, keepSourceTokens: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined) return wrong(`${file}:1:1: the file is empty; a plan begins with the key policies.`);
  const { errors } = document;
  if (errors.length > 0) return wrong(...syntaxFaults(errors, text, at));
  if (second !== undefined) {
    return wrong(`${at(second.range[0])}: a second document begins here (---); a file is one plan.`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    return wrong(aliasFault(error as Error, document, file, at));
  }
  if (value === null || value === undefined) return wrong(`${file}:1:1: the file is empty; a plan begins with the key policies.`);
  const startOf = (path: Path): number => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const start = nodeStart(document, path.slice(0, depth));
      if (start !== undefined) return start;
    }
    return 0;
  };
  const faults = faultsOf(value, planSchema);
  if (faults.length > 0) {
    return wrong(
      ...faults.map(({ path, what, whole }) => {
        const said = whole === true ? what : `${placeName(path)} ${what}`;
        return `${at(startOf(path))}: ${said}${/[.?]$/.test(said) ? '' : '.'}`;
      }),
    );
  }
  const lineOf = (node: unknown, otherwise: number) => {
    const start = (node as Ranged | undefined)?.range?.[0];
    return start === undefined ? otherwise : lines.linePos(start).line;
  };
  const items = itemsOf(document.get('policies', true));
  return {
    policies: (value as PlanDocument).policies.map(({ policy, assignments }, index) => {
      const node = items[index];
      const line = lineOf(node, 1);
      const inner = isMap(node) ? itemsOf(node.get('assignments', true)) : [];
      return { policy, assignments, place: { file, line }, lines: assignments.map((_, at) => lineOf(inner[at], line)) };
    }),
    faults: [],
  };
}

interface Ranged {
  readonly range?: readonly number[] | null;
}

/** Of a key its own place, else that of its value. */
function nodeStart(document: Document, path: Path): number | undefined {
  const key = path.at(-1);
  if (typeof key === 'string') {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    return (pair?.key as Ranged | undefined)?.range?.[0];
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return (node as Ranged | null | undefined)?.range?.[0];
}

function itemsOf(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : [];
}

/** The first fault of each place: what follows from it says no more. */
function syntaxFaults(errors: readonly YAMLError[], text: string, at: (offset: number) => string): readonly string[] {
  const places = new Map<string, string>();
  for (const error of errors) {
    const place = at(error.pos[0]);
    if (!places.has(place)) places.set(place, `${place}: ${syntaxFault(error, text)}`);
  }
  return [...places.values()];
}

function syntaxFault({ code, message, pos }: YAMLError, text: string): string {
  if (code === 'TAB_AS_INDENT' || /\btabs?\b/i.test(message)) return 'a tab stands where YAML wants spaces.';
  if (code === 'DUPLICATE_KEY') return 'a key stands here a second time.';
  if (text.slice(pos[0]).trim() === '' && /must|expected|missing/i.test(message))
    return 'the file ends in the middle: a bracket or quote is not closed.';
  if (/nested mappings|implicit map/i.test(message)) return 'a name with a colon in it stands in quotes, such as "Wi-Fi: guests".';
  if (/call stack/i.test(message)) return 'brackets or dashes stand inside one another deeper than in any plan.';
  return `this is no YAML: ${message.split('\n', 1)[0]?.replace(/[.:]$/, '') ?? message}.`;
}

function aliasFault(error: Error, document: Document, file: string, at: (offset: number) => string): string {
  let first: number | undefined;
  visit(document, (_, node) => {
    if (!isAlias(node)) return undefined;
    first = node.range?.[0];
    return visit.BREAK;
  });
  const place = first === undefined ? file : at(first);
  return /alias/i.test(error.message) && /excessive|resource/i.test(error.message)
    ? `${place}: its aliases (*name) repeat more than a plan needs; write the lines out.`
    : `${place}: ${error.message.split('\n', 1)[0]?.replace(/\.$/, '')}.`;
}

/** `assignments[2].filter`, of a policy by its place; the whole is the plan. */
function placeName(path: Path): string {
  const shown = path.length > 2 ? path.slice(2) : path;
  if (path.length === 0) return 'the plan';
  if (path.length === 2) return 'the policy';
  return shown
    .map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
