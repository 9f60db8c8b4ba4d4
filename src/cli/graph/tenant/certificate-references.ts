/**
 * Which configurations refer to others, and by what (api/model: references of the types derived from deviceConfiguration). A reference shows
 * only where it is asked for by the type's own path.
 */
const TABLE: Readonly<Record<string, string>> = {
  rootCertificate: `
    androidDeviceOwnerImportedPFXCertificateProfile androidDeviceOwnerPkcsCertificateProfile androidDeviceOwnerScepCertificateProfile
    androidForWorkImportedPFXCertificateProfile androidForWorkPkcsCertificateProfile androidForWorkScepCertificateProfile
    androidImportedPFXCertificateProfile androidPkcsCertificateProfile androidScepCertificateProfile androidWorkProfilePkcsCertificateProfile
    androidWorkProfileScepCertificateProfile aospDeviceOwnerPkcsCertificateProfile aospDeviceOwnerScepCertificateProfile
    iosScepCertificateProfile macOSScepCertificateProfile windows81SCEPCertificateProfile windowsPhone81SCEPCertificateProfile`,
  identityCertificate: `
    androidDeviceOwnerVpnConfiguration androidEasEmailProfileConfiguration androidForWorkGmailEasConfiguration
    androidForWorkNineWorkEasConfiguration androidForWorkVpnConfiguration androidVpnConfiguration androidWorkProfileGmailEasConfiguration
    androidWorkProfileNineWorkEasConfiguration androidWorkProfileVpnConfiguration iosEasEmailProfileConfiguration iosVpnConfiguration
    iosikEv2VpnConfiguration macOSVpnConfiguration windows10VpnConfiguration windowsPhone81VpnConfiguration`,
  smimeSigningCertificate: 'androidEasEmailProfileConfiguration iosEasEmailProfileConfiguration',
  smimeEncryptionCertificate: 'iosEasEmailProfileConfiguration',
  identityCertificateForClientAuthentication: `
    androidDeviceOwnerEnterpriseWiFiConfiguration androidEnterpriseWiFiConfiguration androidForWorkEnterpriseWiFiConfiguration
    androidWorkProfileEnterpriseWiFiConfiguration aospDeviceOwnerEnterpriseWiFiConfiguration iosDeviceFeaturesConfiguration
    iosEnterpriseWiFiConfiguration iosWiredNetworkConfiguration macOSEnterpriseWiFiConfiguration macOSWiredNetworkConfiguration
    windowsWifiEnterpriseEAPConfiguration windowsWiredNetworkConfiguration`,
  secondaryIdentityCertificateForClientAuthentication: 'windowsWiredNetworkConfiguration',
  rootCertificateForClientValidation: 'windowsWifiEnterpriseEAPConfiguration windowsWiredNetworkConfiguration',
  secondaryRootCertificateForClientValidation: 'windowsWiredNetworkConfiguration',
  rootCertificateForServerValidation: `
    androidDeviceOwnerEnterpriseWiFiConfiguration androidEnterpriseWiFiConfiguration androidForWorkEnterpriseWiFiConfiguration
    androidWorkProfileEnterpriseWiFiConfiguration aospDeviceOwnerEnterpriseWiFiConfiguration iosWiredNetworkConfiguration
    macOSEnterpriseWiFiConfiguration macOSWiredNetworkConfiguration`,
  'rootCertificatesForServerValidation[]': `
    androidDeviceOwnerEnterpriseWiFiConfiguration iosEnterpriseWiFiConfiguration macOSEnterpriseWiFiConfiguration
    windowsWifiEnterpriseEAPConfiguration windowsWiredNetworkConfiguration windowsZtdnsConfiguration`,
  'rootCertificatesForClientValidation[]': 'windowsZtdnsConfiguration',
  singleSignOnExtensionPkinitCertificate: 'iosDeviceFeaturesConfiguration macOSDeviceFeaturesConfiguration',
  'networkAccessConfigurations[]': 'windowsDomainJoinConfiguration',
};

export interface Reference {
  readonly property: string;
  readonly many: boolean;
}

const byType = new Map<string, Reference[]>();
for (const [name, types] of Object.entries(TABLE)) {
  const reference = { property: name.replace('[]', ''), many: name.endsWith('[]') };
  for (const type of types.trim().split(/\s+/)) byType.set(type, [...(byType.get(type) ?? []), reference]);
}

const NONE: readonly Reference[] = [];

/** @param type unqualified */
export function referencesOf(type: string): readonly Reference[] {
  return byType.get(type) ?? NONE;
}

export const referringTypes: readonly string[] = [...byType.keys()];

/** How many others have to be there first: nothing refers from 0, to roots from 1, to certificates from 2, to any configuration from 3. */
export type Tier = 0 | 1 | 2 | 3;

export function tierOf(type: string): Tier {
  const references = referencesOf(type);
  if (references.length === 0) return 0;
  if (references.some(({ property }) => property === 'networkAccessConfigurations')) return 3;
  return references.every(({ property }) => property === 'rootCertificate') ? 1 : 2;
}

/** `#microsoft.graph.X` without what stands before. */
export function bareName(type: unknown): string {
  return typeof type === 'string' ? type.replace(/^#?microsoft\.graph\./, '') : '';
}
