import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../kernel/json.js';
import { createTable } from '../../columns/table.js';
import { setOf, toOrdinals } from '../../device-set.js';
import {
  columnSpecs,
  compileDynamicRule,
  createClauses,
  dependsOnNow,
  deviceColumns,
  evaluateDetails,
  extensionColumnSpecs,
  interpretDynamicRule,
  userColumns,
  validateDynamicRule,
} from './index.js';

const now = () => Date.UTC(2026, 2, 31, 12);

const user: JsonObject = {
  id: 'u1',
  accountEnabled: true,
  onPremisesSyncEnabled: null,
  displayName: 'David',
  department: 'Sales',
  city: 'Lagos',
  jobTitle: '',
  mailNickname: 'david',
  faxNumber: '1',
  mobilePhone: '2',
  businessPhones: ['3', '4'],
  officeLocation: 'Room 5',
  onPremisesSipInfo: { sipPrimaryAddress: 'sip:david' },
  employeeHireDate: '2026-04-01T00:00:00Z',
  onPremisesExtensionAttributes: { extensionAttribute15: 'Marketing' },
  extension_C272A57B722D4EB29BFE327874AE79CB_OfficeNumber: '123',
  otherMails: [],
  proxyAddresses: ['SMTP:david@contoso.com', 'smtp:d@contoso.org'],
  assignedPlans: [
    { service: 'exchange', servicePlanId: 'p1', capabilityStatus: 'Enabled' },
    { service: 'SCO', servicePlanId: 'p2', capabilityStatus: 'Deleted' },
  ],
};

const device: JsonObject = {
  id: 'd1',
  deviceId: 'dd1',
  accountEnabled: false,
  isRooted: null,
  operatingSystem: 'Windows',
  operatingSystemVersion: '10.0.22631.1',
  manufacturer: 'Contoso',
  model: 'One',
  mdmAppId: '0000000a-0000-0000-c000-000000000000',
  trustType: 'AzureAd',
  physicalIds: ['[ZTDId]:1', '[OrderID]:179887111881'],
  systemLabels: ['M365Managed'],
  extensionAttributes: { extensionAttribute1: 'x' },
};

