/** The demo company's Windows profiles. */
import { FABRIKAM_ISSUING_CA, FABRIKAM_ROOT_CA } from '../certificates.js';
import { collectionTarget, type SeedConfiguration, scopeTagTarget } from '../configurations.js';
import {
  enterpriseWifi,
  everyDevice,
  everyUser,
  except,
  gateway,
  group,
  pkcsTerms,
  profile,
  radiusNames,
  removeFrom,
  scepTerms,
} from './draft.js';
import { departmentGroup, groupId, ringGroup } from './groups.js';

const ROOT = 'Windows trusted root';
const ISSUING = 'Windows issuing authority';
const SCEP = 'Windows device certificate (SCEP)';
const PKCS = 'Windows user certificate (PKCS)';
const PHONE_ROOT = 'Windows Phone 8.1 trusted root';
const PHONE_SCEP = 'Windows Phone 8.1 certificate (SCEP)';
export const WINDOWS_WIFI = 'Windows corporate Wi-Fi';
export const WINDOWS_VPN = 'Windows always-on VPN';
export const WINDOWS_PRINTERS = 'Windows printers';
export const WINDOWS_HELLO = 'Windows Hello for Business';

const exclusions = [except('Exclude lab devices'), except('Exclude break-glass accounts')];

const certificates: readonly SeedConfiguration[] = [
  profile('windows81TrustedRootCertificate', ROOT, {
    members: { certFileName: 'fabrikam-root-g2.cer', destinationStore: 'computerCertStoreRoot', trustedRootCertificate: FABRIKAM_ROOT_CA },
    to: [everyDevice()],
  }),
  profile('windows81TrustedRootCertificate', ISSUING, {
    members: {
      certFileName: 'fabrikam-issuing-3.cer',
      destinationStore: 'computerCertStoreIntermediate',
      trustedRootCertificate: FABRIKAM_ISSUING_CA,
    },
    to: [everyDevice(['include', 'Windows corporate'])],
  }),
  profile('windows81SCEPCertificateProfile', SCEP, {
    members: {
      ...scepTerms,
      keyStorageProvider: 'useTpmKspOtherwiseFail',
      certificateStore: 'machine',
      hashAlgorithm: 'sha2',
      subjectNameFormat: 'custom',
      subjectNameFormatString: 'CN={{AAD_Device_ID}}',
      subjectAlternativeNameType: 'domainNameService',
      customSubjectAlternativeNames: [{ sanType: 'domainNameService', name: '{{DeviceName}}.fabrikam-demo.example' }],
    },
    refers: { rootCertificate: ROOT },
    to: [everyDevice(['include', 'Windows corporate']), except('Exclude lab devices')],
    version: 3,
  }),
  profile('windows10PkcsCertificateProfile', PKCS, {
    members: {
      ...pkcsTerms,
      keyStorageProvider: 'useTpmKspOtherwiseUseSoftwareKsp',
      certificateStore: 'user',
      subjectNameFormat: 'commonNameIncludingEmail',
      subjectAlternativeNameType: 'userPrincipalName',
    },
    to: [everyUser()],
  }),
  profile('windowsPhone81TrustedRootCertificate', PHONE_ROOT, {
    about: 'Kept for the last scanners in the Hamburg warehouse',
    members: { certFileName: 'fabrikam-root-g2.cer', trustedRootCertificate: FABRIKAM_ROOT_CA },
    to: [group('Warehouse devices')],
  }),
  profile('windowsPhone81SCEPCertificateProfile', PHONE_SCEP, {
    members: {
      ...scepTerms,
      keyStorageProvider: 'useSoftwareKsp',
      hashAlgorithm: 'sha2',
      subjectNameFormat: 'commonName',
      subjectAlternativeNameType: 'userPrincipalName',
    },
    refers: { rootCertificate: PHONE_ROOT },
    to: [group('Warehouse devices')],
  }),
];

