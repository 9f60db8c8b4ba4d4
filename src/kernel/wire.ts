/**
 * Where the service was seen to answer otherwise than its documentation says, the user chooses at start which of the two a client meets.
 * Each difference has its two behaviours here and nowhere else, under the id that `api/quirks.yaml` gives its evidence; the code that
 * answers takes the chosen value as it takes any other data. A preference that the client states comes before both.
 */

const switches = {
  /** PATCH of a deviceConfiguration without `Prefer`: the object (200), or nothing (204). */
  configurationUpdateReturn: { documented: 'representation', observed: 'minimal' },
  /** DELETE of a deviceConfiguration, without a body either way. */
  configurationDeleteStatus: { documented: 204, observed: 200 },
  /** POST to roleScopeTags and roleDefinitions, with the object either way. */
  roleCreateStatus: { documented: 201, observed: 200 },
  /** Whether Intune's answers to writes name a type that the set says already. */
  typeInWriteAnswers: { documented: true, observed: false },
  /** Whether a page of managedDevices counts its items where nobody asked for a count. */
  pageCountUnasked: { documented: false, observed: true },
  /** Whether `assign` refuses a set that holds one target twice, or leaves out the later. */
  repeatedTargetRefused: { documented: true, observed: false },
  /** Whether reads show members of an enumeration that were added to it later, without being asked to. */
  laterEnumMembersShown: { documented: false, observed: true },
  /** Whether Intune's 429 says when to come back. */
  retryAfterTold: { documented: true, observed: false },
} as const;

export const wireNames = ['documented', 'observed'] as const;
export type WireName = (typeof wireNames)[number];

export type SwitchedQuirk = keyof typeof switches;

/** What is answered where documentation and service differ. */
export type WireProfile = { readonly [Q in SwitchedQuirk]: (typeof switches)[Q][WireName] };

export const switchedQuirks = Object.keys(switches) as readonly SwitchedQuirk[];

export function wireProfile(name: WireName): WireProfile {
  const chosen = switchedQuirks.map((quirk) => [quirk, switches[quirk][name]] as const);
  return Object.fromEntries(chosen) as unknown as WireProfile;
}

export const documentedWire: WireProfile = wireProfile('documented');
