import type { DeviceSet } from '../../device-set.js';

/** What rules about other objects ask of the directory, for all rows of a table. Absent, such a rule holds for no row but the manager's own. */
export interface RuleContext {
  /** The rows that are direct members of this group; empty when there is no such group. */
  directMembers(groupId: string): DeviceSet;
  /** The rows whose manager this user is; empty when there is no such user. */
  directReports(managerId: string): DeviceSet;
}

/** The same for one object, and the present moment. */
export interface ObjectContext {
  /** Milliseconds since the epoch. */
  now(): number;
  isDirectMember?(groupId: string): boolean;
  /** The object id of the object's manager; null when it has none. */
  managerOf?(): string | null;
}
