import { describe, expect, it } from 'vitest';
import { readTypePackage } from './type-package.js';

const draft = readTypePackage(`
export type NullableOption<T> = T | null;
export type DeviceMode = "standard" | "sMode";
export type Lonely = "Label";
export interface Entity { id?: string; }
export interface IosThing extends Entity {
    count?: number;
    mode?: NullableOption<DeviceMode>;
    // One line of prose.
    names?: string[];
    owners?: NullableOption<Entity[]>;
    blob?: any;
    call?: NullableOption<callRecords.Session>;
    fits?: boolean;
    "@odata.type"?: string;
}
export namespace CallRecords { interface Session { id?: string; } type DeviceMode = "other"; }
`);

describe('a types package', () => {
  it.each([
    ['count', 'number', false, false],
    ['mode', 'deviceMode', false, true],
    ['names', 'string', true, false],
    ['owners', 'entity', true, true],
    ['blob', 'Edm.Untyped', false, false],
    ['call', 'callRecords.session', false, true],
    ['fits', 'Edm.Boolean', false, false],
  ])('reads %s', (name, type, collection, nullable) => {
    expect(draft.types.get('iosThing')?.properties.get(name)).toMatchObject({ type, collection, nullable });
  });

  it('reads bases and kinds of the root namespace alone', () => {
    expect(draft.types.get('iosThing')).toMatchObject({ base: 'entity', kind: 'entity' });
    expect([...draft.types.keys()]).toEqual(['entity', 'iosThing']);
    expect(draft.types.get('iosThing')?.properties.has('@odata.type')).toBe(false);
  });

  it('reads unions of texts as enums', () => {
    expect([...(draft.enums.get('deviceMode')?.members ?? [])]).toEqual([
      ['standard', 0],
      ['sMode', 1],
    ]);
    expect([...draft.enums.keys()]).toEqual(['deviceMode', 'lonely']);
  });
});
