/**
 * The query of a request target as text, cut into options; what an option means is `options`' affair.
 *
 *   query   = *"?" [ option *( 1*"&" option ) ]
 *   option  = system [ "=" value ]        ; "$" optional, any casing, "%24" for "$", "+" for a space
 *           / "@" name "=" value          ; a parameter alias
 *           / custom [ "=" value ]        ; anything else without "$": ignored (OData protocol, section 11.2.1)
 */
import { graphError } from '../kernel/errors.js';
import { decodeEscapes } from './path.js';

const NAMES = ['select', 'expand', 'filter', 'orderby', 'top', 'skip', 'count', 'search', 'skiptoken', 'format', 'id', 'levels'] as const;
export type SystemOption = (typeof NAMES)[number];

const SYSTEM: ReadonlyMap<string, SystemOption> = new Map(NAMES.map((name) => [name, name]));

/** Likely names for a client's own parameters, which mean something in few places alone: system options only with their `$`. */
const DOLLAR_ONLY: ReadonlySet<SystemOption> = new Set(['id', 'levels']);

/** An empty one of these says nothing and does no harm: clients that always write the name send them. */
const MAY_BE_EMPTY: ReadonlySet<SystemOption> = new Set(['select', 'expand', 'filter', 'orderby', 'search', 'format']);

/** System options by name, decoded and trimmed. */
export type OptionTexts = ReadonlyMap<SystemOption, string>;

export interface QueryText {
  readonly options: OptionTexts;
  /** Parameter aliases by name, with the `@`. */
  readonly aliases: ReadonlyMap<string, string>;
}

const NOTHING: QueryText = { options: new Map(), aliases: new Map() };
const DOLLAR = 36;
const QUESTION = 63;
const AT = 64;

/** A query component: `+` is a space; tab, CR and LF may stand between words, other control characters nowhere. */
function decodeComponent(raw: string): string {
  const spaced = raw.includes('+') ? raw.replaceAll('+', ' ') : raw;
  const text = spaced.includes('%') ? decodeEscapes(spaced) : spaced;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127) {
      throw graphError('urlInvalid', { reason: 'The request URL holds a control character.' });
    }
  }
  return text;
}

/**
 * Which system option a name means: `$Top`, `top`. Undefined for a custom one.
 * @throws optionUnknown for an unknown name with `$`
 */
export function systemOption(name: string): SystemOption | undefined {
  const dollar = name.charCodeAt(0) === DOLLAR;
  const bare = dollar ? name.slice(1) : name;
  const known = SYSTEM.get(bare) ?? SYSTEM.get(bare.toLowerCase());
  if (known === undefined && dollar) throw graphError('optionUnknown', { option: name }, name);
  return known !== undefined && !dollar && DOLLAR_ONLY.has(known) ? undefined : known;
}

/**
 * Put one option where it belongs.
 * @throws optionInvalid when it stands twice
 */
export function addOption(options: Map<SystemOption, string>, option: SystemOption, value: string): void {
  if (options.has(option)) throw graphError('optionInvalid', { option: `$${option}`, reason: 'it stands more than once.' }, `$${option}`);
  const text = value.trim();
  if (text === '' && !MAY_BE_EMPTY.has(option)) {
    throw graphError('optionInvalid', { option: `$${option}`, reason: 'it has no value.' }, `$${option}`);
  }
  options.set(option, text);
}

/** The parts of a raw query, as sent, without `$skip` and `$skiptoken`. */
export function withoutPaging(raw: string): string[] {
  return raw.split('&').filter((part) => {
    if (part === '') return false;
    const equals = part.indexOf('=');
    const option = systemOption(optionName(equals < 0 ? part : part.slice(0, equals)));
    return option !== 'skip' && option !== 'skiptoken';
  });
}

/** `??$top=1`, `?%3f$top=1`: clients that add a query to an address that has one already. */
function optionName(raw: string): string {
  const name = decodeComponent(raw).trim();
  let from = 0;
  while (name.charCodeAt(from) === QUESTION) from++;
  return name.slice(from);
}

/**
 * Cut a raw query (without its `?`) into system options and parameter aliases.
 * @throws optionUnknown, optionInvalid (an option or alias twice, or empty where a value is needed), urlInvalid (escapes, control characters)
 */
export function parseQuery(raw: string): QueryText {
  if (raw === '') return NOTHING;
  const options = new Map<SystemOption, string>();
  const aliases = new Map<string, string>();
  let at = 0;
  while (at < raw.length) {
    let end = raw.indexOf('&', at);
    if (end < 0) end = raw.length;
    if (end > at) {
      const part = raw.slice(at, end);
      const equals = part.indexOf('=');
      const name = optionName(equals < 0 ? part : part.slice(0, equals));
      const value = equals < 0 ? '' : decodeComponent(part.slice(equals + 1));
      if (name.charCodeAt(0) === AT) {
        if (aliases.has(name)) throw graphError('optionInvalid', { option: name, reason: 'it stands more than once.' }, name);
        aliases.set(name, value.trim());
      } else {
        const option = systemOption(name);
        if (option !== undefined) addOption(options, option, value);
      }
    }
    at = end + 1;
  }
  for (const [option, value] of options) if (value === '') options.delete(option);
  return { options, aliases };
}
