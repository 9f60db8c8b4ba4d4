import fc from 'fast-check';

/** Texts of well-typed filters over the sample schema's `everythingConfiguration`. */
const quoted = fc
  .string({ unit: fc.constantFrom('a', 'B', "'", ' ', 'é', '(', '/', ',', '🙂'), maxLength: 4 })
  .map((text) => `'${text.replaceAll("'", "''")}'`);
const compare = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'EQ');

interface Texts {
  bool: string;
  text: string;
  number: string;
}

const { bool } = fc.letrec<Texts>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('text', 'channel', '$it/text', 'null', 'TEXT'),
    quoted,
    fc.tuple(fc.constantFrom('tolower', 'toupper', 'trim'), tie('text')).map(([name, text]) => `${name}(${text})`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `concat(${a}, ${b})`),
    fc.tuple(tie('text'), tie('number')).map(([a, b]) => `substring(${a},${b})`),
  ),
  number: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'int32',
      'double',
      '$it/double',
      'int64',
      '1',
      '-2',
      '2.5',
      '1e21',
      'window/inner/weight',
      'numbers/$count',
      '9007199254740993',
    ),
    fc
      .tuple(tie('number'), fc.constantFrom('add', 'sub', 'mul', 'div', 'divby', 'mod'), tie('number'))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    tie('number').map((a) => `(${a})`),
    tie('number').map((a) => `-(${a})`),
    tie('text').map((a) => `length(${a})`),
    fc.constantFrom('year(moment)', 'totalseconds(duration)', 'hour(time)', 'round(double)'),
  ),
  bool: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      'flag',
      'true',
      'null',
      "isof('microsoft.graph.everythingConfiguration')",
      "days has 'monday'",
      "platform in ('iOS',1)",
      "platform lt 'linux'",
      'moment ge 2024-01-01',
      "moment sub duration'PT1S' lt now()",
      "duration gt 'PT1H'",
      'guid ne null',
      'window eq null',
      'anything eq 5',
      "'iOS' in platforms",
    ),
    fc.tuple(tie('text'), compare, tie('text')).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('number'), compare, tie('number')).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('bool'), fc.constantFrom('and', 'or', 'eq', 'ne', 'OR'), tie('bool')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(tie('bool'), fc.constantFrom('and', 'or'), tie('bool')).map(([a, op, b]) => `${a} ${op} ${b}`),
    tie('bool').map((a) => `not (${a})`),
    fc.tuple(fc.constantFrom('startswith', 'endswith', 'contains'), tie('text'), tie('text')).map(([name, a, b]) => `${name}(${a},${b})`),
    fc.tuple(tie('text'), fc.array(quoted, { minLength: 1, maxLength: 3 })).map(([a, list]) => `${a} in (${list})`),
    fc
      .tuple(fc.constantFrom('any', 'all'), fc.constantFrom('n', 'double', 'in1'), compare, tie('number'))
      .map(([op, n, c, a]) => `numbers/${op}(${n}:${n} ${c} ${a})`),
  ),
}));

export const expression: fc.Arbitrary<string> = bool;
