/** A tenant that has a directory and no Intune: its people have mail and meetings. */
import { SUBSCRIPTION } from '../../domain/licence.js';
import { type LicenceName, userLicence } from './licences.js';
import { type SeedUser, writeOrganization, writeUser } from './organization.js';
import { namedGuid } from './random.js';
import { daysAgo, type SeedWriter } from './seed-writer.js';

const LICENCE: LicenceName = 'e1';

export function unlicensedUsers(domain: string): readonly SeedUser[] {
  return [
    {
      id: namedGuid('unlicensed/user/admin'),
      userPrincipalName: `admin@${domain}`,
      displayName: 'Administrator',
      roles: ['globalAdministrator'],
    },
  ];
}

export function writeUnlicensed(writer: SeedWriter): void {
  const { domain, now } = writer.tenant;
  const users = unlicensedUsers(domain);
  writeOrganization(
    writer,
    { street: '2 Main Street', city: 'Cork', country: 'Ireland', countryCode: 'IE', state: 'Munster', postalCode: 'T12' },
    { [LICENCE]: users.length },
  );
  for (const user of users) {
    writeUser(writer, user, { usageLocation: 'IE', createdDateTime: daysAgo(now, 30), ...userLicence(LICENCE, daysAgo(now, 30)) });
  }
  const json = JSON.stringify({ subscriptionState: 'pending' });
  writer.add([{ kind: 'put', key: SUBSCRIPTION, type: 'subscription', json, recorded: false }]);
}
