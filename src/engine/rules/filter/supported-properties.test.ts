import { describe, expect, it } from 'vitest';
import { appPlatforms, devicePlatforms, supportedProperties, validateFilterRule } from './index.js';
import { entityOf } from './properties.js';

const words: Readonly<Record<string, string>> = {
  equals: 'eq',
  notEquals: 'ne',
  greaterThan: 'gt',
  greaterThanOrEquals: 'ge',
  lessThan: 'lt',
  lessThanOrEquals: 'le',
};

describe('supported properties', () => {
  it.each([...devicePlatforms, ...appPlatforms])('every operator and value offered for %s is valid in a rule', (platform) => {
    for (const { name, dataType, supportedOperators, supportedValues } of supportedProperties(platform)) {
      for (const operator of supportedOperators) {
        for (const value of supportedValues.length === 0 ? [dataType === 'Version' ? '10.0' : 'X'] : supportedValues) {
          const rule = `${entityOf(platform)}.${name} -${words[operator] ?? operator} "${value}"`;
          expect(validateFilterRule(rule, platform), rule).toMatchObject({ valid: true, warnings: [] });
        }
      }
    }
  });

  it('names what the platform has', () => {
    expect(supportedProperties('windows10AndLater').map(({ name }) => name)).toContain('operatingSystemSKU');
    expect(supportedProperties('macOS').find(({ name }) => name === 'cpuArchitecture')).toEqual({
      name: 'cpuArchitecture',
      dataType: 'String',
      isCollection: false,
      supportedOperators: ['equals', 'notEquals', 'in', 'notIn'],
      supportedValues: ['x64', 'arm64', 'unknown'],
      propertyRegexConstraint: null,
    });
  });
});