const CASES: readonly (readonly [rule: string, matches: boolean])[] = [
  ['user.displayName -match "^Da.*"', true],
  ['user.displayName -match "^avid"', false],
  ['user.displayName -notMatch "vid$"', false],
  ['user.department -eq "SALES"', true],
  ['user.department -ne "sales"', false],
  ['user.department -in ["50001", "sales"]', true],
  ['user.department -notIn ["50001", "sales"]', false],
  ['(user.department -eq "Sales") -and -not (user.jobTitle -startsWith "SDE")', true],
  ['user.city -eq "Lagos" or user.department -eq "x" and user.city -eq "y"', true],
  ['(user.city -eq "Lagos" or user.department -eq "x") and user.city -eq "y"', false],
  ['-not user.city -eq "x" -and user.city -eq "y"', false],
  // A missing or empty value: negative operators hold.
  ['user.jobTitle -eq null', true],
  ['user.jobTitle -eq ""', true],
  ['user.jobTitle -ne "x"', true],
  ['user.jobTitle -in ["x", ""]', true],
  ['user.jobTitle -contains ""', false],
  ['user.jobTitle -notContains ""', true],
  ['user.jobTitle -match ".*"', false],
  ['user.jobTitle -notMatch ".*"', true],
  ['user.surname -notStartsWith "x"', true],
  ['user.surname -notEndsWith "x"', true],
  ['user.surname -notIn ["x"]', true],
  ['user.city -contains ""', true],
  ['user.employeeId -ne "null"', true],
  ['user.dirSyncEnabled -eq false', false],
  ['user.dirSyncEnabled -ne true', true],
  ['user.dirSyncEnabled -eq null', true],
  // Where Graph names a property otherwise.
  ['user.objectId -eq "U1"', true],
  ['user.facsimileTelephoneNumber -eq "1" and user.mobile -eq "2" and user.telephoneNumber -eq "3"', true],
  ['user.physicalDeliveryOfficeName -endsWith "5" and user.sipProxyAddress -startsWith "SIP:"', true],
  ['user.extensionAttribute15 -eq "marketing"', true],
  ['user.extension_c272a57b722d4eb29bfe327874ae79cb_officenumber -eq "123"', true],
  ['user.extension_c272a57b722d4eb29bfe327874ae79cb_other -eq null', true],
  // Dates: the moment is 2026-03-31T12:00Z.
  ['user.employeeHireDate -ge system.now', true],
  ['user.employeeHireDate -ge system.now -plus P1D', false],
  ['user.employeeHireDate -le system.now -plus PT12H', true],
  ['user.employeeHireDate -ge (system.now -plus PT12H1S)', false],
  ['user.employeeHireDate -le system.now -minus P1M', false],
  ['user.employeeHireDate -eq "2026-04-01T02:00:00+02:00"', true],
  ['user.employeeHireDate -eq 2026-04-01', true],
  ['user.employeeHireDate -eq "soon"', false],
  ['user.employeeHireDate -ne "soon"', true],
  ['user.employeeHireDate -ge system.now -minus P999999Y', false],
  // Collections.
  ['user.proxyAddresses -any (_ -startsWith "smtp:d@")', true],
  ['user.proxyAddresses -all (_ -contains "contoso")', true],
  ['user.proxyAddresses -all (_ -endsWith ".org")', false],
  ['user.otherMails -any (_ -ne "x")', false],
  ['user.otherMails -all (_ -eq "x")', true],
  ['user.assignedPlans -any (assignedPlan.service -eq "SCO" -and assignedPlan.capabilityStatus -eq "Enabled")', false],
  ['user.assignedPlans -any (assignedPlan.servicePlanId -eq "p1" -and assignedPlan.capabilityStatus -eq "Enabled")', true],
  ['user.assignedPlans -all (assignedPlan.service -ne "SCO" -or assignedPlan.capabilityStatus -ne "Enabled")', true],
  ['user.assignedPlans -all (assignedPlan.servicePlanId -eq null)', false],
  ['user.assignedPlans -any (-not (assignedPlan.service -eq "sco"))', true],
  // Devices.
  ['device.deviceOSVersion -startsWith "10.0.2" and device.deviceOSType -eq "windows"', true],
  ['device.deviceManufacturer -eq "Contoso" and device.deviceModel -eq "one" and device.deviceTrustType -eq "AzureAD"', true],
  ['device.deviceManagementAppId -eq "0000000a-0000-0000-c000-000000000000" and device.objectId -ne null', true],
  ['device.devicePhysicalIds -any _ -contains "[ztdid]"', true],
  ['device.devicePhysicalIds -all (_ -notStartsWith "[ZTDID]")', false],
  ['device.systemLabels -startsWith "M365Managed"', true],
  ['device.systemLabels -notContains "managed"', false],
  ['device.systemLabels -eq null', false],
  ['device.accountEnabled -eq False', true],
  ['device.isRooted -eq true', false],
  ['device.extensionAttribute1 -eq "X"', true],
  ['device.enrollmentProfileName -eq null', true],
];

function checked(text: string) {
  const verdict = validateDynamicRule(text);
  if (!verdict.valid) expect.fail(JSON.stringify(verdict.diagnostics));
  return verdict;
}