const networks: readonly SeedConfiguration[] = [
  profile('windowsWifiEnterpriseEAPConfiguration', WINDOWS_WIFI, {
    about: '802.1X with a device certificate',
    members: {
      ...enterpriseWifi,
      wifiSecurityType: 'wpa2Enterprise',
      eapType: 'eapTls',
      authenticationMethod: 'certificate',
      authenticationType: 'machineOrUser',
      performServerValidation: true,
      disableUserPromptForServerValidation: true,
      trustedServerCertificateNames: radiusNames,
    },
    refers: {
      identityCertificateForClientAuthentication: SCEP,
      rootCertificatesForServerValidation: [ROOT, ISSUING],
      rootCertificateForClientValidation: ROOT,
    },
    to: [group(ringGroup('Broad')), group(ringGroup('Early'), ['include', 'Windows 11 24H2 or later']), ...exclusions],
    version: 7,
  }),
  profile('windowsWiredNetworkConfiguration', 'Windows wired 802.1X', {
    members: {
      eapType: 'eapTls',
      authenticationMethod: 'certificate',
      authenticationType: 'machine',
      enforce8021X: true,
      performServerValidation: true,
      trustedServerCertificateNames: radiusNames,
    },
    refers: {
      identityCertificateForClientAuthentication: SCEP,
      secondaryIdentityCertificateForClientAuthentication: PKCS,
      rootCertificatesForServerValidation: [ROOT],
      rootCertificateForClientValidation: ROOT,
    },
    to: [everyDevice(['exclude', 'Windows kiosks and labs'])],
  }),
  profile('windows10VpnConfiguration', WINDOWS_VPN, {
    members: {
      connectionName: 'Fabrikam',
      connectionType: 'ikEv2',
      authenticationMethod: 'certificate',
      enableAlwaysOn: true,
      enableSplitTunneling: true,
      dnsSuffixes: ['fabrikam-demo.example'],
      servers: [gateway],
    },
    refers: { identityCertificate: SCEP },
    to: [group(departmentGroup('Engineering')), group(departmentGroup('Finance')), except('Exclude executives')],
    version: 4,
  }),
  profile('windowsPhone81VpnConfiguration', 'Windows Phone 8.1 VPN', {
    members: { connectionName: 'Fabrikam', connectionType: 'pulseSecure', authenticationMethod: 'certificate', servers: [gateway] },
    refers: { identityCertificate: PHONE_SCEP },
    to: [group('Warehouse devices')],
  }),
  profile('windowsDomainJoinConfiguration', 'Windows hybrid join', {
    members: {
      activeDirectoryDomainName: 'corp.fabrikam-demo.example',
      computerNameStaticPrefix: 'FAB-',
      computerNameSuffixRandomCharCount: 8,
      organizationalUnit: 'OU=Autopilot,DC=corp,DC=fabrikam-demo,DC=example',
    },
    refers: { networkAccessConfigurations: [WINDOWS_WIFI, WINDOWS_VPN] },
    to: [group('Windows hybrid joined devices')],
  }),
  profile('windows10NetworkBoundaryConfiguration', 'Windows network boundary', {
    members: {
      windowsNetworkIsolationPolicy: {
        enterpriseNetworkDomainNames: ['fabrikam-demo.example', 'corp.fabrikam-demo.example'],
        enterpriseInternalProxyServers: ['proxy.fabrikam-demo.example'],
        neutralDomainResources: ['login.fabrikam-demo.example'],
      },
    },
    to: [group('Windows rings')],
  }),
];

function updateRing(ring: string, qualityDays: number, featureDays: number): SeedConfiguration {
  return profile('windowsUpdateForBusinessConfiguration', `Windows update ring ${ring}`, {
    about: `Quality updates after ${qualityDays} days, feature updates after ${featureDays}`,
    members: {
      automaticUpdateMode: 'autoInstallAtMaintenanceTime',
      businessReadyUpdatesOnly: 'businessReadyOnly',
      qualityUpdatesDeferralPeriodInDays: qualityDays,
      featureUpdatesDeferralPeriodInDays: featureDays,
      deadlineForQualityUpdatesInDays: 5,
      deadlineForFeatureUpdatesInDays: 14,
      deadlineGracePeriodInDays: 2,
      microsoftUpdateServiceAllowed: true,
      driversExcluded: false,
      allowWindows11Upgrade: true,
      userPauseAccess: ring === 'Canary' ? 'enabled' : 'disabled',
    },
    to: [group(ringGroup(ring), ['exclude', 'Windows long-term servicing']), except('Exclude lab devices')],
    version: 12,
  });
}

