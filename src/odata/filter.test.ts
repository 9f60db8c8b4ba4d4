import { describe, expect, it } from 'vitest';
import { describeError } from '../kernel/errors.js';
import { sampleBeta } from '../model/testing/sample-schema.js';
import { thrown } from '../model/testing/thrown.js';
import { printExpression, printOrderBy } from '../query/print.js';
import { bindFilter, bindOrderBy } from './filter.js';
import { beta } from './testing/model.js';

const sample = sampleBeta();
const aliases = new Map([
  ['@p', "'it''s'"],
  ['@n', '5'],
  ['@bad', 'displayName'],
  ['@loop', '@loop'],
]);

/** `type: filter` in the generated model; `everything` is the sample schema's type of all primitives. */
function filter(typeName: string, text: string) {
  const schema = typeName === 'everything' ? sample : beta;
  const type = schema.types.get(typeName === 'everything' ? 'everythingConfiguration' : typeName)!;
  return bindFilter(text, { schema, type, aliases: aliases, inner: false });
}

const same = (typeName: string, text: string): [string, string, string] => [typeName, text, text];

describe('accepted filters, printed', () => {
  it.each([
    same('deviceConfiguration', "displayName eq 'O''Brien'"),
    same('deviceConfiguration', 'displayName ne null'),
    ['deviceConfiguration', "DISPLAYNAME EQ 'x'", "displayName eq 'x'"],
    ['deviceConfiguration', " ( displayName  eq  'x' ) ", "displayName eq 'x'"],
    ['deviceConfiguration', "$it/displayName eq 'x'", "displayName eq 'x'"],
    same('deviceConfiguration', "displayName in ('a','b')"),
    ['deviceConfiguration', "displayName in('a' , 'b')", "displayName in ('a','b')"],
    same('deviceConfiguration', 'displayName in (null)'),
    same('deviceConfiguration', "not startswith(displayName,'a')"),
    ['deviceConfiguration', "not(displayName eq 'a')", "not (displayName eq 'a')"],
    ['deviceConfiguration', "not displayName eq 'a' and version eq 1", "not (displayName eq 'a') and version eq 1"],
    ['deviceConfiguration', "NOT StartsWith(tolower(displayName), 'a')", "not startswith(tolower(displayName),'a')"],
    same('deviceConfiguration', "isof('microsoft.graph.windowsUpdateForBusinessConfiguration')"),
    ['deviceConfiguration', 'isof(microsoft.graph.IOSVPNConfiguration)', "isof('microsoft.graph.iosVpnConfiguration')"],
    ['deviceConfiguration', "isof('#microsoft.graph.iosVpnConfiguration')", "isof('microsoft.graph.iosVpnConfiguration')"],
    same('deviceConfiguration', "not isof('microsoft.graph.iosVpnConfiguration') and not isof('microsoft.graph.iosUpdateConfiguration')"),
    same('deviceConfiguration', "isof(displayName,'Edm.String')"),
    same('deviceConfigurationAssignment', "isof(target,'microsoft.graph.groupAssignmentTarget')"),
    same('deviceConfigurationAssignment', "target/microsoft.graph.groupAssignmentTarget/groupId eq 'g'"),
    [
      'deviceConfigurationAssignment',
      "cast(target,'microsoft.graph.groupAssignmentTarget')/groupId eq 'g'",
      "target/microsoft.graph.groupAssignmentTarget/groupId eq 'g'",
    ],
    [
      'deviceConfigurationAssignment',
      "cast(target,microsoft.graph.groupAssignmentTarget)/groupid eq 'g'",
      "target/microsoft.graph.groupAssignmentTarget/groupId eq 'g'",
    ],
    same('deviceConfigurationAssignment', "target/deviceAndAppManagementAssignmentFilterType eq 'include'"),
    ['deviceConfigurationAssignment', "intent eq microsoft.graph.deviceConfigAssignmentIntent'remove'", "intent eq 'remove'"],
    ['deviceConfigurationAssignment', "intent eq 'REMOVE'", "intent eq 'remove'"],
    ['deviceConfigurationAssignment', 'intent eq 1', "intent eq 'remove'"],
    ['deviceConfigurationAssignment', "'remove' eq intent", "'remove' eq intent"],
    same('deviceConfigurationAssignment', "intent in ('apply','remove')"),
    same('deviceConfigurationAssignment', "'apply' in (intent,intent)"),
    same('deviceConfigurationAssignment', "intent gt 'apply'"),
    same('deviceConfigurationAssignment', 'target eq null'),
    same('deviceConfigurationAssignment', 'null ne target'),
    ['deviceConfigurationDeviceStatus', '(platform eq 0)', 'platform eq 0'],
    same('deviceConfiguration', "roleScopeTagIds/any(t:t eq '0')"),
    same('deviceConfiguration', 'roleScopeTagIds/any()'),
    same('deviceConfiguration', "roleScopeTagIds/all(t:startswith(t,'a') or t eq null)"),
    ['deviceConfiguration', "'0' in roleScopeTagIds", "roleScopeTagIds/any(in1:'0' eq in1)"],
    same('deviceConfiguration', 'roleScopeTagIds/$count gt 1'),
    same('deviceConfiguration', 'assignments/$count eq 0'),
    same('deviceConfiguration', "assignments/any(a:a/target/microsoft.graph.groupAssignmentTarget/groupId eq 'g' and a/intent eq 'apply')"),
    same('deviceConfiguration', 'assignments/any(a:roleScopeTagIds/any(t:t eq a/id))'),
    same('deviceConfiguration', 'assignments/any(displayName:displayName/id eq $it/displayName)'),
    same('deviceConfiguration', "assignments/any(a:isof(a/target,'microsoft.graph.groupAssignmentTarget'))"),
    ['deviceConfiguration', 'displayName eq @p', "displayName eq 'it''s'"],
    ['deviceConfiguration', 'version eq @N or version eq @n', 'version eq null or version eq 5'],
    ['deviceConfiguration', 'createdDateTime ge 2024-01-01', 'createdDateTime ge 2024-01-01T00:00:00Z'],
    ['deviceConfiguration', 'createdDateTime ge 2024-01-01T02:00:00.50+02:00', 'createdDateTime ge 2024-01-01T00:00:00.5Z'],
    ['deviceConfiguration', 'createdDateTime ge 2024-01-01T02:00:00 02:00', 'createdDateTime ge 2024-01-01T00:00:00Z'],
    ['deviceConfiguration', 'createdDateTime ge 2024-01-01T02:00', 'createdDateTime ge 2024-01-01T02:00:00Z'],
    same('deviceConfiguration', "createdDateTime lt now() sub duration'P1D'"),
    same('deviceConfiguration', "now() sub createdDateTime gt duration'PT1H30M'"),
    same('deviceConfiguration', 'year(createdDateTime) eq 2024 and date(createdDateTime) eq 2024-01-01'),
    same('deviceConfiguration', 'time(createdDateTime) lt 09:30:00.0000000'),
    ['deviceConfiguration', 'id eq 6E1E4B7A-0000-4000-8000-000000000000', "id eq '6e1e4b7a-0000-4000-8000-000000000000'"],
    ['deviceConfiguration', 'version add 1 mul 2 eq 7 sub -version', 'version add 1 mul 2 eq 7 sub -(version)'],
    same('deviceConfiguration', '(version add 1) mul 2 eq 7'),
    same('deviceConfiguration', 'version sub (1 sub 2) eq 7 mod 4 div 2'),
    same('deviceConfiguration', 'version eq -5'),
    same('deviceConfiguration', 'version lt INF and version gt -INF'),
    same('deviceConfiguration', 'version eq 9007199254740993'),
    same('deviceConfiguration', "length(trim(concat(displayName,'x'))) eq 2 or indexof(displayName,'x') ge 0"),
    same('deviceConfiguration', "substring(displayName,1,2) eq toupper('a')"),
    same('deviceConfiguration', "cast(version,'Edm.String') eq '1'"),
    ['deviceConfiguration', "cast(version,Edm.String) eq '1'", "cast(version,'Edm.String') eq '1'"],
    same('deviceConfiguration', 'true'),
    same('deviceConfiguration', 'version eq 1 or version eq 2 and version eq 3'),
    same('deviceConfiguration', '(version eq 1 or version eq 2) and version eq 3'),
    same('deviceConfiguration', 'version eq 1 eq true'),
    ['deviceConfiguration', 'not (not (true))', 'not (not true)'],
    same('everything', 'guid eq 6e1e4b7a-0000-4000-8000-000000000000'),
    ['everything', "guid eq '6E1e4b7a-0000-4000-8000-000000000000'", 'guid eq 6e1e4b7a-0000-4000-8000-000000000000'],
    same('everything', "duration gt duration'PT1H'"),
    ['everything', "duration gt 'PT60M'", "duration gt duration'PT1H'"],
    same('everything', "binary eq binary'AQID'"),
    same('everything', 'flag and not flag'),
    same('everything', 'flag eq false'),
    same('everything', 'double gt 1.5 and decimal le 1e-7'),
    ['everything', 'date le 2024-01-01 and time ge 08:00', 'date le 2024-01-01 and time ge 08:00:00.0000000'],
    ['everything', "days has 'Monday'", "days has 'monday'"],
    ['everything', "days has microsoft.graph.weekDays'monday'", "days has 'monday'"],
    ['everything', "days eq 'friday, monday'", "days eq 'monday,friday'"],
    ['everything', 'days has 3', "days has 'monday,tuesday'"],
    same('everything', "anything eq 'x' and anything gt 5"),
    same('everything', 'window/inner/weight gt 1 and maybeWindow eq null'),
    same('everything', 'numbers/all(n:n mod 2 eq 0)'),
    same('everything', "platforms/any(p:p eq 'iOS')"),
    same('everything', 'round(double) eq 2 and floor(double) ne ceiling(double) and totalseconds(duration) gt 1.5'),
  ])('%s: %s', (typeName, text, expected) => {
    expect(printExpression(filter(typeName, text))).toBe(expected);
  });

  it('binds names to the model', () => {
    expect(filter('deviceConfigurationAssignment', "target/microsoft.graph.groupAssignmentTarget/groupId eq 'g'")).toMatchObject({
      kind: 'binary',
      left: {
        kind: 'member',
        name: 'groupId',
        cast: { name: 'groupAssignmentTarget' },
        navigation: false,
        source: { name: 'target', source: { name: '$it' } },
      },
      right: { type: 'string', value: 'g' },
    });
    expect(filter('deviceConfiguration', 'assignments/$count eq 0')).toMatchObject({
      left: { kind: 'count', source: { navigation: true, collection: true } },
    });
  });
});

