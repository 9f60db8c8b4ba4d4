import { describe, expect, it } from 'vitest';
import { thrown } from '../model/testing/thrown.js';
import type { ExpandItem } from '../query/plan.js';
import { printExpression } from '../query/print.js';
import { plan } from './testing/model.js';

const DC = '/beta/deviceManagement/deviceConfigurations';

describe('$select', () => {
  const select = (text: string, path = DC) =>
    plan(`GET ${path}?$select=${text}`).options.select?.map(({ name, cast, path: nested, text: written }) =>
      [cast?.name ?? '', name, nested.join('/'), written].join('|'),
    );

  it.each([
    ['id,displayName', ['|id||id', '|displayName||displayName']],
    [' ID , displayname ,', ['|id||ID', '|displayName||displayname']],
    [
      'microsoft.graph.windows10CustomConfiguration/omaSettings',
      ['windows10CustomConfiguration|omaSettings||microsoft.graph.windows10CustomConfiguration/omaSettings'],
    ],
    ['assignments', ['|assignments||assignments']],
    [
      'deviceManagementApplicabilityRuleOsEdition/name',
      ['|deviceManagementApplicabilityRuleOsEdition|name|deviceManagementApplicabilityRuleOsEdition/name'],
    ],
    ['*', undefined],
    ['id,*', undefined],
    [',', undefined],
  ])('%s', (text, expected) => expect(select(text)).toEqual(expected));

  it.each([
    ['target/groupId', ['|target|groupId|target/groupId']],
    ['target/microsoft.graph.groupAssignmentTarget/groupId', ['|target|groupId|target/microsoft.graph.groupAssignmentTarget/groupId']],
  ])('%s of an assignment', (text, expected) => expect(select(text, `${DC}/x/assignments`)).toEqual(expected));

  it.each([
    ['nope', 'optionPropertyUnknown'],
    ['omaSettings', 'optionPropertyUnknown'],
    ['displayName/x', 'optionPropertyUnknown'],
    ['microsoft.graph.nope/id', 'optionPropertyUnknown'],
    ['microsoft.graph.user/id', 'castInvalid'],
    ['microsoft.graph.iosVpnConfiguration', 'optionPropertyUnknown'],
    ['/', 'optionPropertyUnknown'],
    ['id/', 'optionPropertyUnknown'],
    ["'id'", 'optionPropertyUnknown'],
  ])('%s is refused as %s', (text, code) => expect(thrown(() => select(text))?.kind).toBe(code));
});

function shown(item: ExpandItem): string {
  const { select, expand, filter, top, count, orderBy } = item.options;
  const parts = [
    select === undefined ? '' : `select=${select.map(({ name }) => name)}`,
    filter === undefined ? '' : `filter=${printExpression(filter)}`,
    top === undefined ? '' : `top=${top}`,
    count ? 'count' : '',
    orderBy.length === 0 ? '' : `orderby=${orderBy.length}`,
    expand.map(shown).join('+'),
  ].filter((part) => part !== '');
  const form = item.form === 'entities' ? '' : `:${item.form}`;
  return `${item.cast === undefined ? '' : `<${item.cast.name}>`}${item.property.name}${form}${parts.length === 0 ? '' : `(${parts.join(';')})`}`;
}

describe('$expand', () => {
  const expand = (text: string, path = DC) => plan(`GET ${path}?$expand=${encodeURIComponent(text)}`).options.expand.map(shown);

  it.each([
    ['assignments', ['assignments']],
    ['Assignments, groupassignments', ['assignments', 'groupAssignments']],
    ['assignments($select=id,target;$top=3)', ['assignments(select=id,target;top=3)']],
    [
      "assignments(select=id;filter=intent eq 'apply' and id ne 'a;b)(';count=true)",
      ["assignments(select=id;filter=intent eq 'apply' and id ne 'a;b)(';count)"],
    ],
    ['assignments($orderby=id desc,intent)', ['assignments(orderby=2)']],
    ['assignments()', ['assignments']],
    ['assignments( ; ; )', ['assignments']],
    ['assignments($select=)', ['assignments']],
    [
      'groupAssignments($expand=deviceConfiguration($expand=assignments($top=1)))',
      ['groupAssignments(deviceConfiguration(assignments(top=1)))'],
    ],
    ['assignments/$ref', ['assignments:references']],
    ['assignments/$count', ['assignments:count']],
    ["assignments/$count($filter=intent eq 'remove')", ["assignments:count(filter=intent eq 'remove')"]],
    ['microsoft.graph.iosScepCertificateProfile/rootCertificate($select=id)', ['<iosScepCertificateProfile>rootCertificate(select=id)']],
    [
      'microsoft.graph.iosScepCertificateProfile/rootCertificate,microsoft.graph.macOSScepCertificateProfile/rootCertificate',
      ['<iosScepCertificateProfile>rootCertificate', '<macOSScepCertificateProfile>rootCertificate'],
    ],
    ['deviceStatusOverview($select=id)', ['deviceStatusOverview(select=id)']],
    [',', []],
  ])('%s', (text, expected) => expect(expand(text)).toEqual(expected));

  it('* is every navigation property', () => {
    expect(expand('*')).toEqual(expect.arrayContaining(['assignments', 'groupAssignments', 'deviceStatusOverview']));
    expect(expand('assignments($top=1),*').filter((item) => item.startsWith('assignments'))).toEqual(['assignments(top=1)']);
  });

  it.each([
    ['nope', 'optionPropertyUnknown'],
    ['displayName', 'optionPropertyUnknown'],
    ['rootCertificate', 'optionPropertyUnknown'],
    ['microsoft.graph.user/manager', 'castInvalid'],
    ['assignments,assignments', 'optionInvalid'],
    ['assignments(', 'optionInvalid'],
    ['assignments)', 'optionInvalid'],
    ['assignments($top=1)x', 'optionInvalid'],
    ["assignments($filter=id eq 'x)", 'optionInvalid'],
    ['assignments($top)', 'optionInvalid'],
    ['assignments(top=1;top=2)', 'optionInvalid'],
    ['assignments(foo=1)', 'optionInvalid'],
    ['assignments($foo=1)', 'optionUnknown'],
    ['assignments($top=-1)', 'optionInvalid'],
    ['assignments($select=nope)', 'optionPropertyUnknown'],
    ['assignments($filter=nope eq 1)', 'optionPropertyUnknown'],
    ['assignments/target', 'optionInvalid'],
    ['assignments/$ref($select=id)', 'optionInvalid'],
    ['deviceStatusOverview($top=1)', 'optionInvalid'],
    ['deviceStatusOverview/$count', 'optionInvalid'],
    ['assignments/$value', 'optionInvalid'],
  ])('%s is refused as %s', (text, code) => expect(thrown(() => expand(text))?.kind).toBe(code));

  it('nests six levels and no more', () => {
    const six =
      'groupAssignments($expand=deviceConfiguration($expand=groupAssignments($expand=deviceConfiguration($expand=groupAssignments($expand=deviceConfiguration)))))';
    expect(expand(six)).toHaveLength(1);
    const seven = six.replace('$expand=deviceConfiguration))', '$expand=deviceConfiguration($expand=assignments)))');
    expect(thrown(() => expand(seven))?.kind).toBe('optionInvalid');
  });
});
