import { ConfigError, didYouMean } from './words.js';

interface Fault {
  readonly fault: 'nameInvalid' | 'domainInvalid' | 'nameBuiltIn' | 'nameTaken' | 'domainTaken' | 'unknown';
  readonly id?: string;
  readonly name?: string;
  readonly known?: readonly string[];
}

/** What is wrong with the name of a tenant, as its person reads it. */
export function explained(wanted: string, { fault, id, name, known = [] }: Fault): ConfigError {
  switch (fault) {
    case 'nameInvalid':
      return new ConfigError(
        `'${wanted}' cannot be the name of a tenant: 2 to 32 of a-z, 0-9 and -, beginning with a letter, not ending with -.`,
      );
    case 'domainInvalid':
      return new ConfigError(`The domain of ${wanted} is not one such as ${wanted}.example.`);
    case 'nameBuiltIn':
      return new ConfigError(
        `${wanted} is a built-in tenant: muster serve --tenants ${wanted} makes it; muster tenants reset makes it anew.`,
      );
    case 'nameTaken':
      return new ConfigError(`There is a tenant ${wanted} already (${id ?? ''}).`);
    case 'domainTaken':
      return new ConfigError(`The domain of ${wanted} is that of the tenant ${name ?? ''}: choose another with --domain.`);
    case 'unknown':
      return new ConfigError(
        known.length === 0
          ? `There is no tenant '${wanted}': the data directory holds none.`
          : `There is no tenant '${wanted}'${didYouMean(wanted, known)} There are ${known.join(', ')}.`,
      );
  }
}
