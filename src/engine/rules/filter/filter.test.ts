import { describe, expect, it } from 'vitest';
import { validateFilterRule } from './index.js';

const WINDOWS = 'windows10AndLater';

describe('valid rules, production by production', () => {
  it.each([
    ['clause without parentheses', 'device.deviceName -eq "X"'],
    ['clause in parentheses', '(device.deviceName -eq "X")'],
    ['parentheses in parentheses', '(((device.deviceName -eq "X")))'],
    ['and, or, mixed', 'device.model -eq "A" and device.model -eq "B" or device.model -eq "C"'],
    ['a group as an operand', '(device.model -eq "A" or device.model -eq "B") and (device.model -ne "C")'],
    ['connectives with hyphens and in capitals', '(device.model -eq "A") -AND (device.model -eq "B") OR (device.model -eq "C")'],
    ['any casing of entity and property', 'DEVICE.DEVICENAME -EQ "X"'],
    ['operators without a hyphen', 'device.deviceName startswith "X"'],
    ['no spaces round parentheses', '(device.model -eq "A")and(device.model -eq "B")'],
    ['white space of all kinds', '\t(device.model\n-eq\r\n"A" ) \u00a0'],
    ['an apostrophe and a backslash in a string', 'device.model -eq "It\'s a\\b"'],
    ['a blank string', 'device.model -contains " "'],
    ['a list', 'device.model -in ["A","B"]'],
    ['a list that ends in a comma', 'device.model -notIn [ "A" , "B" , ]'],
    ['a bare string as a list', 'device.model -in "A"'],
    ['an empty string in a list', 'device.model -in [""]'],
    ['null', 'device.model -eq null'],
    ['null with a dollar sign, on an enumeration', 'device.deviceTrustType -ne $NULL'],
    ['null on a choice', 'device.deviceOwnership -eq $null'],
    ['the string null', 'device.model -startsWith "null"'],
    ['a bare version', 'device.operatingSystemVersion -ge 10.0.22000.1000'],
    ['a quoted version', 'device.operatingSystemVersion -lt "10.0"'],
    ['a version with spaces round it', 'device.operatingSystemVersion -eq " 10.0 "'],
    ['a version with a great part', 'device.operatingSystemVersion -gt 10.0.100000000.1'],
  ])('%s', (_name, rule) => {
    expect(validateFilterRule(rule, WINDOWS)).toMatchObject({ valid: true });
  });
});

