import type {
  ApiVersion,
  EnumType,
  NavigationProperty,
  Operation,
  PrimitiveName,
  Property,
  PropertyType,
  Schema,
  StructuredType,
} from '../schema.js';

/**
 * A small hand-written schema for tests, in a notation of one line a property:
 *
 * - property: `[readonly ]TYPE[[]][!][ = JSON]`, where TYPE is `Edm.X` or the name of an enum or type, `[]` a collection, `!` not nullable
 * - navigation: `[contains ]TYPE[[]]`
 */
export interface SampleDefinition {
  readonly version?: ApiVersion;
  /** Values count up from 0; flags enums from 0, 1, 2, 4, 8 … when the first member is `none`, else from 1. */
  readonly enums?: Readonly<Record<string, readonly string[]>>;
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  /** A base stands before the types that derive from it. */
  readonly types: Readonly<Record<string, SampleType>>;
  readonly container?: Readonly<Record<string, string>>;
  readonly operations?: (types: ReadonlyMap<string, StructuredType>) => readonly Operation[];
}

export interface SampleType {
  readonly kind?: 'entity' | 'complex';
  readonly base?: string;
  readonly abstract?: boolean;
  readonly open?: boolean;
  readonly properties?: Readonly<Record<string, string>>;
  readonly navigation?: Readonly<Record<string, string>>;
}

interface Draft {
  kind: 'entity' | 'complex';
  name: string;
  base: StructuredType | undefined;
  abstract: boolean;
  open: boolean;
  properties: Map<string, Property>;
  navigation: Map<string, NavigationProperty>;
  derived: StructuredType[];
}

export function sampleSchema(definition: SampleDefinition): Schema {
  const enums = new Map<string, EnumType>();
  for (const [name, members] of Object.entries(definition.enums ?? {})) enums.set(name, enumType(name, members, false));
  for (const [name, members] of Object.entries(definition.flags ?? {})) enums.set(name, enumType(name, members, true));
  const types = new Map<string, Draft>();
  for (const [name, sample] of Object.entries(definition.types)) types.set(name, draft(name, sample, types));
  for (const [name, sample] of Object.entries(definition.types)) fill(types.get(name)!, sample, types, enums);
  const container = new Map(
    Object.entries(definition.container ?? {}).map(([name, type]) => {
      const collection = type.endsWith('[]');
      return [name, { name, type: types.get(collection ? type.slice(0, -2) : type)!, collection }];
    }),
  );
  return { version: definition.version ?? 'beta', types, enums, operations: definition.operations?.(types) ?? [], container };
}

function enumType(name: string, members: readonly string[], flags: boolean): EnumType {
  const first = members[0] === 'none' ? 0 : 1;
  const value = (i: number) => (!flags ? i : first === 0 && i === 0 ? 0 : 2 ** (i - 1 + first));
  return { kind: 'enum', name, members: new Map(members.map((member, i) => [member, value(i)])), flags, defaultMember: members[0]! };
}

function draft(name: string, sample: SampleType, types: ReadonlyMap<string, Draft>): Draft {
  const base = sample.base === undefined ? undefined : types.get(sample.base)!;
  const type: Draft = {
    kind: sample.kind ?? base?.kind ?? 'complex',
    name,
    base,
    abstract: sample.abstract ?? false,
    open: sample.open ?? base?.open ?? false,
    properties: new Map(),
    navigation: new Map(),
    derived: [],
  };
  for (let at: StructuredType | undefined = base; at !== undefined; at = at.base) (at.derived as StructuredType[]).push(type);
  return type;
}

function fill(type: Draft, sample: SampleType, types: ReadonlyMap<string, Draft>, enums: ReadonlyMap<string, EnumType>): void {
  for (const [name, property] of type.base?.properties ?? []) type.properties.set(name, property);
  for (const [name, navigation] of type.base?.navigation ?? []) type.navigation.set(name, navigation);
  for (const [name, notation] of Object.entries(sample.properties ?? {})) {
    const match = /^(readonly )?([\w.]+)(\[\])?(!)?(?: = (.+))?$/.exec(notation)!;
    type.properties.set(name, {
      name,
      type: propertyType(match[2]!, types, enums),
      collection: match[3] !== undefined,
      nullable: match[4] === undefined,
      readOnly: match[1] !== undefined,
      defaultValue: match[5] === undefined ? undefined : JSON.parse(match[5]),
      declaredBy: type.name,
    });
  }
  for (const [name, notation] of Object.entries(sample.navigation ?? {})) {
    const match = /^(contains )?(\w+)(\[\])?$/.exec(notation)!;
    type.navigation.set(name, {
      name,
      type: types.get(match[2]!) ?? { kind: 'unknown', name: match[2]! },
      collection: match[3] !== undefined,
      contains: match[1] !== undefined,
      nullable: true,
      declaredBy: type.name,
    });
  }
}

