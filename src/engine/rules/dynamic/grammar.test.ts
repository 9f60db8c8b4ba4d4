import { describe, expect, it } from 'vitest';
import { printDynamicRule, validateDynamicRule } from './index.js';

const ID = '11111111-1111-1111-1111-111111111111';

/** Each rule, and how it is printed. */
const VALID: Readonly<Record<string, readonly (readonly [rule: string, printed: string])[]>> = {
  rule: [
    ['user.city -eq "x"', 'user.city -eq "x"'],
    [' \n\tuser.city\r\n-eq\u00a0"x" ', 'user.city -eq "x"'],
    [`Direct Reports for "${ID}"`, `Direct Reports for "${ID}"`],
    [`direct reports FOR '${ID}'`, `Direct Reports for "${ID}"`],
  ],
  connectives: [
    ['user.city -eq "a" or user.city -eq "b" and user.city -eq "c"', 'user.city -eq "a" -or user.city -eq "b" -and user.city -eq "c"'],
    ['(user.city -eq "a" or user.city -eq "b") and user.city -eq "c"', '(user.city -eq "a" -or user.city -eq "b") -and user.city -eq "c"'],
    ['user.city -eq "a" –AND user.city –eq "b"', 'user.city -eq "a" -and user.city -eq "b"'],
    ['(user.city -eq "a")and(user.city -eq "b")', 'user.city -eq "a" -and user.city -eq "b"'],
    [
      'user.city -eq "a" -and (user.city -eq "b" -and user.city -eq "c")',
      'user.city -eq "a" -and (user.city -eq "b" -and user.city -eq "c")',
    ],
  ],
  not: [
    ['-not user.city -eq "a"', '-not user.city -eq "a"'],
    ['-not (user.city -eq "a")', '-not user.city -eq "a"'],
    ['not not (user.city -eq "a" -or user.city -eq "b")', '-not -not (user.city -eq "a" -or user.city -eq "b")'],
    ['-not user.city -eq "a" -and user.city -eq "b"', '-not user.city -eq "a" -and user.city -eq "b"'],
  ],
  parentheses: [['(((user.city -eq "a")))', 'user.city -eq "a"']],
  quantified: [
    ['user.otherMails -any (_ -eq "a")', 'user.otherMails -any (_ -eq "a")'],
    ['user.otherMails -ANY _ -eq "a"', 'user.otherMails -any (_ -eq "a")'],
    ['user.otherMails all _ -ne "a" or _ -eq "b"', 'user.otherMails -all (_ -ne "a" -or _ -eq "b")'],
    ['user.otherMails -any ((_ -eq "a") -or -not (_ -eq "b"))', 'user.otherMails -any (_ -eq "a" -or -not _ -eq "b")'],
    ['(user.otherMails -any (_ -eq "a")) or user.city -eq "b"', 'user.otherMails -any (_ -eq "a") -or user.city -eq "b"'],
    ['user.assignedPlans -any assignedPlan.service -startsWith "SCO"', 'user.assignedPlans -any (assignedPlan.service -startsWith "SCO")'],
    ['user.ASSIGNEDPLANS -all (ASSIGNEDPLAN.SERVICEPLANID -eq null)', 'user.ASSIGNEDPLANS -all (ASSIGNEDPLAN.SERVICEPLANID -eq null)'],
    [`user.memberof -any (group.objectId -in ['${ID}', "b"])`, `user.memberof -any (group.objectId -in ["${ID}", "b"])`],
    [`device.memberOf -any (group.objectId -eq "${ID}")`, `device.memberOf -any (group.objectId -eq "${ID}")`],
  ],
  operators: [
    ['user.city -ne "a"', 'user.city -ne "a"'],
    ['user.city STARTSWITH "a"', 'user.city -startsWith "a"'],
    ['user.city -notstartswith "a"', 'user.city -notStartsWith "a"'],
    ['user.city endswith"a"', 'user.city -endsWith "a"'],
    ['user.city -notEndsWith "a"', 'user.city -notEndsWith "a"'],
    ['user.city -contains "a"', 'user.city -contains "a"'],
    ['user.city -notContains "a"', 'user.city -notContains "a"'],
    ['user.city -match "a"', 'user.city -match "a"'],
    ['user.city -notMatch "a"', 'user.city -notMatch "a"'],
    ['user.city -in ["a"]', 'user.city -in ["a"]'],
    ['user.city -NOTIN ["a", \'b\', 5]', 'user.city -notIn ["a", "b", 5]'],
    ['user.employeeHireDate -ge system.now', 'user.employeeHireDate -ge system.now'],
    ['user.employeeHireDate -le system.now', 'user.employeeHireDate -le system.now'],
  ],
  properties: [
    ['USER.City -eq "a"', 'USER.City -eq "a"'],
    [
      'user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "1"',
      'user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "1"',
    ],
    ['user.extensionAttribute15 -eq "1"', 'user.extensionAttribute15 -eq "1"'],
    ['device.systemLabels -startsWith "M365Managed"', 'device.systemLabels -startsWith "M365Managed"'],
  ],
  texts: [
    ["user.city -eq 'O''Brien'", 'user.city -eq "O\'Brien"'],
    ['user.city -eq "say `"hi`" ``"', 'user.city -eq "say `"hi`" ``"'],
    ['user.city -eq `"Sales`"', 'user.city -eq "Sales"'],
    ['user.city -eq `"a"b`"', 'user.city -eq "a`"b"'],
    ['user.city -eq \'say "hi"\'', 'user.city -eq "say `"hi`""'],
    ['user.city -eq "O\'Brien"', 'user.city -eq "O\'Brien"'],
    ['user.city -eq "a`b\\"', 'user.city -eq "a``b\\"'],
    ['user.city -eq "“x”"', 'user.city -eq "“x”"'],
    ['user.city -eq ""', 'user.city -eq ""'],
    ['user.city -eq "$null"', 'user.city -eq "$null"'],
  ],
  'other values': [
    ['user.accountEnabled -eq TRUE', 'user.accountEnabled -eq true'],
    ['device.isRooted -ne False', 'device.isRooted -ne false'],
    ['user.accountEnabled -eq null', 'user.accountEnabled -eq null'],
    ['user.city -ne $Null', 'user.city -ne null'],
    ['user.employeeId -eq 50001', 'user.employeeId -eq 50001'],
    ['user.employeeId -eq -1.5', 'user.employeeId -eq -1.5'],
    ['user.employeeHireDate -ge 2026-01-01T00:00:00.123+02:00', 'user.employeeHireDate -ge 2026-01-01T00:00:00.123+02:00'],
    ['user.employeeHireDate -le "2026-01-01"', 'user.employeeHireDate -le "2026-01-01"'],
    ['user.employeeHireDate -eq "value"', 'user.employeeHireDate -eq "value"'],
    ['user.employeeHireDate -ge SYSTEM.NOW –plus p1d', 'user.employeeHireDate -ge system.now -plus P1D'],
    ['user.employeeHireDate -le (system.now -minus PT12H)', 'user.employeeHireDate -le system.now -minus PT12H'],
    ['user.employeeHireDate -le system.now -and user.city -eq "a"', 'user.employeeHireDate -le system.now -and user.city -eq "a"'],
  ],
};

