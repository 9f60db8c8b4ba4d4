import { describe, expect, it } from 'vitest';
import { type Finding, findingCodes, type Risk, riskCodes } from '../../engine/targeting/policy.js';
import { findingJson } from '../targeting/finding-json.js';
import { impactJson, type MeasuredImpact, mentionedIn, NO_IMPACT } from './impact-json.js';
import { riskJson } from './risk-json.js';

const names = {
  policy: (id: string) => (id === 'unnamed' ? undefined : `P ${id}`),
  group: (id: string) => `G ${id}`,
  filter: (id: string) => `F ${id}`,
};
const devices = (count: number) => ({
  count,
  page: (skip: number, limit: number) =>
    Array.from({ length: Math.min(limit, count - skip) }, (_, n) => ({ id: `d${skip + n}`, deviceName: null, userPrincipalName: null })),
});
const finding: Finding = { code: 'deletedGroup', policyId: 'p', assignmentId: 'a', groupId: 'g', filterId: 'f', devices: 3 };
const risk: Risk = { code: 'exclusionRemoved', policyId: 'p', assignmentId: 'a', groupId: 'g', devices: 2 };

describe('an impact as JSON', () => {
  const impact: MeasuredImpact = {
    ...NO_IMPACT,
    gained: { count: 9, devices: devices(5) },
    lost: { count: 2, devices: devices(2) },
    policies: ['p0', 'p1', 'p2'].map((policyId, n) => ({ policyId, gained: n, lost: 0, removed: 0 })),
    findings: [finding, finding, finding],
    risks: [risk],
  };

  it('shows a page of each list, and says how long those are that are cut', () => {
    const json = impactJson(impact, names, { size: 2, nextLink: (list) => `next ${list}` });
    expect(json).toMatchObject({
      gained: { count: 9, deviceCount: 5, devices: [{ id: 'd0' }, { id: 'd1' }], '@odata.nextLink': 'next gained' },
      lost: { count: 2, deviceCount: 2, devices: [{}, {}] },
      'policies@odata.count': 3,
      policies: [
        { deviceConfigurationId: 'p2', gained: 2 },
        { deviceConfigurationId: 'p1', gained: 1 },
      ],
      'findings@odata.count': 3,
      findings: [{}, {}],
      risks: [{}],
    });
    expect(json.lost).not.toHaveProperty('@odata.nextLink');
    expect(json).not.toHaveProperty('risks@odata.count');
  });

  it('asks for the names of what it shows alone', () => {
    const ids = mentionedIn(impact, 1).map(({ policyId, groupId }) => [policyId, groupId]);
    expect(ids).toEqual([
      ['p2', undefined],
      ['p', 'g'],
      ['p', 'g'],
    ]);
  });

  it('has no next link where there is none', () => {
    const json = impactJson(impact, names, { size: 2, nextLink: () => undefined });
    expect(json.gained).toEqual({ count: 9, deviceCount: 5, devices: expect.any(Array) });
  });
});

describe('findings and risks in words', () => {
  it.each(findingCodes)('%s', (code) => {
    const json = findingJson({ ...finding, code }, names);
    expect(json).toEqual({
      code,
      message: expect.stringMatching(/^[A-Z].*\.$/),
      deviceConfigurationId: 'p',
      displayName: 'P p',
      assignmentId: 'a',
      groupId: 'g',
      filterId: 'f',
      deviceCount: 3,
    });
    expect(String(json.message)).toContain('"P p"');
    expect(
      String(findingJson({ ...finding, code, assignmentId: undefined, groupId: undefined, filterId: undefined }, names).message),
    ).not.toMatch(/undefined|the its/);
  });

  it.each(riskCodes)('%s', (code) => {
    expect(riskJson({ ...risk, code }, names)).toEqual({
      code,
      message: expect.stringMatching(/^[A-Z0-9].*\.$/),
      deviceConfigurationId: 'p',
      displayName: 'P p',
      assignmentId: 'a',
      groupId: 'g',
      groupDisplayName: 'G g',
      deviceCount: 2,
    });
  });

  it('names by id what has no name', () => {
    const json = findingJson({ ...finding, policyId: 'unnamed', code: 'onlyExclusions' }, names);
    expect([json.displayName, json.message]).toEqual([null, 'The policy unnamed has only exclusions: it reaches nobody.']);
  });
});