describe('refused filters', () => {
  it.each([
    ['deviceConfiguration', 'displayName', 'filterInvalid', 0],
    ['deviceConfiguration', 'displayName eq', 'filterInvalid', 14],
    ['deviceConfiguration', "displayName eq 'x", 'filterInvalid', 15],
    ['deviceConfiguration', "displayName eq 'x' y", 'filterInvalid', 19],
    ['deviceConfiguration', "displayName = 'x'", 'filterInvalid', 12],
    ['deviceConfiguration', "(displayName eq 'x'", 'filterInvalid', 19],
    ['deviceConfiguration', "displayName eq 'x')", 'filterInvalid', 18],
    ['deviceConfiguration', 'displayName eq 5', 'filterInvalid', 12],
    ['deviceConfiguration', "version eq '5'", 'filterInvalid', 8],
    ['deviceConfiguration', "version add 'x' eq 1", 'filterInvalid', 8],
    ['deviceConfiguration', 'displayName and true', 'filterInvalid', 0],
    ['deviceConfiguration', 'not displayName', 'filterInvalid', 4],
    ['deviceConfiguration', '-displayName eq 1', 'filterInvalid', 0],
    ['deviceConfiguration', "createdDateTime eq '2024-01-01'", 'filterInvalid', 16],
    ['deviceConfiguration', 'createdDateTime eq 2024-13-01', 'filterInvalid', 19],
    ['deviceConfiguration', 'createdDateTime eq 2024-01-01T25:00:00Z', 'filterInvalid', 19],
    ['deviceConfiguration', 'displayName in ()', 'filterInvalid', 16],
    ['deviceConfiguration', "displayName in ('a',5)", 'filterInvalid', 20],
    ['deviceConfiguration', "displayName in ('a'", 'filterInvalid', 19],
    ['deviceConfiguration', 'displayName in version', 'filterInvalid', 15],
    ['deviceConfiguration', 'startswith(displayName)', 'filterInvalid', 0],
    ['deviceConfiguration', 'startswith(displayName,5)', 'filterInvalid', 23],
    ['deviceConfiguration', "startswith(displayName,'a'", 'filterInvalid', 26],
    ['deviceConfiguration', 'frobnicate(displayName)', 'filterInvalid', 0],
    ['deviceConfiguration', "matchesPattern(displayName,'(a+)+$')", 'filterInvalid', 0],
    ['deviceConfiguration', 'roleScopeTagIds eq null', 'filterInvalid', 16],
    ['deviceConfiguration', 'roleScopeTagIds/x eq 1', 'filterInvalid', 16],
    ['deviceConfiguration', "assignments/id eq 'x'", 'filterInvalid', 12],
    ['deviceConfiguration', "roleScopeTagIds/any(t eq '0')", 'filterInvalid', 22],
    ['deviceConfiguration', 'roleScopeTagIds/any(t:t)', 'filterInvalid', 22],
    ['deviceConfiguration', 'roleScopeTagIds/all()', 'filterInvalid', 21],
    ['deviceConfiguration', "roleScopeTagIds/any(t:roleScopeTagIds/any(t:t eq '0'))", 'filterInvalid', 42],
    ['deviceConfiguration', "displayName/any(t:t eq '0')", 'filterInvalid', 12],
    ['deviceConfiguration', 'displayName/$count eq 1', 'filterInvalid', 12],
    ['deviceConfiguration', "t eq '0'", 'optionPropertyUnknown', undefined],
    ['deviceConfiguration', "isof('microsoft.graph.nope')", 'filterInvalid', 5],
    ['deviceConfiguration', "isof('nope')", 'filterInvalid', 5],
    ['deviceConfiguration', 'isof()', 'filterInvalid', 5],
    ['deviceConfiguration', "cast(displayName,'Edm.Nope') eq 1", 'filterInvalid', 17],
    ['deviceConfiguration', 'displayName eq @bad', 'filterInvalid', 15],
    ['deviceConfiguration', 'displayName eq @loop', 'filterInvalid', 15],
    ['deviceConfiguration', 'version eq 12abc', 'filterInvalid', 11],
    ['deviceConfiguration', 'version eq #', 'filterInvalid', 11],
    ['deviceConfiguration', '$it', 'filterInvalid', 0],
    ['deviceConfiguration', '$it eq 1', 'filterInvalid', 4],
    ['deviceConfiguration', 'nope eq 1', 'optionPropertyUnknown', undefined],
    ['deviceConfiguration', 'omaSettings/any()', 'optionPropertyUnknown', undefined],
    ['deviceConfiguration', 'microsoft.graph.user/id eq null', 'castInvalid', undefined],
    ['deviceConfiguration', 'microsoft.graph.iosVpnConfiguration eq null', 'filterInvalid', 36],
    ['deviceConfigurationAssignment', "target/groupId eq 'g'", 'optionPropertyUnknown', undefined],
    ['deviceConfigurationAssignment', "intent eq 'nope'", 'filterInvalid', 10],
    ['deviceConfigurationAssignment', 'intent eq 17', 'filterInvalid', 7],
    ['deviceConfigurationAssignment', "intent eq microsoft.graph.deviceAndAppManagementAssignmentSource'direct'", 'filterInvalid', 7],
    ['deviceConfigurationAssignment', "id eq microsoft.graph.deviceConfigAssignmentIntent'apply'", 'filterInvalid', 3],
    ['deviceConfigurationAssignment', "microsoft.graph.nope'apply' eq intent", 'filterInvalid', 0],
    ['deviceConfigurationAssignment', "contains(intent,'a')", 'filterInvalid', 9],
    ['deviceConfigurationAssignment', 'target eq target', 'filterInvalid', 7],
    ['deviceConfigurationAssignment', 'target gt null', 'filterInvalid', 7],
    ['everything', 'strange eq null', 'optionPropertyUnknown', undefined],
    ['everything', "guid eq 'x'", 'filterInvalid', 5],
    ['everything', "text has 'x'", 'filterInvalid', 5],
    ['everything', "binary gt binary'AQID'", 'filterInvalid', 7],
    ['everything', "duration eq duration'x'", 'filterInvalid', 12],
    ['everything', 'flag gt 1', 'filterInvalid', 5],
  ])('%s: %s', (typeName, text, code, position) => {
    const error = thrown(() => filter(typeName, text));
    expect([error?.kind, error?.params.position]).toEqual([code, position]);
  });

  it('says what it expected and where', () => {
    const error = thrown(() => filter('deviceConfiguration', "displayName eq 'x' y"))!;
    expect(describeError(error).message).toBe(
      "Invalid filter clause: expected an operator or the end, found 'y' at position 19 in 'displayName eq 'x' y'.",
    );
  });

  it('bounds nesting and length', () => {
    const nest = (depth: number) => `${'('.repeat(depth)}true${')'.repeat(depth)}`;
    expect(printExpression(filter('deviceConfiguration', nest(100)))).toBe('true');
    for (const text of [
      nest(101),
      '('.repeat(16_000),
      'not '.repeat(4000),
      `version eq ${'-'.repeat(8000)}1`,
      'trim('.repeat(3000),
      Array(2000).fill('true').join(' or '),
      `version eq ${Array(900).fill('1').join(' add ')}`,
    ]) {
      expect(thrown(() => filter('deviceConfiguration', text))?.kind).toBe('filterInvalid');
    }
    const group = 'groupAssignments/any(a:a/deviceConfiguration/';
    expect(
      thrown(() => filter('deviceConfiguration', `groupAssignments/any(g:g/${'deviceConfiguration/'.repeat(40)}id eq 'x')`)),
    ).toBeDefined();
    expect(thrown(() => filter('deviceConfiguration', group.repeat(100)))).toBeDefined();
  });
});

