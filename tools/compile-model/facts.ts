/** The data files beside the repository (`../shared/data`), as facts to compare a schema with. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Csdl, enumDifferences, extraDifferences, type TypeFacts, typeDifferences } from './differences.js';

interface BetaFile {
  readonly types: Readonly<
    Record<string, { readonly base: string | null; readonly kind: string; readonly props: Readonly<Record<string, string>> }>
  >;
  readonly enums: Readonly<Record<string, { readonly members: readonly string[]; readonly flags: boolean }>>;
}

interface V1Member {
  readonly type: string;
  readonly nullable?: boolean;
  readonly contains?: boolean;
}

interface V1File {
  readonly types: Readonly<
    Record<
      string,
      {
        readonly kind: string;
        readonly base: string | null;
        readonly abstract?: boolean;
        readonly open?: boolean;
        readonly props: Readonly<Record<string, V1Member>>;
        readonly nav: Readonly<Record<string, V1Member>>;
      }
    >
  >;
  readonly enums: Readonly<Record<string, { readonly members: Readonly<Record<string, string>>; readonly flags: boolean }>>;
}

interface SdkMember {
  readonly type: string;
  readonly collection?: boolean;
  readonly wire?: string;
}

interface ConfigurationFile {
  readonly deviceConfigurationTypes: Readonly<
    Record<
      string,
      {
        readonly parent: string | null;
        readonly ownProps: Readonly<Record<string, SdkMember>>;
        readonly nav: Readonly<Record<string, SdkMember>>;
      }
    >
  >;
  readonly relatedTypes: Readonly<
    Record<
      string,
      {
        readonly parent: string | null;
        readonly props: Readonly<Record<string, SdkMember>>;
        readonly nav: Readonly<Record<string, SdkMember>>;
      }
    >
  >;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

const files = ['graph-beta-types.json', 'graph-v1.0-types.json', 'device-configuration-types.json'] as const;

export function factsFolder(root: string): string | undefined {
  const folder = join(root, '..', 'shared', 'data');
  return files.every((file) => existsSync(join(folder, file))) ? folder : undefined;
}

function load<T>(folder: string, file: (typeof files)[number]): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
}

function betaFacts(file: BetaFile): Readonly<Record<string, TypeFacts>> {
  return Object.fromEntries(
    Object.entries(file.types).map(([name, type]) => [
      name,
      {
        kind: type.kind,
        base: type.base,
        members: Object.fromEntries(Object.entries(type.props).map(([key, text]) => [key, { type: text }])),
      },
    ]),
  );
}

function v1Facts(file: V1File): Readonly<Record<string, TypeFacts>> {
  return Object.fromEntries(
    Object.entries(file.types).map(([name, type]) => {
      const properties = Object.entries(type.props).map(
        ([key, member]) => [key, { type: member.type, nullable: member.nullable ?? true, navigation: false }] as const,
      );
      const navigation = Object.entries(type.nav).map(
        ([key, member]) => [key, { type: member.type, contains: member.contains ?? false, navigation: true }] as const,
      );
      return [
        name,
        {
          kind: type.kind,
          base: type.base,
          abstract: type.abstract ?? false,
          open: type.open ?? false,
          members: Object.fromEntries([...properties, ...navigation]),
        },
      ];
    }),
  );
}

/** The extraction does not tell Int32, Int64 and Double apart (`Edm.Number`) and is older on Guids: its kinds are left to the beta file. */
function configurationFacts(file: ConfigurationFile, schema: Csdl): Readonly<Record<string, TypeFacts>> {
  const facts: Record<string, TypeFacts> = {};
  const member = (owner: string, key: string, read: SdkMember, navigation: boolean): TypeFacts['members'][string] => {
    const type = read.type.replace(/^graph\./, 'microsoft.graph.');
    const generated = (schema[owner]?.[key] as { $Type?: string } | undefined)?.$Type ?? 'Edm.String';
    const kind = type.startsWith('Edm.') ? generated : type;
    const collection = read.collection === true && read.wire !== 'flagsString';
    return { type: collection ? `Collection(${kind})` : kind, navigation };
  };
  const each = (
    name: string,
    base: string | null,
    props: Readonly<Record<string, SdkMember>>,
    nav: Readonly<Record<string, SdkMember>>,
  ): void => {
    const members = Object.fromEntries([
      ...Object.entries(props).map(([key, read]) => [key, member(name, key, read, false)]),
      ...Object.entries(nav).map(([key, read]) => [key, member(name, key, read, true)]),
    ]);
    facts[name] = { base, members };
  };
  for (const [name, type] of Object.entries(file.deviceConfigurationTypes)) each(name, type.parent, type.ownProps, type.nav);
  for (const [name, type] of Object.entries(file.relatedTypes)) each(name, type.parent, type.props, type.nav);
  return facts;
}

/** Every difference between the schemas and the facts, without the explained ones taken out. */
export function allDifferences(folder: string, schemas: { readonly beta: Csdl; readonly 'v1.0': Csdl }): readonly string[] {
  const beta = load<BetaFile>(folder, 'graph-beta-types.json');
  const v1 = load<V1File>(folder, 'graph-v1.0-types.json');
  const configuration = load<ConfigurationFile>(folder, 'device-configuration-types.json');
  const names = (file: { readonly types: object; readonly enums: object }): ReadonlySet<string> =>
    new Set([...Object.keys(file.types), ...Object.keys(file.enums)]);
  const enums = Object.fromEntries(Object.entries(configuration.enums).map(([name, members]) => [name, { members }]));
  return [
    ...typeDifferences('beta', schemas.beta, betaFacts(beta)),
    ...enumDifferences('beta', schemas.beta, beta.enums),
    ...extraDifferences('beta', schemas.beta, names(beta)),
    ...typeDifferences('v1.0', schemas['v1.0'], v1Facts(v1)),
    ...enumDifferences('v1.0', schemas['v1.0'], v1.enums),
    ...extraDifferences('v1.0', schemas['v1.0'], names(v1)),
    ...typeDifferences('configuration', schemas.beta, configurationFacts(configuration, schemas.beta)),
    ...enumDifferences('configuration', schemas.beta, enums),
  ];
}