describe.each(Object.entries(VALID))('%s', (_, cases) => {
  it.each(cases)('%s', (rule, printed) => {
    const verdict = validateDynamicRule(rule);
    expect(verdict.valid ? printDynamicRule(verdict.ast) : verdict.diagnostics).toBe(printed);
  });
});

const COMPILATION = 'Query compilation error.';
const ATTRIBUTE = 'Attribute not supported.';
const OPERATOR = "Operator isn't supported on attribute.";
const OPERANDS = 'Invalid operands found for operator -';
const TYPE = 'Invalid object type.';

/** Each rule with ‸ where the fault begins, and the service's words. */
const INVALID: Readonly<Record<string, readonly (readonly [rule: string, message: string])[]>> = {
  rule: [
    ['‸', COMPILATION],
    ['  ‸', COMPILATION],
    ['user.city -eq "a" ‸user.city -eq "b"', COMPILATION],
    ['(user.department -eq "Sales") ‸(user.department -eq "Marketing")', COMPILATION],
    ['user.city -eq "a" ‸"b"', COMPILATION],
    ['user.city -eq "a"‸)', COMPILATION],
    ['user.city -eq "a" ‸-like', COMPILATION],
    [`user.city -eq "${'a'.repeat(3057)}‸"`, 'One or more property values specified are invalid.'],
  ],
  'direct reports': [
    ['Direct Reports for ‸"x"', COMPILATION],
    ['Direct Reports ‸"x"', COMPILATION],
    [`Direct Reports for ‸${ID}`, COMPILATION],
    [`Direct Reports for "${ID}" ‸and user.city -eq "a"`, COMPILATION],
    [`Direct Reports for ‸“${ID}"`, COMPILATION],
  ],
  connectives: [
    ['user.city -eq "a" -and‸', COMPILATION],
    ['‸-and user.city -eq "a"', `${OPERANDS}and`],
    ['user.city -eq "a" -or ‸-and user.city -eq "b"', `${OPERANDS}and`],
    ['user.city -eq "a" ‸-xor user.city -eq "b"', COMPILATION],
    ['user.city -eq "a" ‸, user.city -eq "b"', COMPILATION],
  ],
  not: [
    ['user.department ‸-not null', `${OPERANDS}not`],
    ['-not‸', COMPILATION],
    ['user.city -eq ‸-not "a"', COMPILATION],
  ],
  parentheses: [
    ['(‸)', COMPILATION],
    ['(user.city -eq "a"‸', COMPILATION],
    ['((user.city -eq "a")‸', COMPILATION],
    [`${'('.repeat(200)}‸(user.city -eq "a")${')'.repeat(200)}`, COMPILATION],
  ],
  quantified: [
    ['‸user.city -any (_ -eq "a")', `${OPERANDS}any`],
    ['user.otherMails ‸-contains "a"', OPERATOR],
    ['user.assignedPlans ‸-ne null', OPERATOR],
    ['user.otherMails -any (‸assignedPlan.service -eq "a")', `${OPERANDS}any`],
    ['user.assignedPlans -all (‸_ -eq "a")', `${OPERANDS}all`],
    ['user.otherMails -any _ -eq "a" -and ‸user.city -eq "b"', `${OPERANDS}any`],
    ['user.otherMails -any (‸user.otherMails -any (_ -eq "a"))', `${OPERANDS}any`],
    ['user.otherMails -any (‸)', COMPILATION],
    ['user.otherMails -any‸', COMPILATION],
    ['‸_ -any (_ -eq "a")', `${OPERANDS}any`],
    ['user.city -eq "b" and ‸_ -eq "a"', `${OPERANDS}eq`],
    [
      'user.assignedPlans -any (‸assignedPlan.name -eq "a")',
      "Wrong property applied. Property 'name' cannot be applied to object 'AssignedPlan'",
    ],
    ['user.city -eq "b" and ‸assignedPlan.service -eq "a"', TYPE],
  ],
  memberOf: [
    [`‸user.memberof -any (group.objectId -in ['${ID}']) -and (user.city -eq "Redmond")`, `${OPERANDS}any`],
    [`-not (‸user.memberof -any (group.objectId -in ['${ID}']))`, `${OPERANDS}any`],
    [`‸user.memberof -all (group.objectId -in ['${ID}'])`, `${OPERANDS}all`],
    [`user.memberof -any (‸group.objectId -in ['a'] or group.objectId -in ['b'])`, `${OPERANDS}any`],
    ['user.memberof -any (group.objectId ‸-startsWith "a")', OPERATOR],
    ['user.memberof -any (group.objectId -eq ‸null)', `${OPERANDS}eq`],
    [
      'user.memberof -any (‸group.displayName -eq "a")',
      "Wrong property applied. Property 'displayName' cannot be applied to object 'Group'",
    ],
    ['user.memberof -any (‸_ -eq "a")', `${OPERANDS}any`],
    ['user.memberOf ‸-eq "a"', OPERATOR],
    [`user.memberOf -any (group.objectId -in ‸[${Array.from({ length: 51 }, (_, index) => `"${index}"`).join(',')}])`, COMPILATION],
  ],
  operators: [
    ['user.city ‸-like "a"', COMPILATION],
    ['user.city ‸-gt "a"', COMPILATION],
    ['user.city ‸--eq "a"', COMPILATION],
    ['user.city ‸—eq "a"', COMPILATION],
    ['user.city ‸= "a"', COMPILATION],
    ['user.city ‸"a"', COMPILATION],
    ['user.city‸', COMPILATION],
    ['‸user.city-eq "a"', COMPILATION],
    ['‸-eq "a"', `${OPERANDS}eq`],
    ['user.accountEnabled ‸-contains true', OPERATOR],
    ['user.city ‸-ge "a"', OPERATOR],
    ['user.employeeHireDate ‸-startsWith "2026"', OPERATOR],
    ['user.employeeHireDate ‸-in ["2026-01-01"]', OPERATOR],
  ],
  properties: [
    ['(‸user.invalidProperty -eq "Value")', ATTRIBUTE],
    ['‸user.deviceId -eq "a"', ATTRIBUTE],
    ['‸device.transitiveMemberOf -eq "group"', ATTRIBUTE],
    ['‸device.osVersion -startsWith "10"', ATTRIBUTE],
    ['‸device.organizationalUnit -eq "OU"', ATTRIBUTE],
    ['‸user.extensionAttribute16 -eq "a"', ATTRIBUTE],
    ['‸user.extension_abc_x -eq "a"', ATTRIBUTE],
    ['‸device.extension_c272a57b722d4eb29bfe327874ae79cb_x -eq "a"', ATTRIBUTE],
    ['‸user.constructor -eq "a"', ATTRIBUTE],
    ['(‸accountEnabled -eq true)', 'No object type'],
    ['‸app.osVersion -eq "1"', TYPE],
    ['user.city -eq "a" -or ‸device.displayName -eq "b"', TYPE],
    ['‸user.city.x -eq "a"', COMPILATION],
    ['‸"user.city" -eq "a"', COMPILATION],
  ],
  texts: [
    ['user.city -eq ‸"a', COMPILATION],
    ["user.city -eq ‸'a''", COMPILATION],
    ['user.city -eq ‸"a`"', COMPILATION],
    ['user.city -eq ‸`"a"', COMPILATION],
    ['user.city -eq ‸“a”', COMPILATION],
    ['user.city -eq ‸‘a’', COMPILATION],
    ['user.city -eq ‸Lagos', COMPILATION],
    ['user.city -eq "a" ‸"b"', COMPILATION],
  ],
  lists: [
    ['user.city -in ‸"a"', `${OPERANDS}in`],
    ['user.city -eq ‸["a"]', `${OPERANDS}eq`],
    ['user.city -in [‸]', COMPILATION],
    ['user.city -in ["a",‸]', COMPILATION],
    ['user.city -in ["a" ‸"b"]', COMPILATION],
    ['user.city -in [‸a]', COMPILATION],
    ['user.city -in [‸null]', COMPILATION],
    ['user.city -in ["a"‸', COMPILATION],
  ],
  'other values': [
    ['user.city -eq‸', COMPILATION],
    ['user.city -eq ‸true', `${OPERANDS}eq`],
    ['user.city -eq ‸system.now', `${OPERANDS}eq`],
    ['user.city -contains ‸null', `${OPERANDS}contains`],
    ['user.city -match ‸5', `${OPERANDS}match`],
    ['user.accountEnabled -eq ‸"true"', `${OPERANDS}eq`],
    ['user.accountEnabled -eq ‸1', `${OPERANDS}eq`],
    ['user.employeeHireDate -ge ‸true', `${OPERANDS}ge`],
    ['user.employeeHireDate -ge ‸null', `${OPERANDS}ge`],
    ['user.employeeHireDate -ge ‸today', COMPILATION],
    ['user.employeeHireDate -ge system.now -plus ‸1d', COMPILATION],
    ['user.employeeHireDate -ge system.now -plus ‸P', COMPILATION],
    ['user.employeeHireDate -ge system.now -plus ‸PT', COMPILATION],
    ['user.employeeHireDate -ge system.now -minus‸', COMPILATION],
    ['user.employeeHireDate -ge (system.now‸', COMPILATION],
    ['user.employeeHireDate -ge (‸2026-01-01)', COMPILATION],
  ],
  patterns: [
    ['user.userPrincipalName -match "‸*@domain.ext"', COMPILATION],
    ['user.city -match "a‸(?=b)"', COMPILATION],
    ["user.city -notMatch '(a)‸\\1'", COMPILATION],
    ['user.city -match ‸"a`"(?=b)"', COMPILATION],
  ],
};

