/**
 * Reads XML that holds elements and attributes alone, and refuses whatever is not well-formed: an oracle for tests, which shares nothing with
 * the writer.
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly XmlElement[];
}

const NAME = /[A-Za-z_][\w.:-]*/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws Error naming the offset of the first fault */
export function readXml(text: string): XmlElement {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${JSON.stringify(text.slice(at, at + 60))}`);
  };
  const take = (literal: string): void => {
    if (!text.startsWith(literal, at)) fail(`expected ${literal}`);
    at += literal.length;
  };
  const space = (): boolean => {
    const from = at;
    while (/\s/.test(text[at] ?? '')) at++;
    return at > from;
  };
  const name = (): string => {
    NAME.lastIndex = at;
    const found = NAME.exec(text)?.[0] ?? fail('expected a name');
    at += found.length;
    return found;
  };
  const value = (): string => {
    take('"');
    const end = text.indexOf('"', at);
    const raw = end < 0 ? fail('an open quote') : text.slice(at, end);
    if (/[<\n\t]/.test(raw)) fail('a character that must be escaped');
    const decoded = raw.replace(/&(#\d+|\w+);|&/g, (_all, entity: string | undefined) => {
      if (entity?.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
      return ENTITIES[entity ?? ''] ?? fail('an unknown entity');
    });
    at = end + 1;
    return decoded;
  };
  const element = (): XmlElement => {
    take('<');
    const tag = name();
    const attributes: Record<string, string> = {};
    while (space() && text[at] !== '/' && text[at] !== '>') {
      const key = name();
      take('=');
      if (key in attributes) fail(`the attribute ${key} twice`);
      attributes[key] = value();
    }
    if (text[at] === '/') {
      take('/>');
      return { name: tag, attributes, children: [] };
    }
    take('>');
    const children: XmlElement[] = [];
    for (space(); !text.startsWith('</', at); space()) children.push(element());
    take(`</${tag}>`);
    return { name: tag, attributes, children };
  };
  if (text.startsWith('<?xml ')) at = text.indexOf('?>') + 2;
  space();
  const root = element();
  space();
  if (at < text.length) fail('something after the root element');
  return root;
}
