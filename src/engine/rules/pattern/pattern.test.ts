import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compilePattern, MAX_PATTERN_WEIGHT } from './index.js';
import { parsePattern } from './parse.js';

function found(pattern: string, text: string): boolean | string {
  const compiled = compilePattern(pattern);
  return compiled.ok ? compiled.matches(text) : compiled.explanation;
}

describe('patterns mean what they mean in .NET', () => {
  it.each([
    ['^Da.*', 'David', true],
    ['^Da.*', 'aDa', false],
    ['.*vid', 'David', true],
    ['.*vid', 'Da', false],
    ['ago', 'Lagos', true],
    ['.*?ago.*', 'LAGOS', true],
    ['', 'x', true],
    ['@domain.ext$', 'a@DOMAIN.EXT', true],
    [String.raw`\d{5}$`, 'x12345', true],
    [String.raw`\d{5}$`, 'x1234', false],
    [String.raw`^\d$`, '٣', true],
    [String.raw`^\w+$`, 'Müller', true],
    [String.raw`^\W+$`, 'Müller', false],
    [String.raw`^[\W_]+$`, '_ -€', true],
    [String.raw`^[^\w]$`, 'é', false],
    [String.raw`a\sb`, 'a\u00a0b', true],
    [String.raw`a\Sb`, 'a\u00a0b', false],
    [String.raw`^[\S]$`, 'é', true],
    [String.raw`^[\S]$`, '\u2003', false],
    [String.raw`^[\D]$`, '٣', false],
    [String.raw`[\w-.]+@x`, 'a-b.c@x', true],
    [String.raw`^[a\-z]$`, 'b', false],
    ['^[]a]$', ']', true],
    ['^[^]a]$', ']', false],
    ['^[a-]$', '-', true],
    ['^[a[]$', '[', true],
    [String.raw`^\u00e9\x41\cI\t\e$`, 'Éa\t\t\u001b', true],
    [String.raw`^\0\07$`, '\0\u0007', true],
    [String.raw`[\b]`, '\b', true],
    [String.raw`\p{Lu}\P{L}`, 'A1', true],
    [String.raw`\Aab\z`, 'AB', true],
    [String.raw`ab\Z`, 'ab\n', true],
    [String.raw`ab\z`, 'ab\n', false],
    ['ab$', 'ab\n', true],
    ['ab$', 'ab\n\n', false],
    ['ab$\n', 'ab\n', true],
    ['(?m)ab$', 'ab\n\n', true],
    ['(?m)(?-m)ab$', 'ab\nx', false],
    [String.raw`M\b`, 'Mü', false],
    [String.raw`\bü`, 'x ü', true],
    [String.raw`a\B`, 'aé', true],
    [String.raw`\b`, ' ', false],
    [String.raw`\B`, '', true],
    ['K', '\u212a', true],
    ['(?-i)K', '\u212a', false],
    ['[a-z]', '\u212a', true],
    ['^[^a-z]$', '\u212a', false],
    ['ß', '\u1e9e', true],
    ['i', 'İ', false],
    [String.raw`^\P{Lu}$`, 'a', false],
    [String.raw`^(?-i:\P{Lu})$`, 'a', true],
    ['.', '\ud83d', true],
    ['^.$', '😀', true],
    ['^[😀-😂]$', '😁', true],
    ['a{0}b', 'b', true],
    ['^(?:a{2,3}){2}$', 'a'.repeat(7), false],
    ['^(?:a{2,3}){2}$', 'a'.repeat(5), true],
    ['^(a|ab)(c|bcd)(d*)$', 'abcd', true],
    ['(?:)*', '', true],
    ['(?i:a)(?-i:b)|C', 'c', true],
    ['(?<name>a)(?:b)(c)', 'abc', true],
    ["(?'name'a)b", 'ab', true],
    ['a(?#comment)b', 'ab', true],
    ['a(?-i)B', 'Ab', false],
    ['a(?-i:B)c', 'ABC', true],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['(?m)^b', 'a\nb', true],
    ['(?n)(a)', 'a', true],
    ['a{2}b', 'aab', true],
    ['^a{2,3}?$', 'aaaa', false],
    ['^a{2,}$', 'aaaa', true],
    ['a{,5}', 'a{,5}', true],
    ['{', '{', true],
    ['a}', 'a}', true],
    [']', ']', true],
    ['a|b|', 'x', true],
    ['😀+x', '😀😀x', true],
  ] as const)('%s in %s: %s', (pattern, text, expected) => {
    expect(found(pattern, text)).toBe(expected);
  });
});

