import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { isA } from '../model/schema.js';
import { sampleBeta } from '../model/testing/sample-schema.js';
import { bindFilter, bindOrderBy } from '../odata/filter.js';
import { compareCodePoints, compareText } from './compare.js';
import { compareBy, type EvaluationContext, evaluate, matches } from './evaluate.js';

const schema = sampleBeta();
const type = schema.types.get('everythingConfiguration')!;
const context: EvaluationContext = {
  typeName: 'everythingConfiguration',
  isA: (name, ancestor) => {
    const known = schema.types.get(name);
    return known !== undefined && isA(known, ancestor);
  },
  now: Date.parse('2024-06-01T12:00:00.250Z'),
};

const item: JsonObject = {
  id: 'a',
  displayName: 'Straße',
  text: 'Hello',
  flag: true,
  int32: 7,
  int64: '9007199254740993',
  double: 2.5,
  guid: '6e1e4b7a-0000-4000-8000-000000000000',
  date: '2024-02-29',
  moment: '2024-02-29T23:59:59.9999999Z',
  time: '08:30:00.0000000',
  duration: 'PT36H',
  binary: 'AQID',
  platform: 'iOS',
  days: 'monday,friday',
  numbers: [1, 2, 3],
  platforms: ['android', 'linux'],
  channel: null,
  window: { start: '09:00:00.0000000', inner: { weight: 3 } },
  setting: { '@odata.type': '#microsoft.graph.omaSettingInteger', displayName: 's', value: 4 },
  anything: 'free',
  assignments: [{ id: 'x', target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: 'g' }, intent: 'apply' }],
};

const filter = (text: string) => bindFilter(text, { schema, type, aliases: new Map(), inner: false });
const value = (text: string, json: JsonObject = item, ctx = context): JsonValue => evaluate(filter(text), json, ctx);

