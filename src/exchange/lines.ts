/** Lines of an import, and the order in which they can be taken: what a line names stands before it. */
import type { Home, KeptRecord } from './record.js';

/** The order is that of `muster pull` and of what an import asks for. */
export const tiers = [
  'roleScopeTag',
  'deviceCategory',
  'user',
  'device',
  'group',
  'link',
  'deviceAndAppManagementAssignmentFilter',
  'managedDevice',
  'deviceConfiguration',
  'policySet',
  'kept',
] as const satisfies readonly (Home | 'link' | 'kept')[];
export type Tier = (typeof tiers)[number];

/** Bytes of the longest line that an import takes. */
export const MOST_LINE_BYTES = 1024 * 1024;

/** Whether objects of a home have names that others mean them by. */
export const isNamed = (home: Home): boolean => home !== 'user' && home !== 'device' && home !== 'managedDevice';

/** What an object is told by. */
export interface Identity {
  readonly home: Home;
  /** Bare name of its type. */
  readonly type: string;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** Two objects without ids are the same where type and name are. */
export const nameKey = ({ type, name = '' }: Pick<Identity, 'type' | 'name'>): string => `${type}\0${name.toLowerCase()}`;

/** What is said of something kept besides its content is bounded by this. */
const ABOUT = 8 * 1024;

/** Whether a thing that Muster does not serve fits on a line. */
export const isKeepable = ({ content }: Pick<KeptRecord, 'content'>): boolean =>
  Buffer.byteLength(JSON.stringify(content)) <= MOST_LINE_BYTES - ABOUT;
