/**
 * Reads a types package (`microsoft-graph.d.ts`) with the TypeScript parser: interfaces with their bases, property types and
 * `NullableOption`, and enums written as unions of string literals. Only the root namespace, `microsoft.graph`, is read.
 */
import ts from 'typescript';
import { type Draft, type DraftEnum, type DraftProperty, type DraftType, setKinds, wireName } from './draft.js';

interface ReadType {
  readonly type: string;
  readonly collection: boolean;
  readonly nullable: boolean;
}

function nameOf(node: ts.TypeReferenceNode): string {
  return ts.isIdentifier(node.typeName)
    ? node.typeName.text
    : `${ts.isIdentifier(node.typeName.left) ? node.typeName.left.text : ''}.${node.typeName.right.text}`;
}

function dottedWireName(name: string): string {
  const at = name.lastIndexOf('.');
  return at < 0 ? wireName(name) : `${wireName(name.slice(0, at))}.${wireName(name.slice(at + 1))}`;
}

/** `string` and `number` stay as `string` and `number` here: the package does not tell the kinds of either apart. */
function readType(node: ts.TypeNode): ReadType {
  if (ts.isArrayTypeNode(node)) return { ...readType(node.elementType), collection: true, nullable: false };
  if (ts.isTypeReferenceNode(node)) {
    const argument = node.typeArguments?.[0];
    if (nameOf(node) === 'NullableOption' && argument !== undefined) return { ...readType(argument), nullable: true };
    return { type: dottedWireName(nameOf(node)), collection: false, nullable: false };
  }
  if (node.kind === ts.SyntaxKind.BooleanKeyword) return { type: 'Edm.Boolean', collection: false, nullable: false };
  if (node.kind === ts.SyntaxKind.NumberKeyword) return { type: 'number', collection: false, nullable: false };
  if (node.kind === ts.SyntaxKind.StringKeyword) return { type: 'string', collection: false, nullable: false };
  if (ts.isParenthesizedTypeNode(node)) return readType(node.type);
  if (ts.isUnionTypeNode(node)) {
    // `INF` and `NaN` stand beside `number` where the property is a Double.
    return node.types.some((part) => part.kind === ts.SyntaxKind.NumberKeyword)
      ? { type: 'Edm.Double', collection: false, nullable: false }
      : { type: 'string', collection: false, nullable: false };
  }
  return { type: 'Edm.Untyped', collection: false, nullable: false };
}

function readInterface(node: ts.InterfaceDeclaration): DraftType {
  const extended = node.heritageClauses?.[0]?.types[0]?.expression;
  const base =
    extended === undefined
      ? undefined
      : ts.isIdentifier(extended)
        ? wireName(extended.text)
        : ts.isPropertyAccessExpression(extended)
          ? dottedWireName(`${extended.expression.getText()}.${extended.name.text}`)
          : undefined;
  const properties = new Map<string, DraftProperty>();
  for (const member of node.members) {
    if (!ts.isPropertySignature(member) || member.type === undefined) continue;
    const name = ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : undefined;
    if (name === undefined || name.startsWith('@')) continue;
    properties.set(name, { name, ...readType(member.type), readOnly: false, navigation: undefined });
  }
  return { name: wireName(node.name.text), kind: 'complex', base, abstract: false, open: false, properties };
}

function readEnum(node: ts.TypeAliasDeclaration): DraftEnum | undefined {
  const parts = ts.isUnionTypeNode(node.type) ? node.type.types : [node.type];
  const members = new Map<string, number>();
  for (const part of parts) {
    if (!ts.isLiteralTypeNode(part) || !ts.isStringLiteral(part.literal)) return undefined;
    members.set(part.literal.text, members.size);
  }
  return { name: wireName(node.name.text), members, flags: false };
}

/** The package as a draft. Property types `string` and `number` are still to be told apart. */
export function readTypePackage(source: string): Draft {
  const file = ts.createSourceFile('microsoft-graph.d.ts', source, ts.ScriptTarget.ES2022, true);
  const types = new Map<string, DraftType>();
  const enums = new Map<string, DraftEnum>();
  for (const statement of file.statements) {
    if (ts.isInterfaceDeclaration(statement)) {
      const type = readInterface(statement);
      types.set(type.name, type);
    } else if (ts.isTypeAliasDeclaration(statement)) {
      const read = readEnum(statement);
      if (read !== undefined) enums.set(read.name, read);
    }
  }
  const draft = { types, enums };
  setKinds(draft);
  return draft;
}