function propertyType(name: string, types: ReadonlyMap<string, Draft>, enums: ReadonlyMap<string, EnumType>): PropertyType {
  if (name.startsWith('Edm.')) return { kind: 'primitive', name: name as PrimitiveName };
  return enums.get(name) ?? types.get(name) ?? { kind: 'unknown', name };
}

const TARGETS: Readonly<Record<string, SampleType>> = {
  allDevicesAssignmentTarget: { base: 'deviceAndAppManagementAssignmentTarget' },
  groupAssignmentTarget: { base: 'deviceAndAppManagementAssignmentTarget', properties: { groupId: 'Edm.String' } },
  exclusionGroupAssignmentTarget: { base: 'groupAssignmentTarget' },
};

/** A corner of the beta model: configurations of four types, assignments with their targets, OMA settings, and one type of every primitive. */
export function sampleBeta(): Schema {
  return sampleSchema({
    version: 'beta',
    enums: {
      deviceConfigAssignmentIntent: ['apply', 'remove'],
      deviceAndAppManagementAssignmentSource: ['direct', 'policySets'],
      deviceAndAppManagementAssignmentFilterType: ['none', 'include', 'exclude'],
      platformType: ['android', 'iOS', 'unknownFutureValue', 'linux'],
    },
    flags: { keyUsages: ['keyEncipherment', 'digitalSignature'], weekDays: ['none', 'monday', 'tuesday', 'friday'] },
    types: {
      entity: { kind: 'entity', abstract: true, properties: { id: 'readonly Edm.String!' } },
      deviceConfiguration: {
        base: 'entity',
        abstract: true,
        properties: {
          lastModifiedDateTime: 'readonly Edm.DateTimeOffset!',
          roleScopeTagIds: 'Edm.String[]',
          createdDateTime: 'readonly Edm.DateTimeOffset!',
          description: 'Edm.String',
          displayName: 'Edm.String!',
          version: 'readonly Edm.Int32!',
        },
        navigation: { assignments: 'contains deviceConfigurationAssignment[]', deviceStatusOverview: 'contains statusOverview' },
      },
      statusOverview: { base: 'entity' },
      windows10CustomConfiguration: { base: 'deviceConfiguration', properties: { omaSettings: 'omaSetting[]' } },
      iosScepCertificateProfile: {
        base: 'deviceConfiguration',
        properties: { keyUsage: 'keyUsages', scepServerUrls: 'Edm.String[]!' },
        navigation: { rootCertificate: 'iosTrustedRootCertificate', extraCertificates: 'iosTrustedRootCertificate[]' },
      },
      iosTrustedRootCertificate: { base: 'deviceConfiguration', properties: { trustedRootCertificate: 'Edm.Binary' } },
      everythingConfiguration: {
        base: 'deviceConfiguration',
        properties: {
          text: 'Edm.String!',
          flag: 'Edm.Boolean!',
          byte: 'Edm.Byte!',
          sbyte: 'Edm.SByte!',
          int16: 'Edm.Int16!',
          int32: 'Edm.Int32!',
          int64: 'Edm.Int64!',
          single: 'Edm.Single!',
          double: 'Edm.Double!',
          decimal: 'Edm.Decimal!',
          guid: 'Edm.Guid!',
          date: 'Edm.Date!',
          moment: 'Edm.DateTimeOffset!',
          time: 'Edm.TimeOfDay!',
          duration: 'Edm.Duration!',
          binary: 'Edm.Binary!',
          photo: 'Edm.Stream',
          anything: 'Edm.Untyped',
          platform: 'platformType!',
          days: 'weekDays!',
          window: 'timeWindow!',
          maybeWindow: 'timeWindow',
          setting: 'omaSetting!',
          retries: 'Edm.Int32! = 3',
          channel: 'Edm.String = "stable"',
          numbers: 'Edm.Int32[]!',
          platforms: 'platformType[]',
          strange: 'undescribedType',
          stranges: 'undescribedType[]',
        },
      },
      timeWindow: { properties: { start: 'Edm.TimeOfDay!', note: 'Edm.String', seen: 'readonly Edm.Int32!', inner: 'timeWindowInner!' } },
      timeWindowInner: { properties: { weight: 'Edm.Int32! = 1' } },
      openThing: { base: 'entity', open: true, properties: { name: 'Edm.String' } },
      omaSetting: { abstract: true, properties: { displayName: 'Edm.String!', omaUri: 'Edm.String!' } },
      omaSettingString: { base: 'omaSetting', properties: { value: 'Edm.String!' } },
      omaSettingInteger: { base: 'omaSetting', properties: { value: 'Edm.Int32!', isReadOnly: 'Edm.Boolean!' } },
      deviceAndAppManagementAssignmentTarget: {
        abstract: true,
        properties: {
          deviceAndAppManagementAssignmentFilterId: 'Edm.String',
          deviceAndAppManagementAssignmentFilterType: 'deviceAndAppManagementAssignmentFilterType!',
        },
      },
      ...TARGETS,
      scopeTagGroupAssignmentTarget: { base: 'deviceAndAppManagementAssignmentTarget', properties: { entraObjectId: 'Edm.String' } },
      deviceConfigurationAssignment: {
        base: 'entity',
        properties: {
          source: 'readonly deviceAndAppManagementAssignmentSource!',
          sourceId: 'readonly Edm.String',
          intent: 'deviceConfigAssignmentIntent!',
          target: 'deviceAndAppManagementAssignmentTarget',
        },
      },
      betaOnlyThing: { base: 'entity', properties: { name: 'Edm.String' } },
      deviceManagement: { base: 'entity', navigation: { deviceConfigurations: 'contains deviceConfiguration[]' } },
    },
    container: { deviceManagement: 'deviceManagement', openThings: 'openThing[]' },
    operations: (types) => [
      {
        kind: 'action',
        name: 'assign',
        bound: { type: types.get('deviceConfiguration')!, collection: false },
        parameters: [
          { name: 'assignments', type: types.get('deviceConfigurationAssignment')!, collection: true, nullable: true },
          { name: 'window', type: types.get('timeWindow')!, collection: false, nullable: true },
          { name: 'limit', type: { kind: 'primitive', name: 'Edm.Int32' }, collection: false, nullable: false },
        ],
        returns: { type: types.get('deviceConfigurationAssignment')!, collection: true, nullable: true },
      },
    ],
  });
}