describe('a rule', () => {
  it.each(CASES)('%s: %s', (text, matches) => {
    const { ast, subject } = checked(text);
    const object = subject === 'user' ? user : device;
    expect(interpretDynamicRule(ast, object, { now })).toBe(matches);
    const table = createTable([...columnSpecs(subject), ...extensionColumnSpecs(object)]);
    table.add(subject === 'user' ? userColumns(object) : deviceColumns(object));
    const compiled = compileDynamicRule(ast, { now });
    expect([...toOrdinals(compiled.evaluate(table))]).toEqual(matches ? [0] : []);
    expect(compiled.matches(table, 0)).toBe(matches);
  });

  it.each([
    ['user.employeeHireDate -ge system.now', true],
    ['user.city -eq "a" or -not (user.employeeHireDate -le system.now -minus P1D)', true],
    ['user.employeeHireDate -ge 2026-01-01', false],
    ['user.city -eq "system.now"', false],
    ['Direct Reports for "11111111-1111-1111-1111-111111111111"', false],
  ])('depends on the moment or not: %s, %s', (text, expected) => {
    expect(dependsOnNow(checked(text).ast)).toBe(expected);
    expect(compileDynamicRule(checked(text).ast, { now }).dependsOnNow).toBe(expected);
  });

  it('asks for the moment at each evaluation', () => {
    let moment = Date.UTC(2026, 2, 31);
    const compiled = compileDynamicRule(checked('user.employeeHireDate -ge system.now').ast, { now: () => moment });
    const table = createTable(columnSpecs('user'));
    table.add(userColumns(user));
    expect(compiled.matches(table, 0)).toBe(true);
    moment = Date.UTC(2026, 3, 2);
    expect(compiled.matches(table, 0)).toBe(false);
    expect([...toOrdinals(compiled.evaluate(table))]).toEqual([]);
  });
});

describe('rules about other objects', () => {
  const manager = '11111111-1111-1111-1111-111111111111';
  const table = createTable(columnSpecs('user'));
  for (const id of ['u0', manager, 'u2', 'u3', 'gone']) table.add(userColumns({ id }));
  table.remove(4);
  const context = {
    directMembers: (id: string) => setOf(id === 'g1' ? [0, 4] : id === 'g2' ? [2] : [], 5),
    directReports: (id: string) => setOf(id === manager ? [3, 4] : [], 5),
  };

  it('memberOf holds for direct members of any of the groups', () => {
    const { ast } = checked("user.memberOf -any (group.objectId -in ['g1', 'g2', 'g3'])");
    const compiled = compileDynamicRule(ast, { now });
    expect(compiled.groups).toEqual(new Set(['g1', 'g2', 'g3']));
    expect([...toOrdinals(compiled.evaluate(table, context))]).toEqual([0, 2]);
    expect([0, 1, 2, 3, 4].map((ordinal) => compiled.matches(table, ordinal, context))).toEqual([true, false, true, false, false]);
    expect([...toOrdinals(compiled.evaluate(table))]).toEqual([]);
    expect(interpretDynamicRule(ast, { id: 'u0' }, { now, isDirectMember: (id) => id === 'g2' })).toBe(true);
    expect(interpretDynamicRule(ast, { id: 'u0' }, { now })).toBe(false);
  });

  it('clauses that rules share name their groups to each of them', () => {
    const clauses = createClauses();
    for (let round = 0; round < 2; round += 1) {
      const rule = compileDynamicRule(checked("user.memberOf -any (group.objectId -eq 'g1')").ast, { now, clauses });
      expect(rule.groups).toEqual(new Set(['g1']));
      expect(rule.columns).toEqual(new Set());
      expect([...toOrdinals(rule.evaluate(table, context))]).toEqual([0]);
      const other = compileDynamicRule(checked("user.city -eq 'x' or user.city -eq 'y'").ast, { now, clauses });
      expect([other.groups, other.columns]).toEqual([new Set(), new Set(['city'])]);
    }
  });

  it('direct reports are those and their manager', () => {
    const { ast, subject } = checked(`Direct Reports for "${manager}"`);
    const compiled = compileDynamicRule(ast, { now });
    expect(subject).toBe('user');
    expect(compiled.managerId).toBe(manager);
    expect([...toOrdinals(compiled.evaluate(table, context))]).toEqual([1, 3]);
    expect([0, 1, 2, 3, 4].map((ordinal) => compiled.matches(table, ordinal, context))).toEqual([false, true, false, true, false]);
    expect(interpretDynamicRule(ast, { id: manager }, { now })).toBe(true);
    expect(interpretDynamicRule(ast, { id: 'u3' }, { now, managerOf: () => manager.toUpperCase() })).toBe(true);
    expect(interpretDynamicRule(ast, { id: 'u3' }, { now, managerOf: () => null })).toBe(false);
  });
});