describe('invalid rules: code, place and advice', () => {
  it.each<[rule: string, code: string, place: string, advice: RegExp]>([
    ['', 'emptyRule', '', /empty/],
    [' \n\t ', 'emptyRule', ' \n\t ', /empty/],
    ['device.model -eq "X', 'unterminatedString', '"X', /closing quotation mark/],
    ["device.model -eq 'X'", 'wrongQuotes', "'X'", /double quotes/],
    ['device.model -eq “X”', 'wrongQuotes', '“X”', /straight double quotes/],
    ['device.model -eq X', 'unquotedValue', 'X', /"X"/],
    ['device.model -eq 42', 'unquotedValue', '42', /"42"/],
    ['device.model -eq 10.0', 'unquotedValue', '10.0', /"10\.0"/],
    ['device.model -eq ""', 'emptyString', '""', /-eq \$null/],
    ['device.model -contains ""', 'emptyString', '""', /\$null/],
    ['device.model -eq', 'valueExpected', '', /value must follow/],
    ['(device.model -eq)', 'valueExpected', ')', /value must follow/],
    ['device.model "X"', 'operatorExpected', '"X"', /operator/],
    ['device.model', 'operatorExpected', '', /operator/],
    ['device.model-eq"X"', 'spaceMissing', 'device.model-eq', /spaces/],
    ['device.model -equals "X"', 'unknownOperator', '-equals', /`-equals` is not an operator of filter rules; use -eq/],
    ['device.model -notEquals "X"', 'unknownOperator', '-notEquals', /use -ne/],
    ['device.model -endsWith "X"', 'unknownOperator', '-endsWith', /-contains comes nearest/],
    ['device.model -notStartsWith "X"', 'unknownOperator', '-notStartsWith', /-notContains/],
    ['device.model -like "X"', 'unknownOperator', '-like', /-contains or -startsWith/],
    ['device.model == "X"', 'unknownOperator', '==', /use -eq/],
    ['device.model –eq "X"', 'unknownOperator', '–eq', /no hyphen; write -eq/],
    ['device.model -zzz "X"', 'unknownOperator', '-zzz', /use one of -eq/],
    ['device.model --eq "X"', 'unknownOperator', '--eq', /not an operator/],
    ['not (device.model -eq "X")', 'noNegation', 'not', /-ne, -notIn and -notContains/],
    ['-not device.model -eq "X"', 'noNegation', '-not', /negated operators/],
    ['!(device.model -eq "X")', 'noNegation', '!', /negated operators/],
    ['()', 'emptyParentheses', '(', /nothing between/],
    ['(device.model -eq "X"', 'unclosedParenthesis', '(', /never closed/],
    ['device.model -eq "X")', 'unopenedParenthesis', ')', /closes nothing/],
    ['(device.model -eq "X") or', 'clauseExpected', '', /ends where a clause should follow after `or`/],
    ['and (device.model -eq "X")', 'clauseExpected', 'and', /no clause before it/],
    ['"X" -eq device.model', 'clauseExpected', '"X"', /clause should begin/],
    ['[', 'clauseExpected', '[', /clause should begin/],
    ['(device.model -eq "A") (device.model -eq "B")', 'connectiveExpected', '(', /only and or or/],
    ['(device.model -eq "A") xor (device.model -eq "B")', 'connectiveExpected', 'xor', /only and or or/],
    ['device.model -eq "A" "B"', 'connectiveExpected', '"B"', /-in and a list/],
    ['device.model -eq "A" # comment', 'connectiveExpected', '#', /only and or or/],
    ['device.model -eq "say \\"hi\\""', 'quoteInString', '"say \\"', /no way to write one inside/],
    ['device.model -eq "say ""hi"""', 'quoteInString', '"say "', /no way to write one inside/],
    ['device.model -in []', 'emptyList', '[', /at least one/],
    ['device.model -in [', 'unclosedList', '[', /never closed/],
    ['device.model -in ["A"', 'unclosedList', '[', /never closed/],
    ['device.model -in ["A" "B"]', 'commaExpected', '"B"', /commas/],
    ['device.model -in ["A",,"B"]', 'valueExpected', ',', /value of the list/],
    ['device.model -in [A]', 'unquotedValue', 'A', /"A"/],
    ['device.model -in [10.0]', 'unquotedValue', '10.0', /"10\.0"/],
    ['device.model -in ["A", $null]', 'nullInList', '$null', /clause of its own/],
    ['device.model -eq ["A","B"]', 'listNotAllowed', '["A","B"]', /use -in for a list/],
    ['device.model -ne ["A"]', 'listNotAllowed', '["A"]', /use -notIn for a list/],
    ['device.model -startsWith ["A"]', 'listNotAllowed', '["A"]', /joined with or/],
    ['device.model -contains $null', 'nullNotAllowed', '$null', /Only -eq and -ne/],
    ['device.model -in null', 'nullNotAllowed', 'null', /Only -eq and -ne/],
    ['device.operatingSystemVersion -eq null', 'nullNotAllowed', 'null', /cannot be compared with null/],
    ['device.operatingSystemVersion -eq 10', 'notAVersion', '10', /two to four numbers/],
    ['device.operatingSystemVersion -eq 1.2.3.4.5', 'notAVersion', '1.2.3.4.5', /two to four numbers/],
    ['device.operatingSystemVersion -eq "ten"', 'notAVersion', '"ten"', /`ten` is none/],
    ['device.operatingSystemVersion -eq ["10.0"]', 'listNotAllowed', '["10.0"]', /one value/],
    ['device.operatingSystemVersion -startsWith "10.0"', 'operatorNotAllowed', '-startsWith', /takes -eq, -ne, -gt/],
    ['device.osVersion -gt "10.0"', 'operatorNotAllowed', '-gt', /operatingSystemVersion compares as a version/],
    ['device.model -le "X"', 'operatorNotAllowed', '-le', /Only operatingSystemVersion has an order/],
    ['device.deviceOwnership -in ["Personal"]', 'operatorNotAllowed', '-in', /takes -eq, -ne\./],
    ['device.cpuArchitecture -contains "arm"', 'operatorNotAllowed', '-contains', /takes -eq, -ne, -in, -notIn\./],
    ['device.serialNumber -eq "X"', 'unknownProperty', 'device.serialNumber', /not a property/],
    ['device.a.b -eq "X"', 'unknownProperty', 'device.a.b', /not a property/],
    ['device. -eq "X"', 'unknownProperty', 'device.', /not a property/],
    ['device.isRooted -eq "True"', 'propertyNotOnPlatform', 'device.isRooted', /it does on android, androidForWork, androidAOSP, iOS/],
    ['app.osVersion -eq "X"', 'wrongEntity', 'app.osVersion', /speak about device\./],
    ['model -eq "X"', 'entityMissing', 'model', /write device\.model/],
    ['osVersion -eq "X"', 'entityMissing', 'osVersion', /write device\.osVersion or app\.osVersion/],
    ['broken', 'entityMissing', 'broken', /no property/],
    ['user.department -eq "X"', 'unknownEntity', 'user.department', /device\. or app\./],
  ])('%s', (rule, code, place, advice) => {
    const verdict = validateFilterRule(rule, WINDOWS);
    if (verdict.valid) throw new TypeError('the rule was accepted');
    const [fault] = verdict.diagnostics;
    expect(fault?.code).toBe(code);
    expect(rule.slice(fault?.position, (fault?.position ?? 0) + (fault?.length ?? 0))).toBe(place);
    expect(fault?.message).toMatch(advice);
  });

  it('names every fault that the platform has with a rule whose grammar is right', () => {
    const verdict = validateFilterRule('device.serialNumber -eq "A" and device.isRooted -eq "True" or device.model -gt "C"', WINDOWS);
    expect(verdict).toMatchObject({
      valid: false,
      diagnostics: [{ code: 'unknownProperty' }, { code: 'propertyNotOnPlatform' }, { code: 'operatorNotAllowed' }],
    });
  });

  it('offers the properties of the platform', () => {
    const verdict = validateFilterRule('device.nothing -eq "A"', 'android');
    expect(verdict.valid ? [] : verdict.diagnostics[0]?.expected).toEqual([
      'device.deviceName',
      'device.manufacturer',
      'device.model',
      'device.deviceCategory',
      'device.osVersion',
      'device.operatingSystemVersion',
      'device.deviceOwnership',
      'device.isRooted',
    ]);
  });
});