/** The same corner as v1.0 has it: fewer types, no filters, no intent. */
export function sampleV1(): Schema {
  return sampleSchema({
    version: 'v1.0',
    enums: { platformType: ['android', 'iOS', 'unknownFutureValue'] },
    types: {
      entity: { kind: 'entity', abstract: true, properties: { id: 'readonly Edm.String!' } },
      deviceConfiguration: {
        base: 'entity',
        abstract: true,
        properties: {
          lastModifiedDateTime: 'readonly Edm.DateTimeOffset!',
          createdDateTime: 'readonly Edm.DateTimeOffset!',
          description: 'Edm.String',
          displayName: 'Edm.String!',
          version: 'readonly Edm.Int32!',
        },
        navigation: { assignments: 'contains deviceConfigurationAssignment[]' },
      },
      windows10CustomConfiguration: { base: 'deviceConfiguration', properties: { omaSettings: 'omaSetting[]' } },
      everythingConfiguration: {
        base: 'deviceConfiguration',
        properties: {
          text: 'Edm.String!',
          int32: 'Edm.String',
          platform: 'platformType!',
          platforms: 'platformType[]',
          window: 'timeWindow!',
          numbers: 'Edm.Int32',
        },
      },
      timeWindow: { properties: { start: 'Edm.TimeOfDay!' } },
      omaSetting: { abstract: true, properties: { omaUri: 'Edm.String!' } },
      omaSettingString: { base: 'omaSetting', properties: { value: 'Edm.String!' } },
      deviceAndAppManagementAssignmentTarget: { abstract: true },
      ...TARGETS,
      deviceConfigurationAssignment: { base: 'entity', properties: { target: 'deviceAndAppManagementAssignmentTarget' } },
    },
  });
}
