/** A tenant with nothing in it but what every tenant has. */
import { type LicenceName, userLicence } from './licences.js';
import { type SeedUser, writeDefaultScopeTag, writeOrganization, writeUser } from './organization.js';
import { namedGuid } from './random.js';
import { daysAgo, type SeedWriter } from './seed-writer.js';

const LICENCE: LicenceName = 'ems';

export function emptyUsers(domain: string): readonly SeedUser[] {
  return [
    {
      id: namedGuid('empty/user/admin'),
      userPrincipalName: `admin@${domain}`,
      displayName: 'Administrator',
      roles: ['globalAdministrator'],
    },
  ];
}

export function writeEmpty(writer: SeedWriter): void {
  const { domain, now } = writer.tenant;
  const users = emptyUsers(domain);
  writeOrganization(
    writer,
    { street: '1 Main Street', city: 'Dublin', country: 'Ireland', countryCode: 'IE', state: 'Leinster', postalCode: 'D02' },
    { [LICENCE]: users.length },
  );
  writeDefaultScopeTag(writer);
  for (const user of users) {
    writeUser(writer, user, { usageLocation: 'IE', createdDateTime: daysAgo(now, 30), ...userLicence(LICENCE, daysAgo(now, 30)) });
  }
}