describe.each(Object.entries(INVALID))('%s', (_, cases) => {
  it.each(cases)('refuses %s', (marked, message) => {
    const position = marked.indexOf('‸');
    const verdict = validateDynamicRule(marked.replace('‸', ''));
    const first = verdict.valid ? undefined : verdict.diagnostics[0];
    expect({ message: first?.message, position: first?.position }).toEqual({ message, position });
    expect(first?.explanation).toMatch(/\.$/);
  });
});

describe('diagnostics', () => {
  const refused = (rule: string) => {
    const verdict = validateDynamicRule(rule);
    return verdict.valid ? [] : verdict.diagnostics;
  };

  it('tell every fault of meaning at once, in order', () => {
    const codes = refused('user.nothing -eq "a" or user.accountEnabled -contains true or user.city -eq true').map(({ code }) => code);
    expect(codes).toEqual(['attributeNotSupported', 'operatorNotSupported', 'invalidOperands']);
  });

  it.each([
    ['device.osVersion -eq "1"', ['device.deviceOSVersion']],
    ['device.manufacturer -eq "1"', ['device.deviceManufacturer']],
    ['user.mobilePhone -eq "1"', ['user.mobile']],
    ['user.policies -eq "1"', ['user.passwordPolicies']],
    ['accountEnabled -eq true', ['user.accountEnabled', 'device.accountEnabled']],
    ['user.accountEnabled -contains true', ['-eq', '-ne']],
    ['user.otherMails -contains "a"', ['-any', '-all']],
    ['user.city -eq Lagos', ['"Lagos"', 'true', 'false', 'null']],
  ])('propose what could stand there: %s', (rule, expected) => {
    expect(refused(rule)[0]?.expected).toEqual(expected);
  });

  it('bound the work of all patterns together', () => {
    const heavy = `user.department -match "${'[ab]?'.repeat(60)}z"`;
    expect(validateDynamicRule(heavy).valid).toBe(true);
    const explanations = refused(Array.from({ length: 8 }, () => heavy).join(' or ')).map(({ explanation }) => explanation);
    expect(explanations).toEqual([expect.stringContaining('patterns of this rule together are too much work')]);
  });
});