describe('evaluate', () => {
  it.each<[string, JsonValue]>([
    ["text eq 'hELLO'", true],
    ["text ne 'hello'", false],
    ["text gt 'hallo' and text lt 'HELLP'", true],
    ["displayName eq 'STRAßE'", true],
    ["text in ('x','HELLO')", true],
    ["text in ('x',null)", false],
    ['channel in (null)', true],
    ["startswith(text,'HE') and endswith(text,'LO') and contains(text,'ELL')", true],
    ["indexof(text,'L') eq 2", true],
    ["substring(text,1) eq 'ello' and substring(text,1,2) eq 'el' and substring(text,-3,1) eq 'h'", true],
    ["length(concat(text,'!')) eq 6", true],
    ["trim('  a ') eq 'a' and toupper(text) eq 'HELLO'", true],
    ['channel eq null', true],
    ["channel ne 'x'", true],
    ["channel gt 'a'", false],
    ["channel lt 'a'", false],
    ['null ge null', true],
    ['null gt null', false],
    ["startswith(channel,'a')", null],
    ["not startswith(channel,'a')", null],
    ["startswith(channel,'a') or true", true],
    ["startswith(channel,'a') and false", false],
    ["startswith(channel,'a') and true", null],
    ['maybeWindow/note eq null', true],
    ['maybeWindow eq null and window ne null', true],
    ['window/inner/weight eq 3', true],
    ['int32 add 1 mul 2 eq 9', true],
    ['int32 div 2 eq 3', true],
    ['int32 divby 2 eq 3.5', true],
    ['double div 2 eq 1.25', true],
    ['int32 mod 4 eq 3 and -int32 eq -7', true],
    ['int32 div 0 eq null', true],
    ['double div 0 eq INF', true],
    ['NaN eq NaN', false],
    ['int64 eq 9007199254740993', true],
    ['int64 eq 9007199254740992', false],
    ['int64 gt 9007199254740992', true],
    ['round(2.5) eq 3 and round(-2.5) eq -3 and floor(-2.5) eq -3 and ceiling(2.1) eq 3', true],
    ['moment lt 2024-03-01', true],
    ['moment gt 2024-02-29T23:59:59.9999998Z', true],
    ['moment eq 2024-03-01T01:59:59.9999999+02:00', true],
    [
      'year(moment) eq 2024 and month(moment) eq 2 and day(moment) eq 29 and hour(moment) eq 23 and minute(moment) eq 59 and second(moment) eq 59',
      true,
    ],
    ['fractionalseconds(moment) eq 0.9999999', true],
    ['date(moment) eq 2024-02-29 and date eq 2024-02-29', true],
    ['time(moment) gt time and hour(time) eq 8', true],
    ["moment add duration'PT0.0000001S' eq 2024-03-01", true],
    ["moment sub 2024-02-29T00:00:00Z gt duration'PT23H'", true],
    ["date add duration'P1D' eq 2024-03-01", true],
    ["duration eq duration'P1DT12H' and totalseconds(duration) eq 129600", true],
    ["duration mul 2 eq duration'P3D' and duration sub duration'PT36H' eq duration'PT0S' and -duration lt duration'PT0S'", true],
    ['now() eq 2024-06-01T12:00:00.25Z', true],
    ['mindatetime() lt moment and maxdatetime() gt moment', true],
    ['guid eq 6E1E4B7A-0000-4000-8000-000000000000', true],
    ["binary eq binary'AQID' and binary ne binary'AQIE'", true],
    ["platform eq 'ios' and platform gt 'android' and platform lt 'linux'", true],
    ["platform in ('android',1)", true],
    ["days has 'friday' and days has 'monday,friday' and not (days has 'tuesday')", true],
    ["days eq 'friday,monday'", true],
    ['numbers/any(n:n gt 2) and numbers/all(n:n gt 0) and not numbers/all(n:n gt 1)', true],
    ['numbers/$count eq 3 and numbers/any()', true],
    ["platforms/any(p:p eq 'linux')", true],
    ["'linux' in platforms and not ('iOS' in platforms)", true],
    ["roleScopeTagIds/any(t:t eq '0')", false],
    ["roleScopeTagIds/all(t:t eq '0')", true],
    ['roleScopeTagIds/$count eq 0', true],
    ["isof('microsoft.graph.everythingConfiguration') and isof('microsoft.graph.deviceConfiguration')", true],
    ["isof('microsoft.graph.iosScepCertificateProfile')", false],
    ["isof(setting,'microsoft.graph.omaSettingInteger') and not isof(setting,'microsoft.graph.omaSettingString')", true],
    ['setting/microsoft.graph.omaSettingInteger/value eq 4', true],
    ['setting/microsoft.graph.omaSettingString/value eq null', true],
    ["isof(maybeWindow,'microsoft.graph.timeWindow')", false],
    ["isof(text,'Edm.String') and not isof(text,'Edm.Int32')", true],
    ["anything eq 'FREE' and anything ne 5 and not (anything gt 5)", true],
    ["cast(int32,'Edm.String') eq '7' and cast('12','Edm.Int32') eq 12 and cast(double,'Edm.Int32') eq 2", true],
    ["cast('x','Edm.Int32') eq null", true],
    ["assignments/any(a:a/target/microsoft.graph.groupAssignmentTarget/groupId eq 'G' and a/intent eq 'apply')", true],
    ["assignments/any(a:isof(a/target,'microsoft.graph.allDevicesAssignmentTarget'))", false],
    ["assignments/any(a:a/id eq 'x' and text eq 'hello')", true],
    ['numbers/any(n:numbers/any(m:m gt n and n eq 2))', true],
  ])('%s is %s', (text, expected) => expect(value(text)).toBe(expected));

  it('asks for what an entity does not hold', () => {
    const { assignments, ...bare } = item;
    const related = (entity: JsonObject, navigation: string) => (entity === bare && navigation === 'assignments' ? assignments : undefined);
    expect(value('assignments/$count eq 1', bare, { ...context, related })).toBe(true);
    expect(value('assignments/$count eq 1', bare)).toBe(false);
  });

  it('does not see inherited members of objects', () => {
    expect(value('anything eq null', Object.create({ anything: 1 }) as JsonObject)).toBe(true);
  });

  it('admits an item on true alone', () => {
    expect([
      matches(filter('flag'), item, context),
      matches(filter("startswith(channel,'a')"), item, context),
      matches(filter('false'), item, context),
    ]).toEqual([true, false, false]);
  });
});