describe('$orderby', () => {
  const type = beta.types.get('deviceConfiguration')!;
  const order = (text: string) => bindOrderBy(text, { schema: beta, type, aliases: aliases, inner: false });

  it.each([
    ['displayName', 'displayName'],
    ['DisplayName asc, version DESC', 'displayName,version desc'],
    ['assignments/$count desc,id', 'assignments/$count desc,id'],
    ['length(displayName) add 1 desc', 'length(displayName) add 1 desc'],
    ['(version)', 'version'],
    ["startswith(displayName,'a') desc", "startswith(displayName,'a') desc"],
  ])('%s', (text, expected) => expect(printOrderBy(order(text))).toBe(expected));

  it.each([
    ['nope', 'optionPropertyUnknown'],
    ['displayName up', 'optionInvalid'],
    ['displayName,', 'optionInvalid'],
    [',displayName', 'optionInvalid'],
    ['displayName desc desc', 'optionInvalid'],
    ['roleScopeTagIds', 'optionInvalid'],
    ['assignments', 'optionInvalid'],
    ['deviceManagementApplicabilityRuleOsEdition', 'optionInvalid'],
    ['$it', 'optionInvalid'],
  ])('%s is refused as %s', (text, code) => expect(thrown(() => order(text))?.kind).toBe(code));
});