const system: readonly SeedConfiguration[] = [
  updateRing('Canary', 0, 0),
  updateRing('Pilot', 2, 14),
  updateRing('Early', 5, 60),
  updateRing('Broad', 9, 120),
  profile('windowsDeliveryOptimizationConfiguration', 'Windows delivery optimisation', {
    members: { deliveryOptimizationMode: 'httpWithPeeringPrivateGroup', maximumCacheAgeInDays: 7, minimumRamAllowedToPeerInGigabytes: 8 },
    to: [everyDevice(['include', 'Windows corporate'])],
  }),
  profile('windowsHealthMonitoringConfiguration', 'Windows health monitoring', {
    members: { allowDeviceHealthMonitoring: 'enabled', configDeviceHealthMonitoringScope: 'bootPerformance,windowsUpdates' },
    to: [group('Windows Autopilot devices'), { target: collectionTarget('FAB00042') }],
  }),
  profile('windowsIdentityProtectionConfiguration', WINDOWS_HELLO, {
    members: {
      windowsHelloForBusinessBlocked: false,
      pinMinimumLength: 6,
      pinRecoveryEnabled: true,
      securityDeviceRequired: true,
      unlockWithBiometricsEnabled: true,
      enhancedAntiSpoofingForFacialFeaturesEnabled: true,
    },
    to: [everyUser(['include', 'Windows Autopilot, joined']), removeFrom('Exclude lab devices')],
    version: 2,
  }),
  profile('editionUpgradeConfiguration', 'Windows Enterprise edition', {
    members: { licenseType: 'productKey', targetEdition: 'windows10Enterprise', productKey: '#####-#####-#####-#####-3V66T' },
    to: [group('Windows 11 devices')],
  }),
  profile('windowsDefenderAdvancedThreatProtectionConfiguration', 'Windows Defender onboarding', {
    members: {
      allowSampleSharing: true,
      enableExpeditedTelemetryReporting: true,
      advancedThreatProtectionAutoPopulateOnboardingBlob: true,
    },
    to: [everyDevice()],
  }),
  profile('sharedPCConfiguration', 'Windows shared stations', {
    members: {
      enabled: true,
      allowedAccounts: 'guest,domain',
      disableSignInOnResume: true,
      accountManagerPolicy: {
        accountDeletionPolicy: 'diskSpaceThresholdOrInactiveThreshold',
        cacheAccountsAboveDiskFreePercentage: 50,
        removeAccountsBelowDiskFreePercentage: 25,
        inactiveThresholdDays: 30,
      },
    },
    to: [group('Warehouse devices', ['include', 'Windows corporate'])],
  }),
  profile('windowsKioskConfiguration', 'Windows lobby kiosk', {
    members: {
      kioskBrowserDefaultUrl: 'https://welcome.fabrikam-demo.example/',
      kioskBrowserEnableHomeButton: true,
      kioskBrowserRestartOnIdleTimeInMinutes: 5,
    },
    to: [group('Kiosk devices', ['include', 'Windows kiosks and labs'])],
  }),
  profile('windows10GeneralConfiguration', 'Windows restrictions', {
    members: { bluetoothBlockPrePairing: true, cortanaBlocked: true, dataProtectionBlockDirectMemoryAccess: true, configureTimeZone: null },
    to: [group('Windows rings'), ...exclusions],
    version: 9,
    scopeTags: ['0', '1'],
  }),
  profile('windows10EndpointProtectionConfiguration', 'Windows BitLocker', {
    members: {
      bitLockerEncryptDevice: true,
      bitLockerDisableWarningForOtherDiskEncryption: true,
      bitLockerAllowStandardUserEncryption: true,
    },
    to: [everyDevice(['exclude', 'Windows kiosks and labs'])],
  }),
  profile('windows10EasEmailProfileConfiguration', 'Windows mail profile', {
    members: { accountName: 'Fabrikam mail', hostName: 'outlook.office365.com', requireSsl: true, syncCalendar: true, syncContacts: true },
    to: [group(departmentGroup('Customer Support'))],
  }),
];

const custom: readonly SeedConfiguration[] = [
  profile('windows10CustomConfiguration', 'Windows guest Wi-Fi key', {
    about: 'Wi-Fi profile of the guest network with its pre-shared key',
    secrets: [
      {
        displayName: 'Guest profile',
        description: 'WLAN profile XML',
        omaUri: './Vendor/MSFT/WiFi/Profile/FABRIKAM-GUEST/WlanXml',
        value: '<WLANProfile><name>FABRIKAM-GUEST</name><keyMaterial>welcome-2026</keyMaterial></WLANProfile>',
      },
    ],
    to: [group('Region EMEA')],
  }),
  profile('windows10CustomConfiguration', 'Windows local administrator', {
    about: 'Creates the support account on lab devices',
    members: {
      omaSettings: [
        {
          '@odata.type': '#microsoft.graph.omaSettingInteger',
          displayName: 'Local user group',
          description: 'Member of Administrators',
          omaUri: './Device/Vendor/MSFT/Accounts/Users/fabsupport/LocalUserGroup',
          isEncrypted: false,
          value: 2,
        },
      ],
    },
    secrets: [
      {
        displayName: 'Password',
        description: 'First password of the account',
        omaUri: './Device/Vendor/MSFT/Accounts/Users/fabsupport/Password',
        value: 'Bench-Start-4711',
      },
    ],
    to: [group('Exclude lab devices'), { target: scopeTagTarget('device', groupId('Kiosk devices')) }],
  }),
];

export const windowsProfiles: readonly SeedConfiguration[] = [...certificates, ...networks, ...system, ...custom];

/** Grown over the years, one assignment a team. */
export function windowsPrinters(teams: readonly string[]): SeedConfiguration {
  return profile('windows10GeneralConfiguration', WINDOWS_PRINTERS, {
    about: 'Print queues of the offices; every new team adds its assignment',
    members: { printerNames: ['Follow-me', 'Follow-me colour'], printerDefaultName: 'Follow-me', printerBlockAddition: false },
    to: teams.map((team) => group(team)),
    version: 100,
  });
}
