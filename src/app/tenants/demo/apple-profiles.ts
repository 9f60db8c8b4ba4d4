/** The demo company's profiles for iPhone, iPad and Mac. */
import { FABRIKAM_ROOT_CA } from '../certificates.js';
import type { SeedConfiguration } from '../configurations.js';
import {
  certificateTerms,
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
import { departmentGroup } from './groups.js';

const IOS_ROOT = 'iOS trusted root';
const IOS_SCEP = 'iOS user certificate (SCEP)';
const IOS_PKCS = 'iOS mail certificate (PKCS)';
export const IOS_WIFI = 'iOS corporate Wi-Fi';
export const IOS_MAIL = 'iOS mail profile';
const MAC_ROOT = 'macOS trusted root';
const MAC_SCEP = 'macOS device certificate (SCEP)';
const MAC_PKCS = 'macOS user certificate (PKCS)';

/** A configuration profile of Apple's kind, as base64. */
function payload(identifier: string, name: string): string {
  const plist = `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>${identifier}</string>
<key>PayloadDisplayName</key><string>${name}</string>
<key>PayloadContent</key><array/>
</dict></plist>
`;
  return Buffer.from(plist, 'utf8').toString('base64');
}

const ios: readonly SeedConfiguration[] = [
  profile('iosTrustedRootCertificate', IOS_ROOT, {
    members: { certFileName: 'fabrikam-root-g2.cer', trustedRootCertificate: FABRIKAM_ROOT_CA },
    to: [group('iPhones'), group('iPads')],
  }),
  profile('iosScepCertificateProfile', IOS_SCEP, {
    members: {
      ...scepTerms,
      certificateStore: 'user',
      subjectNameFormat: 'custom',
      subjectNameFormatString: 'CN={{UserPrincipalName}}',
      subjectAlternativeNameType: 'userPrincipalName',
      subjectAlternativeNameFormatString: '{{UserPrincipalName}}',
    },
    refers: { rootCertificate: IOS_ROOT },
    to: [everyUser(['include', 'iPhones'])],
    version: 2,
  }),
  profile('iosPkcsCertificateProfile', IOS_PKCS, {
    members: { ...pkcsTerms, subjectNameFormat: 'commonNameAsEmail', subjectAlternativeNameType: 'emailAddress' },
    to: [group('Executives')],
  }),
  profile('iosEnterpriseWiFiConfiguration', IOS_WIFI, {
    members: {
      ...enterpriseWifi,
      wiFiSecurityType: 'wpaEnterprise',
      eapType: 'eapTls',
      authenticationMethod: 'certificate',
      trustedServerCertificateNames: radiusNames,
    },
    refers: { identityCertificateForClientAuthentication: IOS_SCEP, rootCertificatesForServerValidation: [IOS_ROOT] },
    to: [group('iPhones'), group('iPads', ['exclude', 'iPads shared'])],
    version: 3,
  }),
  profile('iosVpnConfiguration', 'iOS per-app VPN', {
    members: {
      connectionName: 'Fabrikam',
      connectionType: 'ciscoAnyConnectV2',
      authenticationMethod: 'certificate',
      enablePerApp: true,
      server: gateway,
      safariDomains: ['intranet.fabrikam-demo.example'],
    },
    refers: { identityCertificate: IOS_SCEP },
    to: [group(departmentGroup('Sales'), ['exclude', 'iOS personal']), except('Exclude executives')],
  }),
  profile('iosEasEmailProfileConfiguration', IOS_MAIL, {
    members: {
      accountName: 'Fabrikam mail',
      hostName: 'outlook.office365.com',
      authenticationMethod: 'certificate',
      durationOfEmailToSync: 'oneMonth',
      requireSsl: true,
      emailAddressSource: 'primarySmtpAddress',
      easServices: 'calendars,contacts,email',
    },
    refers: { identityCertificate: IOS_SCEP, smimeSigningCertificate: IOS_PKCS },
    to: [everyUser(['include', 'iPhones']), removeFrom('Frontline staff')],
  }),
  profile('iosUpdateConfiguration', 'iOS updates at night', {
    members: {
      updateScheduleType: 'updateOutsideOfActiveHours',
      activeHoursStart: '06:00:00.0000000',
      activeHoursEnd: '21:00:00.0000000',
      scheduledInstallDays: ['monday', 'tuesday', 'wednesday', 'thursday'],
      isEnabled: true,
    },
    to: [group('iPhones'), group('iPads', ['include', 'iPads shared'])],
  }),
  profile('iosGeneralDeviceConfiguration', 'iOS restrictions', {
    members: { airDropForceUnmanagedDropTarget: true, documentsBlockManagedDocumentsInUnmanagedApps: true, enterpriseAppBlockTrust: true },
    to: [everyDevice(['exclude', 'iOS personal'])],
    scopeTags: ['0', '1', '2'],
  }),
  profile('iosDeviceFeaturesConfiguration', 'iOS lock screen', {
    members: { lockScreenFootnote: 'Property of Fabrikam', assetTagTemplate: '{{serialnumber}}' },
    refers: { identityCertificateForClientAuthentication: IOS_SCEP },
    to: [group('iPads', ['include', 'iPads shared'])],
  }),
  profile('iosCustomConfiguration', 'iOS fonts', {
    members: {
      payloadName: 'Fabrikam fonts',
      payloadFileName: 'fonts.mobileconfig',
      payload: payload('example.fabrikam.fonts', 'Fabrikam fonts'),
    },
    to: [group(departmentGroup('Marketing'))],
  }),
];

const mac: readonly SeedConfiguration[] = [
  profile('macOSTrustedRootCertificate', MAC_ROOT, {
    members: { certFileName: 'fabrikam-root-g2.cer', deploymentChannel: 'deviceChannel', trustedRootCertificate: FABRIKAM_ROOT_CA },
    to: [group('Macs')],
  }),
  profile('macOSScepCertificateProfile', MAC_SCEP, {
    members: {
      ...scepTerms,
      certificateStore: 'machine',
      deploymentChannel: 'deviceChannel',
      hashAlgorithm: 'sha2',
      subjectNameFormat: 'custom',
      subjectNameFormatString: 'CN={{DeviceName}}',
      subjectAlternativeNameType: 'domainNameService',
      customSubjectAlternativeNames: [{ sanType: 'domainNameService', name: '{{SerialNumber}}.fabrikam-demo.example' }],
    },
    refers: { rootCertificate: MAC_ROOT },
    to: [group('Macs')],
  }),
  profile('macOSPkcsCertificateProfile', MAC_PKCS, {
    members: {
      ...pkcsTerms,
      ...certificateTerms,
      certificateStore: 'user',
      deploymentChannel: 'userChannel',
      subjectNameFormat: 'commonName',
      subjectAlternativeNameType: 'userPrincipalName',
    },
    to: [group(departmentGroup('Engineering'))],
  }),
  profile('macOSEnterpriseWiFiConfiguration', 'macOS corporate Wi-Fi', {
    members: {
      ...enterpriseWifi,
      wiFiSecurityType: 'wpaEnterprise',
      deploymentChannel: 'deviceChannel',
      eapType: 'eapTls',
      authenticationMethod: 'certificate',
      trustedServerCertificateNames: radiusNames,
    },
    refers: {
      identityCertificateForClientAuthentication: MAC_SCEP,
      rootCertificateForServerValidation: MAC_ROOT,
      rootCertificatesForServerValidation: [MAC_ROOT],
    },
    to: [group('Macs'), except('Exclude lab devices')],
  }),
  profile('macOSWiredNetworkConfiguration', 'macOS wired 802.1X', {
    members: {
      networkName: 'Fabrikam wired',
      networkInterface: 'anyEthernet',
      deploymentChannel: 'deviceChannel',
      eapType: 'eapTls',
      authenticationMethod: 'certificate',
      trustedServerCertificateNames: radiusNames,
    },
    refers: { identityCertificateForClientAuthentication: MAC_SCEP, rootCertificateForServerValidation: MAC_ROOT },
    to: [group('Macs', ['include', 'Macs with Apple silicon'])],
  }),
  profile('macOSVpnConfiguration', 'macOS VPN', {
    members: {
      connectionName: 'Fabrikam',
      connectionType: 'ciscoAnyConnect',
      authenticationMethod: 'certificate',
      deploymentChannel: 'userChannel',
      server: gateway,
    },
    refers: { identityCertificate: MAC_SCEP },
    to: [group(departmentGroup('Engineering')), group(departmentGroup('Marketing'))],
  }),
  profile('macOSSoftwareUpdateConfiguration', 'macOS updates', {
    members: {
      criticalUpdateBehavior: 'installASAP',
      configDataUpdateBehavior: 'installASAP',
      firmwareUpdateBehavior: 'installLater',
      allOtherUpdateBehavior: 'installLater',
      maxUserDeferralsCount: 5,
      updateScheduleType: 'alwaysUpdate',
    },
    to: [group('Macs')],
  }),
  profile('macOSEndpointProtectionConfiguration', 'macOS FileVault and firewall', {
    members: {
      fileVaultEnabled: true,
      fileVaultSelectedRecoveryKeyTypes: 'personalRecoveryKey',
      fileVaultPersonalRecoveryKeyRotationInMonths: 6,
      fileVaultAllowDeferralUntilSignOut: true,
      firewallEnabled: true,
      firewallEnableStealthMode: true,
      gatekeeperAllowedAppSource: 'macAppStoreAndIdentifiedDevelopers',
    },
    to: [everyDevice()],
  }),
  profile('macOSGeneralDeviceConfiguration', 'macOS password rules', {
    members: { passwordRequired: true, passwordMinimumLength: 12, passwordMinutesOfInactivityBeforeLock: 10, passwordBlockSimple: true },
    to: [group('Macs'), except('Exclude executives')],
  }),
  profile('macOSCustomConfiguration', 'macOS login items', {
    members: {
      payloadName: 'Login items',
      payloadFileName: 'login-items.mobileconfig',
      payload: payload('example.fabrikam.login-items', 'Login items'),
      deploymentChannel: 'deviceChannel',
    },
    to: [group('Pilot', ['include', 'Macs with Apple silicon'])],
  }),
];

export const appleProfiles: readonly SeedConfiguration[] = [...ios, ...mac];
