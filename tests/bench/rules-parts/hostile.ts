import { createTable } from '../../../src/engine/columns/table.js';
import { columnSpecs, compileDynamicRule, userColumns, validateDynamicRule } from '../../../src/engine/rules/dynamic/index.js';
import { compilePattern } from '../../../src/engine/rules/pattern/index.js';

/** As long as the longest values of a directory are. */
const VALUE_LENGTH = 1024;
const ROUNDS = 25;
/** A pattern stands in a rule of 3,072 characters. */
const MAX_PATTERN_LENGTH = 3000;

/** Patterns that are hard for one kind of matcher or another; each is taken as big as it is still accepted. */
const families: readonly ((size: number) => string)[] = [
  (size) => `a.{${size}}z`,
  (size) => `a(?:a|b){${size}}z`,
  (size) => `(?:a|b)*a(?:a|b){${size}}z`,
  (size) => `(?:a?){${size}}a{${size}}`,
  (size) => `(a{1,50}b?){1,${size}}z`,
  (size) => `((a{1,${size}}){1,10}){1,4}z`,
  (size) => `(?:(?:a|b){1,5}){1,${size}}z`,
  (size) => '(a*)*(a|aa)+$'.repeat(size),
  (size) => `${'a*b?'.repeat(size)}z`,
  (size) => `${'a+b+'.repeat(size)}z`,
  (size) => `${'.*[ab]'.repeat(size)}z`,
  (size) => `${'(?:ab|ba|aab)'.repeat(size)}z`,
  (size) => `${'(?:ab|ba|aab)?'.repeat(size)}z`,
  (size) => `(?:${Array.from({ length: size }, (_, at) => `b${at.toString(2).replaceAll('0', 'a').replaceAll('1', 'b')}`).join('|')})z`,
  (size) => `${String.raw`(?:\ba|\Bb)?`.repeat(size)}z`,
  (size) => `${String.raw`(?:\b|\B|a)`.repeat(size)}z`,
  (size) => `a${String.raw`\W`.repeat(size)}z`,
  (size) => Array.from({ length: size }, (_, at) => `[${String.fromCharCode(0x400 + at)}-${String.fromCharCode(0x1000 + at)}]`).join(''),
];

const values: readonly string[] = [
  'a'.repeat(VALUE_LENGTH),
  'ab'.repeat(VALUE_LENGTH / 2),
  Array.from({ length: VALUE_LENGTH }, (_, at) => 'ab'[(Math.imul(at + 1, 0x9e37_79b1) >>> 13) & 1]).join(''),
  Array.from({ length: VALUE_LENGTH }, (_, at) => String.fromCharCode(0x400 + at)).join(''),
];

/** The biggest pattern of a family that is accepted. */
function biggest(family: (size: number) => string): string {
  const accepted = (size: number) => family(size).length <= MAX_PATTERN_LENGTH && compilePattern(family(size)).ok;
  let low = 1;
  let high = MAX_PATTERN_LENGTH;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (accepted(middle)) low = middle;
    else high = middle - 1;
  }
  return family(low);
}

/** Milliseconds to read, check and compile a rule and ask it about one user: the least of several rounds. */
function answerMillis(pattern: string, value: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const table = createTable(columnSpecs('user'));
    table.add(userColumns({ id: '1', department: value }, table.columns));
    // A comment makes it another pattern each time, so that nothing is remembered.
    const rule = `user.department -match "${pattern}(?#${round}${value.codePointAt(1)})"`;
    const start = performance.now();
    const verdict = validateDynamicRule(rule);
    if (verdict.valid) compileDynamicRule(verdict.ast, { now: () => 0 }).evaluate(table);
    least = Math.min(least, performance.now() - start);
    if (!verdict.valid) throw new Error(`a pattern of the benchmark is refused: ${pattern.slice(0, 40)}`);
  }
  return least;
}

/** The hardest pattern on the value that is hardest for it. */
export function measureHostile(): Readonly<Record<string, number>> {
  const patterns = families.map(biggest);
  return { hostileRegexMaxMillis: Math.max(...patterns.flatMap((pattern) => values.map((value) => answerMillis(pattern, value)))) };
}
