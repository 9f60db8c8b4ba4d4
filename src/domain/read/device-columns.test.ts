import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, openLab, schemas, TENANT } from '../../../tests/support/in-process.js';
import { createResolution } from '../../app/resolution.js';
import { systemClock } from '../../kernel/clock.js';
import { bindFilter } from '../../odata/filter.js';
import { evaluate } from '../../query/evaluate.js';
import { printExpression } from '../../query/print.js';
import { storeResident } from '../store-resident.js';
import { divideByColumns } from './device-columns.js';

const type = schemas.beta.types.get('managedDevice')!;
const filterOf = (text: string) => bindFilter(text, { schema: schemas.beta, type, aliases: new Map(), inner: false });

describe('what columns decide', () => {
  it.each([
    ["deviceName eq 'A'", true, undefined],
    ["'A' eq deviceName", true, undefined],
    ["deviceName ne 'A'", true, undefined],
    ["not (deviceName ne 'A')", true, undefined],
    ["not (deviceName eq 'A' or model in ('b','c'))", true, undefined],
    ["operatingSystem eq 'Windows' and startswith(deviceName,'A')", true, undefined],
    ["operatingSystem eq 'Windows' and serialNumber eq 'x'", true, "serialNumber eq 'x'"],
    ["serialNumber eq 'x' and (isEncrypted and contains(model,'y'))", true, "serialNumber eq 'x' and isEncrypted"],
    ["operatingSystem eq 'Windows' or serialNumber eq 'x'", false, "operatingSystem eq 'Windows' or serialNumber eq 'x'"],
    ["deviceName eq ''", false, "deviceName eq ''"],
    ['deviceName eq null', false, 'deviceName eq null'],
    ["deviceName eq 'é'", false, "deviceName eq 'é'"],
    ["not startswith(deviceName,'A')", false, "not startswith(deviceName,'A')"],
    ["startswith(deviceName,'')", false, "startswith(deviceName,'')"],
    ["endswith(deviceName,'A')", false, "endswith(deviceName,'A')"],
    ["startswith('A',deviceName)", false, "startswith('A',deviceName)"],
    ["tolower(deviceName) eq 'a'", false, "tolower(deviceName) eq 'a'"],
    ["deviceName gt 'a'", false, "deviceName gt 'a'"],
    ['deviceName eq model', false, 'deviceName eq model'],
    [`model in (${Array.from({ length: 17 }, (_, n) => `'${n}'`).join(',')})`, false, undefined],
  ])('%s', (text, decided, rest) => {
    const divided = divideByColumns(filterOf(text));
    expect(divided.test !== undefined).toBe(decided);
    if (rest !== undefined || decided) expect(divided.rest === undefined ? undefined : printExpression(divided.rest)).toBe(rest);
  });
});

const TEXTS = ['A', 'ab', 'AKİ', 'wi\u0307n', 'Windows', 'WİNDOWS', 'ｗindows', 'a\u212ab', 'Akb', 'é', 'É', 'ß', '', ' ', 'ı', '🙂a'];
const text = fc.constantFrom<string | null>(...TEXTS, null);
const device = fc.record({ deviceName: text, operatingSystem: text, model: text, serialNumber: text });
const literal = fc.constantFrom('A', 'a', 'i', 'k', 'win', 'windows', 'akb', 'aki', '', 'é', 'ab');
const clause = fc
  .tuple(fc.constantFrom('deviceName', 'operatingSystem', 'model', 'serialNumber'), fc.nat(5), literal, literal)
  .map(([name, kind, a, b]) => {
    const forms = [
      `${name} eq '${a}'`,
      `${name} ne '${a}'`,
      `startswith(${name},'${a}')`,
      `contains(${name},'${a}')`,
      `${name} in ('${a}','${b}')`,
    ];
    return forms[kind] ?? `${name} eq null`;
  });
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    clause,
    fc.tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter')).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    tie('filter').map((a) => `not (${a})`),
  ),
}));

describe('lists of managed devices', () => {
  it('hold the same devices whoever decides: columns, the plain computation, every device by itself', async () => {
    const authorization = { authorization: `Bearer app ${EVERYTHING.join(' ')}` };
    await fc.assert(
      fc.asyncProperty(
        fc.array(device, { minLength: 3, maxLength: 12 }),
        fc.array(filter, { minLength: 5, maxLength: 5 }),
        fc.nat(3),
        async (devices, filters, skip) => {
          const lab = await openLab();
          const id = (n: number) => `${String((n * 7) % 10).repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`;
          for (const [n, given] of devices.entries()) await lab.put('deviceManagement/managedDevices', 'managedDevice', id(n), given);
          const resident = createResolution(lab.store, systemClock).resident(TENANT);
          const plain = storeResident(lab.store, TENANT, 0);
          for (const asked of filters) {
            const expression = filterOf(asked);
            const expected = devices
              .flatMap((given, n) =>
                evaluate(expression, { ...given }, { typeName: 'managedDevice', now: 0, isA: () => false }) === true ? [id(n)] : [],
              )
              .sort();
            const path = `/deviceManagement/managedDevices?$filter=${encodeURIComponent(asked)}&$count=true&$skip=${skip}&$top=3`;
            const { body } = await lab.call('GET', path, undefined, authorization);
            expect(body.value?.map((one: { id: string }) => one.id)).toEqual(expected.slice(skip, skip + 3));
            expect(body['@odata.count']).toBe(expected.length);
            const { test, rest } = divideByColumns(expression);
            if (test === undefined || rest !== undefined) continue;
            expect(await resident.devicesWhere(test, skip, 2)).toEqual(await plain.devicesWhere(test, skip, 2));
            expect((await plain.devicesWhere(test, 0, 100)).ids).toEqual(expected);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
