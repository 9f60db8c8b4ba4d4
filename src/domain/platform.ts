/** The device platform a policy is for, told by its type's name (semantics, section 1). */
const PREFIXES: readonly (readonly [prefix: string, platform: string])[] = [
  ['androidForWork', 'androidForWork'],
  ['androidWorkProfile', 'androidWorkProfile'],
  ['androidDeviceOwner', 'androidForWork'],
  ['aosp', 'androidAOSP'],
  ['android', 'android'],
  ['ios', 'iOS'],
  ['macOS', 'macOS'],
  ['windowsPhone', 'windowsPhone81'],
  ['windows81', 'windows81AndLater'],
  ['windows', 'windows10AndLater'],
  ['sharedPC', 'windows10AndLater'],
  ['editionUpgrade', 'windows10AndLater'],
];

/**
 * @param typeName unqualified type of a deviceConfiguration
 * @returns a devicePlatformType member; undefined for types of no one platform (`unsupportedDeviceConfiguration`)
 */
export function platformOf(typeName: string): string | undefined {
  return PREFIXES.find(([prefix]) => typeName.startsWith(prefix))?.[1];
}

/**
 * Filters exist for fewer platforms than policies (rule-languages spec, part A): Android Enterprise is one (`androidForWork`), and profiles
 * that began with Windows 8.1 go to Windows 10 devices.
 */
const ACCEPTS: Readonly<Record<string, readonly string[]>> = {
  windows81AndLater: ['windows10AndLater'],
  androidWorkProfile: ['androidForWork'],
};

/** May a filter of one platform be assigned with a policy of another? */
export function filterFits(filterPlatform: string, policyPlatform: string | undefined): boolean {
  if (policyPlatform === undefined) return true;
  return filterPlatform === policyPlatform || (ACCEPTS[policyPlatform]?.includes(filterPlatform) ?? false);
}
