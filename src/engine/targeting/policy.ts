/** The words of targeting: what is assigned to whom, and what it comes to on a device. */

/** Which side of a device a target reaches it through: its directory device, or its primary user. */
export type ReachKind = 'user' | 'device';

export type PolicyTarget =
  | { readonly kind: 'group'; readonly groupId: string; readonly excluded: boolean }
  | { readonly kind: 'allDevices' }
  | { readonly kind: 'allUsers' }
  /** A Configuration Manager collection of tenant-attached devices. */
  | { readonly kind: 'collection'; readonly collectionId: string }
  /** One directory object: a group, or a user or device itself. */
  | { readonly kind: 'scopeTag'; readonly side: ReachKind | 'both'; readonly objectId: string };

export interface PolicyAssignment {
  readonly id: string;
  readonly target: PolicyTarget;
  readonly intent: 'apply' | 'remove';
  readonly filter: AssignedFilter | undefined;
}

export interface AssignedFilter {
  readonly id: string;
  readonly mode: 'include' | 'exclude';
}

/** What a policy asks of a device beside its platform. */
export type ApplicabilityRule =
  /** @property skus names of operating system SKUs, as filter rules know them, lower case */
  | { readonly kind: 'edition'; readonly include: boolean; readonly skus: ReadonlySet<string> }
  /** Both ends included; null is open. */
  | { readonly kind: 'version'; readonly include: boolean; readonly min: string | null; readonly max: string | null }
  | { readonly kind: 'mode'; readonly include: boolean; readonly sMode: boolean };

export interface Policy {
  readonly id: string;
  /** Filter platforms of the devices it can be on; undefined: of any. */
  readonly platforms: ReadonlySet<string> | undefined;
  readonly rules: readonly ApplicabilityRule[];
}

export interface Filter {
  readonly id: string;
  readonly platform: string;
  readonly rule: string;
}

/** In order of section 3 of the semantics; each device has exactly one for each policy. */
export const outcomes = ['notTargeted', 'excluded', 'filteredOut', 'removed', 'notApplicable', 'applied'] as const;
export type Outcome = (typeof outcomes)[number];

/** One assignment that reaches a device by one kind, and what became of it. */
export interface Reason {
  readonly assignmentId: string;
  readonly kind: ReachKind;
  readonly intent: 'apply' | 'remove';
  /** Ids of a shortest chain of groups, from the one assigned to the one that holds the object; empty for targets that are no group. */
  readonly groupPath: readonly string[];
  readonly filter: FilterReason | undefined;
  /** The exclusion that cancels it. */
  readonly excludedBy: { readonly assignmentId: string; readonly groupPath: readonly string[] } | undefined;
}

export interface FilterReason {
  readonly id: string;
  readonly mode: 'include' | 'exclude';
  /** `notEvaluated`: it does not count (excluded already, or another assignment's filter decides alone), or filters are off. */
  readonly result: 'match' | 'notMatch' | 'notEvaluated';
  /** The clause that decided, as text, and the device's value; null where the filter was not asked, or does not exist. */
  readonly clause: string | null;
  readonly deviceValue: string | null;
}

export interface PolicyOutcome {
  readonly policyId: string;
  readonly outcome: Outcome;
  /** By assignment id, the device side first. Empty where only the outcome was asked, and for `notTargeted`. */
  readonly reasons: readonly Reason[];
}

export const findingCodes = [
  /** An exclusion reaches devices by one kind that the includes reach by the other alone. */
  'exclusionWithoutEffect',
  'deletedGroup',
  'deletedFilter',
  /** The target reaches no device. */
  'emptyTarget',
  /** Of the devices that the target reaches, its filter matches none. */
  'filterNeverMatches',
  /** The target reaches devices, none of them of the policy's platform. */
  'platformMismatch',
  'onlyExclusions',
  /** Another assignment of the policy with the same intent and filter reaches every device of this one. */
  'duplicateReach',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly policyId: string;
  /** Undefined for a finding about the policy as a whole. */
  readonly assignmentId: string | undefined;
  readonly groupId: string | undefined;
  readonly filterId: string | undefined;
  /** Devices that it is about; 0 where it is about none. */
  readonly devices: number;
}

/** Devices in a stable order (of enrolment into the engine). */
export interface DeviceList {
  readonly count: number;
  /** @returns at most `limit` devices after the first `skip` */
  page(skip: number, limit: number): readonly ListedDevice[];
}

export interface ListedDevice {
  readonly id: string;
  readonly deviceName: string | null;
  readonly userPrincipalName: string | null;
}

/** (device, policy) pairs that changed their outcome, and the devices among them. */
export interface ChangedPairs {
  readonly count: number;
  readonly devices: DeviceList;
}

export const riskCodes = ['allDevicesReached', 'allUsersReached', 'largePartOfFleet', 'exclusionRemoved', 'criticalGroup'] as const;
export type RiskCode = (typeof riskCodes)[number];

export interface Risk {
  readonly code: RiskCode;
  readonly policyId: string | undefined;
  readonly assignmentId: string | undefined;
  readonly groupId: string | undefined;
  /** Devices that change, where the risk is about their number. */
  readonly devices: number | undefined;
}

/** What a change does to who gets what, exactly. */
export interface Impact {
  /** Pairs that become `applied`. */
  readonly gained: ChangedPairs;
  /** Pairs that cease to be `applied`. */
  readonly lost: ChangedPairs;
  /** Pairs that become `removed`. */
  readonly removed: ChangedPairs;
  /** Different devices in any of the three. */
  readonly affectedDevices: number;
  /** Different primary users of those: the one that a device has afterwards, or had before where it has none then. */
  readonly affectedUsers: number;
  /** Pairs by policy; policies without change are left out. */
  readonly policies: readonly { readonly policyId: string; readonly gained: number; readonly lost: number; readonly removed: number }[];
  /** Findings that are there afterwards and were not before. */
  readonly findings: readonly Finding[];
  readonly risks: readonly Risk[];
}