describe('platforms', () => {
  it.each([
    ['android', 'device.isRooted -eq "True"', true],
    ['android', 'device.enrollmentProfileName -eq "X"', false],
    ['androidForWork', 'device.deviceManagementType -eq "Corporate-owned fully managed"', true],
    ['androidForWork', 'device.deviceManagementType -startsWith "Corporate"', false],
    ['androidAOSP', 'device.deviceManagementType -ne "AOSP userless devices"', true],
    ['iOS', 'device.enrollmentProfileName -startsWith "ADE"', true],
    ['iOS', 'device.deviceManagementType -eq "X"', false],
    ['iOS', 'device.deviceTrustType -eq "Azure AD joined"', false],
    ['macOS', 'device.cpuArchitecture -in ["x64","arm64"]', true],
    ['macOS', 'device.isRooted -eq "True"', false],
    ['windows10AndLater', 'device.isTpmAttested -eq "True"', true],
    ['windows10AndLater', 'device.operatingSystemSKU -startsWith "Enterprise"', true],
    ['androidMobileApplicationManagement', 'app.appVersion -startsWith "10"', true],
    ['androidMobileApplicationManagement', 'device.osVersion -eq "10"', false],
    ['iOSMobileApplicationManagement', 'app.deviceManagementType -eq "Unmanaged"', true],
    ['iOSMobileApplicationManagement', 'app.deviceModel -startsWith "RealityDevice"', true],
    ['windowsMobileApplicationManagement', 'app.deviceManufacturer -ne "Dell"', true],
    ['windowsMobileApplicationManagement', 'app.deviceManagementType -eq "Unmanaged"', false],
    ['windowsPhone81', 'device.osVersion -eq "10"', false],
    ['unknown', 'device.osVersion -eq "10"', false],
  ])('%s: %s is valid: %s', (platform, rule, valid) => {
    expect(validateFilterRule(rule, platform).valid).toBe(valid);
  });

  it.each(['windowsPhone81', 'androidWorkProfile', 'unknown', '', 'toString'])('there are no filters for %j', (platform) => {
    const verdict = validateFilterRule('device.osVersion -eq "10"', platform);
    expect(verdict).toMatchObject({ valid: false, diagnostics: [{ code: 'platformWithoutFilters' }] });
  });
});