describe('columns', () => {
  it('drop an extension that a user has no more', () => {
    const name = 'extension_c272a57b722d4eb29bfe327874ae79cb_officenumber';
    const table = createTable([...columnSpecs('user'), ...extensionColumnSpecs(user)]);
    table.add(userColumns(user, table.columns));
    expect(table.textColumn(name)?.text(0)).toBe('123');
    table.set(0, userColumns({ id: 'u1' }, table.columns));
    expect(table.textColumn(name)?.text(0)).toBeNull();
  });

  it('take a value of the wrong kind for none', () => {
    const odd: JsonObject = {
      id: 'u',
      city: ['x'],
      accountEnabled: 'true',
      employeeHireDate: '2026-02-30',
      otherMails: 'a',
      proxyAddresses: [1, 'b'],
      assignedPlans: [3],
    };
    expect(userColumns(odd)).toMatchObject({
      city: null,
      accountEnabled: null,
      employeeHireDate: null,
      otherMails: [],
      proxyAddresses: ['b'],
      assignedPlans: [],
    });
  });
});

describe('details', () => {
  it('of one comparison are as the service shows them', () => {
    const { ast } = checked('(user.displayName -startsWith "DAV")');
    expect(evaluateDetails(ast, user, { now })).toEqual({
      expression: 'user.displayName -startsWith "DAV"',
      expressionResult: true,
      propertyToEvaluate: { propertyName: 'displayName', propertyValue: 'David' },
    });
  });

  it('of several parts hold the details of each', () => {
    const { ast } = checked('((user.city -eq "x") or -not (user.accountEnabled -eq true and user.proxyAddresses -any _ -eq "b"))');
    expect(evaluateDetails(ast, user, { now })).toEqual({
      expression: '(user.city -eq "x") or -not (user.accountEnabled -eq true and user.proxyAddresses -any _ -eq "b")',
      expressionResult: true,
      expressionEvaluationDetails: [
        {
          expression: 'user.city -eq "x"',
          expressionResult: false,
          propertyToEvaluate: { propertyName: 'city', propertyValue: 'Lagos' },
        },
        {
          expression: '-not (user.accountEnabled -eq true and user.proxyAddresses -any _ -eq "b")',
          expressionResult: true,
          expressionEvaluationDetails: [
            {
              expression: 'user.accountEnabled -eq true and user.proxyAddresses -any _ -eq "b"',
              expressionResult: false,
              expressionEvaluationDetails: [
                {
                  expression: 'user.accountEnabled -eq true',
                  expressionResult: true,
                  propertyToEvaluate: { propertyName: 'accountEnabled', propertyValue: 'true' },
                },
                {
                  expression: 'user.proxyAddresses -any _ -eq "b"',
                  expressionResult: false,
                  propertyToEvaluate: { propertyName: 'proxyAddresses', propertyValue: 'SMTP:david@contoso.com, smtp:d@contoso.org' },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('of rules about other objects name what was looked at', () => {
    const memberOf = checked("user.memberOf -any (group.objectId -in ['g1', 'g2'])").ast;
    expect(evaluateDetails(memberOf, user, { now, isDirectMember: (id) => id === 'g2' })).toEqual({
      expression: "user.memberOf -any (group.objectId -in ['g1', 'g2'])",
      expressionResult: true,
      propertyToEvaluate: { propertyName: 'memberOf', propertyValue: 'g2' },
    });
    const reports = checked('Direct Reports for "11111111-1111-1111-1111-111111111111"').ast;
    expect(evaluateDetails(reports, user, { now, managerOf: () => 'm' }).propertyToEvaluate).toEqual({
      propertyName: 'manager',
      propertyValue: 'm',
    });
  });
});