describe('laws', () => {
  const three = fc.constantFrom('true', 'false', "startswith(channel,'a')");
  it('De Morgan holds in three values', () => {
    fc.assert(
      fc.property(three, three, (a, b) => {
        expect(value(`not (${a} and ${b})`)).toBe(value(`not (${a}) or not (${b})`));
        expect(value(`not (${a} or ${b})`)).toBe(value(`not (${a}) and not (${b})`));
      }),
    );
  });

  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.constant(null));
  it('exactly one of lt, eq, gt holds of two texts', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const json = { text: a, channel: b };
        const held = ['text lt channel', 'text eq channel', 'text gt channel'].filter((condition) => value(condition, json) === true);
        expect(held).toHaveLength(a === null || b === null ? Number(a === b) : 1);
        expect(value('text ne channel', json)).toBe(value('not (text eq channel)', json));
      }),
    );
  });

  it('texts order by the bytes of their UTF-8 forms', () => {
    const whole = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareText('ÄB', 'äb')).toBe(0);
  });

  it('instants order as their ticks do', () => {
    const digits = fc.integer({ min: 0, max: 9_999_999 }).map((ticks) => ticks.toString().padStart(7, '0'));
    const second = fc.integer({ min: 0, max: 2 });
    fc.assert(
      fc.property(second, digits, second, digits, (s1, d1, s2, d2) => {
        const json = { moment: `2024-01-01T00:00:0${s1}.${d1}Z` };
        const expected = Number(`${s1}${d1}`) < Number(`${s2}${d2}`);
        expect(value(`moment lt 2024-01-01T00:00:0${s2}.${d2}Z`, json)).toBe(expected);
        expect(value(`moment lt 2024-01-01T02:00:0${s2}.${d2}+02:00`, json)).toBe(expected);
      }),
    );
  });

  it('adding and subtracting a duration comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 9_999_999 }), (seconds, ticks) => {
        const span = `duration'PT${seconds}.${ticks.toString().padStart(7, '0')}S'`;
        expect(value(`moment add ${span} sub ${span} eq moment and (moment add ${span}) sub moment eq ${span}`)).toBe(true);
      }),
    );
  });
});

describe('compareBy', () => {
  const sorted = (orderBy: string, items: readonly JsonObject[]) =>
    [...items].sort(compareBy(bindOrderBy(orderBy, { schema, type, aliases: new Map(), inner: false }), context)).map(({ id }) => id);

  const items: JsonObject[] = [
    { id: '1', text: 'b', int32: 2, platform: 'linux' },
    { id: '2', text: 'A', int32: 1, platform: 'android' },
    { id: '3', text: null, int32: 1, platform: 'iOS' },
    { id: '4', text: 'B', int32: 3 },
  ];

  it.each([
    ['text', ['3', '2', '1', '4']],
    ['text desc', ['1', '4', '2', '3']],
    ['int32,text desc', ['2', '3', '1', '4']],
    ['int32 desc,text', ['4', '1', '3', '2']],
    ['platform', ['4', '2', '3', '1']],
    ['flag', ['1', '2', '3', '4']],
    ['length(text) desc,int32', ['2', '1', '4', '3']],
  ])('%s', (orderBy, expected) => expect(sorted(orderBy, items)).toEqual(expected));
});