describe('warnings', () => {
  it.each([
    ['device.deviceTrustType -eq "Microsoft Entra joined"', ['Azure AD joined']],
    ['device.cpuArchitecture -in ["amd64","x64"]', ['amd64', 'x86']],
    ['device.deviceOwnership -ne "company"', ['Personal', 'Corporate']],
  ])('%s never matches', (rule, expected) => {
    const verdict = validateFilterRule(rule, WINDOWS);
    expect(verdict).toMatchObject({ valid: true, warnings: [{ code: 'valueNeverMatches', expected: expect.arrayContaining(expected) }] });
  });

  it.each(['device.deviceTrustType -eq " azure ad JOINED "', 'device.deviceName -eq "anything"', 'device.deviceOwnership -eq $null'])(
    '%s is left alone',
    (rule) => {
      expect(validateFilterRule(rule, WINDOWS)).toMatchObject({ valid: true, warnings: [] });
    },
  );
});

describe('bounds', () => {
  const clause = 'device.model -eq "X"';
  const nested = (depth: number) => `${'('.repeat(depth)}${clause}${')'.repeat(depth)}`;

  it('3,072 characters pass, one more does not', () => {
    const filled = (length: number) => `device.model -eq "${'x'.repeat(length - 19)}"`;
    expect(filled(3072)).toHaveLength(3072);
    expect(validateFilterRule(filled(3072), WINDOWS).valid).toBe(true);
    const verdict = validateFilterRule(filled(3073), WINDOWS);
    expect(verdict).toMatchObject({ valid: false, diagnostics: [{ code: 'ruleTooLong', position: 3072, length: 1 }] });
  });

  it.each([
    [66, undefined],
    [200, undefined],
    [201, 'nestedTooDeep'],
    [1400, 'nestedTooDeep'],
    [10_000, 'ruleTooLong'],
  ])('%d nested parentheses', (depth, code) => {
    const verdict = validateFilterRule(nested(depth), WINDOWS);
    expect(verdict.valid ? undefined : verdict.diagnostics[0]?.code).toBe(code);
  });
});

describe('lists after -eq and -ne', () => {
  it.each(['device.model -eq ["A","B"]', 'device.deviceOwnership -ne ["Personal"]'])('%s evaluates, and does not validate', (rule) => {
    expect(validateFilterRule(rule, WINDOWS).valid).toBe(false);
    expect(validateFilterRule(rule, WINDOWS, 'evaluate').valid).toBe(true);
  });
});