describe('what linear time cannot do is named', () => {
  it.each([
    ['(?=a)', 'Lookahead'],
    ['(?!a)', 'Negative lookahead'],
    ['(?<=a)b', 'Lookbehind'],
    ['(?<!a)b', 'Negative lookbehind'],
    [String.raw`(a)\1`, 'A backreference'],
    [String.raw`(?<n>a)\k<n>`, 'A backreference'],
    ['(?>a+)b', 'An atomic group'],
    ['(?(1)a|b)', 'A condition'],
    ['(?<a-b>x)', 'A balancing group'],
    [String.raw`\Ga`, String.raw`The anchor \G`],
    ['(?x) a', 'The option x'],
    ['[a-z-[aeiou]]', 'Subtraction'],
    ['[a-[b]]', 'Subtraction'],
    [String.raw`\p{IsGreek}`, 'A Unicode block'],
  ])('%s', (pattern, name) => {
    expect(found(pattern, '')).toMatch(new RegExp(`^${name.replace(/\\/g, '\\\\')}.* is not supported`));
  });
});

describe('what is no regular expression is refused where it goes wrong', () => {
  it.each([
    ['*@domain.ext', 0, '\\* has nothing before it'],
    ['a|+', 2, 'nothing before it'],
    ['(?', 0, 'means nothing'],
    ['(?P<n>a)', 0, 'means nothing'],
    ['a(b', 1, 'not closed'],
    ['a)b', 1, 'never opened'],
    ['a[bc', 1, 'not closed'],
    ['a[]', 1, 'not closed'],
    ['[z-a]', 1, 'ends before it begins'],
    [String.raw`[a-\d]`, 1, 'ends in a single character'],
    ['a{3,2}', 1, 'greater than the most'],
    ['a++', 2, 'repeated again'],
    ['a{2}{3}', 4, 'repeated again'],
    ['a\\', 1, 'escapes nothing'],
    [String.raw`a\q`, 1, 'no escape sequence'],
    [String.raw`\Qa\E`, 0, 'no escape sequence'],
    [String.raw`\p{Greek}`, 0, 'no Unicode category'],
    [String.raw`\pL`, 0, 'no escape sequence'],
    ['(?#a', 0, 'not closed'],
    ['a{1001}', 1, 'too much work'],
  ])('%s', (pattern, at, explanation) => {
    const refused = parsePattern(pattern);
    expect(refused.ok ? undefined : refused.at).toBe(at);
    expect(found(pattern, '')).toMatch(new RegExp(explanation));
  });
});

describe('work is bounded', () => {
  it.each([
    ['nested repetitions', '(((a{10}){10}){10}){10}'],
    ['wildcards in a row', '.*'.repeat(1500)],
    ['optional letters', '(?:a?){1000}a{1000}'],
    ['many choices of two', '(?:a|b){1000}'],
    ['empty groups', '(?:(?:(?:){1000}){1000}){1000}'],
    ['boundaries', String.raw`(?:\b|\B|a)`.repeat(300)],
    ['classes of their own', Array.from({ length: 300 }, (_, at) => `[${String.fromCharCode(0x400 + at)}-\u0fff]`).join('')],
    ['nested groups', `${'('.repeat(51)}a${')'.repeat(51)}`],
    ['groups without end', '('.repeat(3000)],
  ])('%s', (_, pattern) => {
    expect(compilePattern(pattern).ok).toBe(false);
  });

  it.each([
    ['a long list of words', `^(${Array.from({ length: 300 }, (_, index) => 50_000 + index).join('|')})$`, '50299', '150299'],
    ['an identifier', '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$', '01234567-89ab-cdef-0123-456789abcdef', '01234567-89ab-cdef-0123'],
    ['an address', String.raw`^[\w.+-]+@([\w-]+\.)+[a-z]{2,}$`, 'a.b@c-d.example', 'a.b@c-d'],
    ['an address of bounded parts', String.raw`^[\w.+-]{1,64}@([\w-]{1,63}\.){1,8}[a-z]{2,63}$`, 'a.b@c-d.example', 'a.b@c-d'],
    ['stars within stars', '(a*)*(a|aa)+$', 'ba', 'ab'],
    ['classes repeated', String.raw`[\p{L}]{500}`, 'é'.repeat(500), 'é'.repeat(499)],
    ['classes in a row', String.raw`\w`.repeat(1500), 'é'.repeat(1500), 'é'.repeat(1499)],
    ['a late choice', '.*[ab].{400}c', `xa${'x'.repeat(400)}c`, `xa${'x'.repeat(399)}c`],
    ['wildcards repeated', '(.*a){60}', 'xa'.repeat(60), 'xa'.repeat(59)],
    ['a whole rule of letters', 'x'.repeat(2900), 'x'.repeat(2900), 'x'.repeat(2899)],
  ])('and leaves room for %s', (_, pattern, text, other) => {
    expect(found(pattern, text)).toBe(true);
    expect(found(pattern, other)).toBe(false);
  });

  it('by the weight', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const pattern = compilePattern(pieces.join(''));
        if (pattern.ok) expect(pattern.weight).toBeLessThanOrEqual(MAX_PATTERN_WEIGHT);
      }),
    );
  });

  it('and nothing makes it throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((pieces) => pieces.join('')),
          fc.string({ unit: 'binary' }),
        ),
        fc.string({ unit: 'binary' }),
        (source, text) => {
          const pattern = compilePattern(source);
          if (pattern.ok) expect(typeof pattern.matches(text)).toBe('boolean');
          else expect(pattern.at).toBeLessThanOrEqual(source.length);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    'B',
    '1',
    ' ',
    '.',
    '[a-c]',
    '[^b]',
    '[ab1]',
    '(?:ab|ba)',
    '(a*)',
    '(',
    ')',
    '|',
    '*',
    '+',
    '?',
    '*?',
    '{3}',
    '{2,4}',
    '{1,}',
    '{0}',
    '^',
    '$',
  ],
  ...[String.raw`\w`, String.raw`\D`, String.raw`\s`, String.raw`\b`, String.raw`\B`, '(?:', '(?-i:', '(?i)'],
);
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', 'c', '1', '_', ' ', '-'), maxLength: 10 });

