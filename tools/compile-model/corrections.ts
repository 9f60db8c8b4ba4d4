/**
 * `api/model/corrections.yaml`: what the packages do not say or say wrongly, each fact with its evidence. Members are named
 * `type.property`, where the type is the one that declares the property.
 */
import { parse } from 'yaml';
import { z } from 'zod';

const version = z.enum(['beta', 'v1.0']);
const fact = { evidence: z.string().min(1), versions: z.array(version).default(['beta', 'v1.0']) };
const members = z.array(z.string());
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A type as CSDL writes it: `Edm.Int32`, `deviceConfiguration`, `Collection(…)` of either. */
const property = z.strictObject({
  type: z.string(),
  nullable: z.boolean().default(true),
  readOnly: z.boolean().default(false),
});

const parameter = z.strictObject({ name: z.string(), type: z.string(), nullable: z.boolean().default(true) });

const correctionsShape = z.strictObject({
  scope: z.strictObject({
    /** Bases whose derived types are not drawn in by themselves. */
    closed: members,
    roots: z.array(z.strictObject({ ...fact, types: members })),
  }),
  types: z.array(
    z.strictObject({
      ...fact,
      add: z.record(
        z.string(),
        z.strictObject({
          base: z.string().optional(),
          properties: z.record(z.string(), property).default({}),
        }),
      ),
    }),
  ),
  enums: z.array(z.strictObject({ ...fact, add: z.record(z.string(), z.array(z.string())) })),
  flags: z.array(z.strictObject({ ...fact, enums: members })),
  /** Values that break the count; the members after one count on from it. */
  enumValues: z.array(z.strictObject({ ...fact, set: z.record(z.string(), z.record(z.string(), z.int())) })),
  properties: z.array(z.strictObject({ ...fact, add: z.record(z.string(), property) })),
  remove: z.array(z.strictObject({ ...fact, members })),
  kinds: z.array(z.strictObject({ ...fact, as: z.string(), members })),
  nullability: z.array(z.strictObject({ ...fact, nullable: z.boolean(), members })),
  navigation: z.array(z.strictObject({ ...fact, as: z.enum(['structural', 'contained', 'reference']), members })),
  /** Entity types that have no base. */
  entities: z.array(z.strictObject({ ...fact, types: members })),
  /** Types whose entities live in a set of their own: a navigation to one is a reference unless said otherwise. */
  referenceTargets: z.array(z.strictObject({ ...fact, types: members })),
  abstract: z.array(z.strictObject({ ...fact, types: members })),
  open: z.array(z.strictObject({ ...fact, types: members })),
  readOnly: z.array(z.strictObject({ ...fact, readOnly: z.boolean().default(true), members })),
  defaults: z.array(z.strictObject({ ...fact, set: z.record(z.string(), scalar) })),
  order: z.array(z.strictObject({ ...fact, type: z.string(), first: members })),
  operations: z.array(
    z.strictObject({
      ...fact,
      name: z.string(),
      kind: z.enum(['action', 'function']),
      /** `deviceConfiguration` or `Collection(deviceConfiguration)`. */
      on: z.string(),
      parameters: z.array(parameter).default([]),
      returns: z.string().optional(),
      returnsNullable: z.boolean().default(false),
    }),
  ),
  container: z.array(z.strictObject({ ...fact, singletons: z.record(z.string(), z.string()), sets: z.record(z.string(), z.string()) })),
  /** Differences from the facts the model is checked against that are right as they are. */
  explained: z.array(z.strictObject({ reason: z.string().min(1), differences: members })),
});

export type Corrections = z.infer<typeof correctionsShape>;
export type ModelVersion = z.infer<typeof version>;

/** @throws ZodError naming the entry that does not fit. */
export function readCorrections(yaml: string): Corrections {
  return correctionsShape.parse(parse(yaml));
}

/** The entries of a section that hold for `of`. */
export function forVersion<T extends { readonly versions: readonly ModelVersion[] }>(
  entries: readonly T[],
  of: ModelVersion,
): readonly T[] {
  return entries.filter((entry) => entry.versions.includes(of));
}
