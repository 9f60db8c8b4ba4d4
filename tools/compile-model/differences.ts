/**
 * Compares a compiled schema with facts taken from other sources (the data files beside the repository), one line per difference:
 * the version, the member, what is generated and what the fact says.
 */
export type Csdl = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface TypeFacts {
  readonly kind?: string;
  readonly base: string | null;
  readonly abstract?: boolean;
  readonly open?: boolean;
  /** Member name to `Collection(microsoft.graph.x)`, `Edm.String`, … */
  readonly members: Readonly<
    Record<string, { readonly type: string; readonly nullable?: boolean; readonly contains?: boolean; readonly navigation?: boolean }>
  >;
}

interface Member {
  readonly $Kind?: string;
  readonly $Type?: string;
  readonly $Collection?: boolean;
  readonly $Nullable?: boolean;
  readonly $ContainsTarget?: boolean;
}

const bare = (name: string): string => name.replace('microsoft.graph.', '');

function typeText(member: Member): string {
  const type = bare(member.$Type ?? 'Edm.String');
  return member.$Collection === true ? `Collection(${type})` : type;
}

function ownMembers(type: Readonly<Record<string, unknown>>): ReadonlyMap<string, Member> {
  return new Map(Object.entries(type).filter(([name]) => !name.startsWith('$') && !name.startsWith('@')) as [string, Member][]);
}

/** Only what the facts state is compared; a fact left undefined is not looked at. */
export function typeDifferences(version: string, schema: Csdl, facts: Readonly<Record<string, TypeFacts>>): readonly string[] {
  const found: string[] = [];
  const compare = (what: string, generated: unknown, fact: unknown): void => {
    if (generated !== fact) found.push(`${version} ${what}: ${String(generated)}, fact ${String(fact)}`);
  };
  for (const [name, fact] of Object.entries(facts)) {
    const type = schema[name];
    if (type === undefined) {
      found.push(`${version} ${name}: missing`);
      continue;
    }
    if (fact.kind !== undefined) compare(`${name} kind`, type.$Kind === 'EntityType' ? 'entity' : 'complex', fact.kind);
    compare(
      `${name} base`,
      type.$BaseType === undefined ? null : bare(String(type.$BaseType)),
      fact.base === null ? null : bare(fact.base),
    );
    if (fact.abstract !== undefined) compare(`${name} abstract`, type.$Abstract === true, fact.abstract);
    if (fact.open !== undefined) compare(`${name} open`, type.$OpenType === true, fact.open);
    const members = ownMembers(type);
    for (const [key, memberFact] of Object.entries(fact.members)) {
      const member = members.get(key);
      if (member === undefined) {
        found.push(`${version} ${name}.${key}: missing`);
        continue;
      }
      compare(`${name}.${key} type`, typeText(member), bare(memberFact.type));
      if (memberFact.navigation !== undefined) {
        compare(`${name}.${key} navigation`, member.$Kind === 'NavigationProperty', memberFact.navigation);
      }
      if (memberFact.nullable !== undefined) compare(`${name}.${key} nullable`, member.$Nullable === true, memberFact.nullable);
      if (memberFact.contains !== undefined) compare(`${name}.${key} contains`, member.$ContainsTarget === true, memberFact.contains);
    }
    for (const key of members.keys()) if (!(key in fact.members)) found.push(`${version} ${name}.${key}: not in the facts`);
  }
  return found;
}

/** Types and enums that the schema has and the facts lack. */
export function extraDifferences(version: string, schema: Csdl, known: ReadonlySet<string>): readonly string[] {
  const kinds = new Set(['EntityType', 'ComplexType', 'EnumType']);
  return Object.entries(schema)
    .filter(([name, entry]) => kinds.has(String(entry.$Kind)) && !known.has(name))
    .map(([name]) => `${version} ${name}: not in the facts`);
}

export function enumDifferences(
  version: string,
  schema: Csdl,
  facts: Readonly<Record<string, { readonly members: readonly string[] | Readonly<Record<string, string>>; readonly flags?: boolean }>>,
): readonly string[] {
  const found: string[] = [];
  for (const [name, fact] of Object.entries(facts)) {
    const type = schema[name];
    if (type === undefined) {
      found.push(`${version} ${name}: missing`);
      continue;
    }
    const generated = Object.entries(type).filter(([key]) => !key.startsWith('$'));
    const show = (pairs: readonly (readonly [string, unknown])[]): string =>
      Array.isArray(fact.members) ? pairs.map(([key]) => key).join(',') : pairs.map(([key, value]) => `${key}=${String(value)}`).join(',');
    const wanted = Array.isArray(fact.members) ? fact.members.map((key: string) => [key, 0] as const) : Object.entries(fact.members);
    if (show(generated) !== show(wanted)) found.push(`${version} ${name} members: ${show(generated)}, fact ${show(wanted)}`);
    if (fact.flags !== undefined && (type.$IsFlags === true) !== fact.flags) {
      found.push(`${version} ${name} flags: ${type.$IsFlags === true}, fact ${fact.flags}`);
    }
  }
  return found;
}
