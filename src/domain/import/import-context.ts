import type { VersionReader } from '../../storage/store.js';
import type { DomainContext } from '../context.js';

/** What the lines of a chunk are decided on. */
export interface ImportContext extends DomainContext {
  readonly reader: VersionReader;
  /** `now` as objects hold it. */
  readonly at: string;
  /** What comes from a living service: what Muster does not know of it is left out, and what Muster would not let anybody make is taken. */
  readonly lenient: boolean;
}

/** Nothing, where nothing had to be waited for: a promise for each of many lines costs more than some of them. */
export type MayWait = void | Promise<void>;
