import { describe, expect, it } from 'vitest';
import { readSdkModels } from './sdk-models.js';

const source = `
import { createRingFromDiscriminatorValue, createWorkspaceFromDiscriminatorValue as I0123456789abcdef0123456789abcdef01234567 } from './windows/updates/index.js';
export function deserializeIntoEntity(entity = {}) {
    return {
        "backingStoreEnabled": n => { entity.backingStoreEnabled = true; },
        "id": n => { entity.id = n.getStringValue(); },
        "@odata.type": n => { entity.odataType = n.getStringValue(); },
    };
}
export function deserializeIntoIosThing(iosThing = {}) {
    return Object.assign(Object.assign({}, deserializeIntoEntity(iosThing)), { "count": n => { iosThing.count = n.getNumberValue(); }, "made": n => { iosThing.made = n.getDateValue(); }, "parts": n => { iosThing.parts = n.getCollectionOfObjectValues(createIPv4RangeFromDiscriminatorValue); }, "ring": n => { iosThing.ring = n.getObjectValue(createRingFromDiscriminatorValue); }, "space": n => { iosThing.space = n.getObjectValue(I0123456789abcdef0123456789abcdef01234567); }, "tags": n => { iosThing.tags = n.getCollectionOfPrimitiveValues("string"); }, "uses": n => { iosThing.uses = n.getCollectionOfEnumValues(KeyUsagesObject); }, "modes": n => { iosThing.modes = n.getCollectionOfEnumValues(ModeObject); }, "seenUses": n => { iosThing.seenUses = n.getCollectionOfEnumValues(KeyUsagesObject); }, "mode": n => { var _a; iosThing.mode = (_a = n.getEnumValue(ModeObject)) !== null && _a !== void 0 ? _a : ModeObject.On; } });
}
export function serializeIosThing(writer, iosThing = {}, isSerializingDerivedType = false) {
    serializeEntity(writer, iosThing, isSerializingDerivedType);
    if (iosThing.modes)
        writer.writeCollectionOfEnumValues("modes", iosThing.modes);
    writer.writeNumberValue("count", iosThing.count);
    writer.writeEnumValue("uses", iosThing.uses);
}
export const KeyUsagesObject = {
    KeyEncipherment: "keyEncipherment",
    DigitalSignature: "digitalSignature",
};
export const ModeObject = {
    /** Switched on. */
    On: "on",
    ErrorEscaped: "error",
};
`;

describe('the models of the SDK', () => {
  const draft = readSdkModels(source);
  const thing = draft.types.get('iosThing');

  it('gives base, kind and the properties that are no bookkeeping', () => {
    expect(thing).toMatchObject({ base: 'entity', kind: 'entity' });
    expect([...(draft.types.get('entity')?.properties.keys() ?? [])]).toEqual(['id']);
  });

  it.each([
    ['count', 'Edm.Int32', false],
    ['made', 'Edm.DateTimeOffset', false],
    ['parts', 'iPv4Range', true],
    ['ring', 'windows.updates.ring', false],
    ['space', 'windows.updates.workspace', false],
    ['tags', 'Edm.String', true],
    ['uses', 'keyUsages', false],
    ['seenUses', 'keyUsages', false],
    ['modes', 'mode', true],
    ['mode', 'mode', false],
  ])('reads the kind of %s', (name, type, collection) => {
    expect(thing?.properties.get(name)).toMatchObject({ type, collection });
  });

  it('takes what is never written for read-only', () => {
    expect([...(thing?.properties.values() ?? [])].filter((one) => !one.readOnly).map((one) => one.name)).toEqual([
      'count',
      'uses',
      'modes',
    ]);
  });

  it('takes an enum that is read as a list and written as one for flags', () => {
    expect(draft.enums.get('keyUsages')?.flags).toBe(true);
    expect(draft.enums.get('mode')?.flags).toBe(false);
    expect([...(draft.enums.get('mode')?.members.keys() ?? [])]).toEqual(['on', 'error']);
  });
});
