/**
 * What the resources of Microsoft365DSC are to Graph, by the name without `Intune` in lower case
 * (https://github.com/microsoft/Microsoft365DSC, DSCResources).
 */
const DIRECT: Readonly<Record<string, string>> = {
  deviceandappmanagementassignmentfilter: 'deviceAndAppManagementAssignmentFilter',
  rolescopetag: 'roleScopeTag',
  devicecategory: 'deviceCategory',
  windowsupdateforbusinessringupdateprofilewindows10: 'windowsUpdateForBusinessConfiguration',
};

/** Behind `deviceconfiguration`. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  custompolicyios: 'iosCustomConfiguration',
  custompolicymacos: 'macOSCustomConfiguration',
  custompolicywindows10: 'windows10CustomConfiguration',
  defenderforendpointonboardingpolicywindows10: 'windowsDefenderAdvancedThreatProtectionConfiguration',
  deliveryoptimizationpolicywindows10: 'windowsDeliveryOptimizationConfiguration',
  domainjoinpolicywindows10: 'windowsDomainJoinConfiguration',
  emailprofilepolicywindows10: 'windows10EasEmailProfileConfiguration',
  endpointprotectionpolicymacos: 'macOSEndpointProtectionConfiguration',
  endpointprotectionpolicywindows10: 'windows10EndpointProtectionConfiguration',
  extensionspolicymacos: 'macOSExtensionsConfiguration',
  firmwareinterfacepolicywindows10: 'windows10DeviceFirmwareConfigurationInterface',
  healthmonitoringconfigurationpolicywindows10: 'windowsHealthMonitoringConfiguration',
  identityprotectionpolicywindows10: 'windowsIdentityProtectionConfiguration',
  importedpfxcertificatepolicywindows10: 'windows10ImportedPFXCertificateProfile',
  kioskpolicywindows10: 'windowsKioskConfiguration',
  networkboundarypolicywindows10: 'windows10NetworkBoundaryConfiguration',
  pkcscertificatepolicywindows10: 'windows10PkcsCertificateProfile',
  policyandroiddeviceadministrator: 'androidGeneralDeviceConfiguration',
  policyandroiddeviceowner: 'androidDeviceOwnerGeneralDeviceConfiguration',
  policyandroidopensourceproject: 'aospDeviceOwnerDeviceConfiguration',
  policyandroidworkprofile: 'androidWorkProfileGeneralDeviceConfiguration',
  policyios: 'iosGeneralDeviceConfiguration',
  policymacos: 'macOSGeneralDeviceConfiguration',
  policywindows10: 'windows10GeneralConfiguration',
  scepcertificatepolicywindows10: 'windows81SCEPCertificateProfile',
  secureassessmentpolicywindows10: 'windows10SecureAssessmentConfiguration',
  sharedmultidevicepolicywindows10: 'sharedPCConfiguration',
  trustedcertificatepolicywindows10: 'windows81TrustedRootCertificate',
  vpnpolicywindows10: 'windows10VpnConfiguration',
  windowsteampolicywindows10: 'windows10TeamGeneralConfiguration',
  wirednetworkpolicywindows10: 'windowsWiredNetworkConfiguration',
};

/** Behind `wificonfigurationpolicy`. */
const WIFI: Readonly<Record<string, string>> = {
  androiddeviceadministrator: 'androidWiFiConfiguration',
  androidenterprisedeviceowner: 'androidDeviceOwnerWiFiConfiguration',
  androidenterpriseworkprofile: 'androidWorkProfileWiFiConfiguration',
  androidforwork: 'androidForWorkWiFiConfiguration',
  androidopensourceproject: 'aospDeviceOwnerWiFiConfiguration',
  ios: 'iosWiFiConfiguration',
  macos: 'macOSWiFiConfiguration',
  windows10: 'windowsWifiConfiguration',
};

/** @param resource `IntuneDeviceConfigurationPolicyIOS`, `AADGroup` @returns bare name of the type; undefined where none is known */
export function graphTypeOf(resource: string): string | undefined {
  const name = resource.toLowerCase();
  if (name === 'aadgroup') return 'group';
  if (!name.startsWith('intune')) return undefined;
  const rest = name.slice('intune'.length);
  if (Object.hasOwn(DIRECT, rest)) return DIRECT[rest];
  for (const [prefix, table] of [
    ['deviceconfiguration', CONFIGURATIONS],
    ['wificonfigurationpolicy', WIFI],
  ] as const) {
    const key = rest.slice(prefix.length);
    if (rest.startsWith(prefix) && Object.hasOwn(table, key)) return table[key];
  }
  return undefined;
}
