/** The demo company's profiles for Android: company phones, work profiles, scanners without Google services. */
import { FABRIKAM_ROOT_CA } from '../certificates.js';
import type { SeedConfiguration } from '../configurations.js';
import { enterpriseWifi, everyDevice, everyUser, except, gateway, group, profile, radiusNames, scepTerms } from './draft.js';
import { departmentGroup } from './groups.js';

const trustedRoot = { certFileName: 'fabrikam-root-g2.cer', trustedRootCertificate: FABRIKAM_ROOT_CA };
const scep = {
  ...scepTerms,
  hashAlgorithm: 'sha2',
  certificateStore: 'user',
  subjectNameFormat: 'custom',
  subjectNameFormatString: 'CN={{UserName}}',
  subjectAlternativeNameType: 'userPrincipalName',
};
const wifi = {
  ...enterpriseWifi,
  wiFiSecurityType: 'wpaEnterprise',
  eapType: 'eapTls',
  authenticationMethod: 'certificate',
  trustedServerCertificateNames: radiusNames,
};

const CORPORATE = 'Android corporate devices';
const WORK_PROFILE = 'Android work profile devices';

export const androidProfiles: readonly SeedConfiguration[] = [
  profile('androidDeviceOwnerTrustedRootCertificate', 'Android corporate trusted root', { members: trustedRoot, to: [group(CORPORATE)] }),
  profile('androidDeviceOwnerScepCertificateProfile', 'Android corporate certificate (SCEP)', {
    members: { ...scep, certificateAccessType: 'userApproval' },
    refers: { rootCertificate: 'Android corporate trusted root' },
    to: [group(CORPORATE, ['include', 'Android fully managed'])],
  }),
  profile('androidDeviceOwnerEnterpriseWiFiConfiguration', 'Android corporate Wi-Fi', {
    members: wifi,
    refers: {
      identityCertificateForClientAuthentication: 'Android corporate certificate (SCEP)',
      rootCertificateForServerValidation: 'Android corporate trusted root',
      rootCertificatesForServerValidation: ['Android corporate trusted root'],
    },
    to: [group(CORPORATE, ['include', 'Android fully managed']), except('Exclude lab devices')],
  }),
  profile('androidDeviceOwnerVpnConfiguration', 'Android corporate VPN', {
    members: {
      connectionName: 'Fabrikam',
      connectionType: 'ciscoAnyConnect',
      authenticationMethod: 'certificate',
      servers: [gateway],
      alwaysOn: true,
    },
    refers: { identityCertificate: 'Android corporate certificate (SCEP)' },
    to: [group(departmentGroup('Logistics'))],
  }),
  profile('androidDeviceOwnerGeneralDeviceConfiguration', 'Android corporate restrictions', {
    members: { factoryResetBlocked: true, appsAllowInstallFromUnknownSources: false, dataRoamingBlocked: true },
    to: [everyDevice(['include', 'Android Samsung'])],
    version: 5,
  }),
  profile('androidWorkProfileTrustedRootCertificate', 'Android work profile trusted root', {
    members: trustedRoot,
    to: [group(WORK_PROFILE)],
  }),
  profile('androidWorkProfileScepCertificateProfile', 'Android work profile certificate (SCEP)', {
    members: scep,
    refers: { rootCertificate: 'Android work profile trusted root' },
    to: [group(WORK_PROFILE)],
  }),
  profile('androidWorkProfileEnterpriseWiFiConfiguration', 'Android work profile Wi-Fi', {
    members: wifi,
    refers: {
      identityCertificateForClientAuthentication: 'Android work profile certificate (SCEP)',
      rootCertificateForServerValidation: 'Android work profile trusted root',
    },
    to: [group(WORK_PROFILE, ['exclude', 'Android fully managed'])],
  }),
  profile('androidWorkProfileGmailEasConfiguration', 'Android work profile mail', {
    members: {
      hostName: 'outlook.office365.com',
      authenticationMethod: 'certificate',
      usernameSource: 'userPrincipalName',
      emailAddressSource: 'primarySmtpAddress',
      durationOfEmailToSync: 'twoWeeks',
      requireSsl: true,
    },
    refers: { identityCertificate: 'Android work profile certificate (SCEP)' },
    to: [everyUser()],
  }),
  profile('androidWorkProfileVpnConfiguration', 'Android work profile VPN', {
    members: {
      connectionName: 'Fabrikam',
      connectionType: 'paloAltoGlobalProtect',
      authenticationMethod: 'certificate',
      servers: [gateway],
    },
    refers: { identityCertificate: 'Android work profile certificate (SCEP)' },
    to: [group(departmentGroup('Sales')), except('Exclude executives')],
  }),
  profile('androidWorkProfileGeneralDeviceConfiguration', 'Android work profile restrictions', {
    members: { workProfileBlockCrossProfileCopyPaste: true, workProfileRequirePassword: true, workProfilePasswordMinimumLength: 6 },
    to: [group('Personal devices')],
  }),
  profile('aospDeviceOwnerTrustedRootCertificate', 'AOSP trusted root', { members: trustedRoot, to: [group('Warehouse devices')] }),
  profile('aospDeviceOwnerScepCertificateProfile', 'AOSP device certificate (SCEP)', {
    members: { ...scep, certificateStore: 'machine', subjectNameFormatString: 'CN={{AAD_Device_ID}}' },
    refers: { rootCertificate: 'AOSP trusted root' },
    to: [group('Warehouse devices', ['include', 'AOSP scanners'])],
  }),
  profile('aospDeviceOwnerEnterpriseWiFiConfiguration', 'AOSP warehouse Wi-Fi', {
    members: wifi,
    refers: {
      identityCertificateForClientAuthentication: 'AOSP device certificate (SCEP)',
      rootCertificateForServerValidation: 'AOSP trusted root',
    },
    to: [group('Warehouse devices', ['include', 'AOSP scanners'])],
  }),
  profile('aospDeviceOwnerDeviceConfiguration', 'AOSP restrictions', {
    members: {
      cameraBlocked: false,
      factoryResetBlocked: true,
      appsBlockInstallFromUnknownSources: true,
      storageBlockUsbFileTransfer: true,
    },
    to: [everyDevice()],
  }),
];