/** Undefined where the platform wants it written differently: it repeats no anchor. */
function platformRegExp(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'i');
  } catch {
    return undefined;
  }
}

/** Patterns and texts that mean the same to every engine: ASCII, no newline. */
describe('other engines agree', () => {
  it('RE2', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.array(text, { minLength: 1, maxLength: 4 }), (pieces, texts) => {
        const source = pieces.join('');
        const pattern = compilePattern(source);
        if (!pattern.ok) return;
        const reference = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
        for (const each of texts) expect([source, each, pattern.matches(each)]).toEqual([source, each, reference.test(each)]);
      }),
      { numRuns: 3000 },
    );
  });

  it('the platform’s, on patterns it does not go back and forth on', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(text, { minLength: 1, maxLength: 4 }), (pieces, texts) => {
        const source = pieces.filter((each) => !each.startsWith('(?-i') && each !== '(?i)').join('');
        const pattern = compilePattern(source);
        if (!pattern.ok) return;
        const reference = platformRegExp(source);
        if (reference === undefined) return;
        for (const each of texts) expect([source, each, pattern.matches(each)]).toEqual([source, each, reference.test(each)]);
      }),
      { numRuns: 2000 },
    );
  });

  const classPiece = fc.oneof(
    fc.constantFrom(...['Lu', 'Ll', 'L', 'Nd', 'S', 'P', 'Mn', 'Z', 'Cn', 'C'].map((name) => String.raw`\p{${name}}`)),
    fc.constantFrom('a-z', 'k', 's', 'ß', 'à-þ', 'Α-Ω', 'α-ω', 'ῼ', 'K', 'À-Þ', '\u{1f600}-\u{1f64f}', '0-9', '𐐀-𐐧'),
  );
  const character = fc.oneof(
    fc.constantFrom(...'aKksſß\u1e9eσςΣῳῼÀà1_ €😀𐐀𐐨\u0378İıµμ'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );

  it.each(['', '^'])('the platform’s, on classes of Unicode: [%s…]', (sign) => {
    fc.assert(
      fc.property(
        fc.array(classPiece, { minLength: 1, maxLength: 4 }),
        fc.array(character, { minLength: 1, maxLength: 8 }),
        (pieces, characters) => {
          for (const flags of ['i', '']) {
            const pattern = compilePattern(`(?${flags === '' ? '-i' : 'i'})^[${sign}${pieces.join('')}]$`);
            const reference = new RegExp(`^[${pieces.join('')}]$`, `u${flags}`);
            for (const each of characters) {
              if (each === '\n' || !each.isWellFormed()) continue;
              expect([each, pieces, pattern.ok && pattern.matches(each)]).toEqual([each, pieces, reference.test(each) === (sign === '')]);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
