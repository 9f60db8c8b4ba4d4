/**
 * What a tenant's resident engine knows: memberships and rules, held ready in memory. The domain asks through this interface alone, so that
 * the engine and the plain computation from the store (`store-resident`) answer alike.
 */
import type { ColumnTest } from '../engine/columns/column-test.js';
import type { TestedDevices } from '../engine/devices-where.js';
import type { Rehearsal, Targeting } from '../engine/targeting/index.js';
import type { JsonObject } from '../kernel/json.js';
import type { Change } from '../storage/store.js';

/** An object that a group can hold. */
export interface ObjectRef {
  readonly set: 'users' | 'devices' | 'groups';
  readonly id: string;
}

/** A valid filter rule. The engine compiles its text to set operations; one device at a time is asked through `accepts`. */
export interface CompiledFilter {
  readonly text: string;
  /** @param device wire JSON of a managedDevice, whole */
  accepts(device: JsonObject): boolean;
}

/** Every list is free of duplicates; lists of objects are in order of id, groups before users and devices where ids are equal. */
export interface Memberships {
  /** Members of a group that its rule fills (dynamic, processing On); undefined for every other group. */
  dynamicMembers(groupId: string): Promise<readonly ObjectRef[] | undefined>;
  /** Everything a group holds, directly or through nested groups, those groups included; the group itself is none of them. Cycles end. */
  transitiveMembers(groupId: string): Promise<readonly ObjectRef[]>;
  /** Ids of the groups that hold an object, directly or (`transitive`) through nesting too; never the object itself. */
  groupsOf(object: ObjectRef, transitive: boolean): Promise<readonly string[]>;
  /** Ids of the managedDevices of a platform that a filter's rule accepts, in order of device name. */
  devicesMatching(rule: CompiledFilter, platform: string): Promise<readonly string[]>;
  /** The managedDevices whose columns pass a test: how many, and the ids in order of id from the `skip`th on, at most `limit`. */
  devicesWhere(test: ColumnTest, skip: number, limit: number): Promise<TestedDevices>;
}

export interface Resident extends Memberships {
  /**
   * The engine's answers on who gets what, level with what is durable.
   * @param ask called once, synchronously; what it answers must not hold on to what it was given
   */
  targeting<T>(ask: (targeting: Targeting) => T): Promise<T>;
  /**
   * What change records would do, step by step, on what is durable now. Nothing is written.
   * @param basis what the records were made from: their texts `before` must be what the engine knows
   * @throws BasisChanged when they are not any more
   */
  rehearse(steps: readonly (readonly Change[])[], basis?: Basis): Promise<Rehearsal>;
}

/** What change records that nobody has committed were made from. */
export interface Basis {
  /** Every commit up to this one was seen. */
  readonly sequence: number;
  /** Whether a later change makes the records wrong. */
  restsOn(change: Change): boolean;
}

/** Somebody changed what change records were made from. Make them again. */
export class BasisChanged extends Error {
  constructor() {
    super('the state changed since it was read');
    this.name = 'BasisChanged';
  }
}
