import fc from 'fast-check';
import { expect, it } from 'vitest';
import { framedText } from '../../../kernel/framed-text.js';
import { type ChangeOperation, type ChangeSet, type Expectation, FramedPut } from '../../change-set.js';
import { createPacker, createUnpacker } from './packed-changes.js';

const frames = ['{"id":null}', '{"id":null,"more":1}'].map((text) => ({ text, ends: [6, 10] }));
const name = fc.constantFrom('a', 'b', 'c', 'é\0');
const key = fc.record({ set: fc.constantFrom('users', 'groups'), parent: fc.constantFrom('', 'p', 'q'), id: fc.string() });
const link = fc.record({ kind: name, from: fc.string(), to: fc.string(), toSet: name });

const operation: fc.Arbitrary<ChangeOperation> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, type: name, json: fc.string() }),
  fc.record({ kind: fc.constant('put' as const), key, type: name, json: fc.string(), recorded: fc.constant(false) }),
  fc.tuple(key, name, fc.constantFrom(...frames), fc.string()).map(([of, type, frame, id]) => {
    return new FramedPut(of, type, framedText(frame, [JSON.stringify(id)]));
  }),
  fc.record({ kind: fc.constantFrom('link' as const, 'unlink' as const), link }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);

/** As another thread gets it, texts and all. */
const told = (operations: readonly ChangeOperation[]) =>
  operations.map((one) => (one.kind === 'put' ? [one.key, one.type, one.json, one.recorded ?? true, one.framed?.frame] : one));

it('comes out as it went in, of expectations those that something put is not there', () => {
  fc.assert(
    fc.property(fc.array(fc.array(operation, { maxLength: 30 }), { maxLength: 4 }), fc.func(fc.nat(1)), (sets, versionOf) => {
      const [pack, unpack] = [createPacker(), createUnpacker()];
      for (const operations of sets) {
        const expected = new Map<string, Expectation>();
        for (const one of operations)
          if (one.kind === 'put') expected.set(JSON.stringify(one.key), { kind: 'version', key: one.key, version: versionOf(one.key) });
        const changes: ChangeSet = { tenant: 't', actor: { appId: 'x' }, at: 'now', expect: [...expected.values()], operations };
        const out = unpack(structuredClone(pack(changes)));
        expect(told(out.operations)).toEqual(told(operations));
        const absent = changes.expect.filter((one) => one.kind === 'version' && one.version === 0);
        expect(new Set(out.expect.map((one) => JSON.stringify(one)))).toEqual(new Set(absent.map((one) => JSON.stringify(one))));
        expect({ ...out, expect: [], operations: [] }).toEqual({ ...changes, expect: [], operations: [] });
      }
    }),
  );
});
