/** The demo tenant: a company of 800 people and 2,400 devices in twelve countries. */

import { derivedAssignmentId } from '../../../domain/assignments/records.js';
import type { SeedConfiguration } from '../configurations.js';
import { writeConfiguration } from '../configurations.js';
import type { LicenceName } from '../licences.js';
import { type SeedUser, writeDefaultScopeTag, writeOrganization } from '../organization.js';
import type { SeedWriter } from '../seed-writer.js';
import { androidProfiles } from './android-profiles.js';
import { appleProfiles } from './apple-profiles.js';
import { writeDeviceCategories, writeDevices } from './device-records.js';
import { demoDevices } from './devices.js';
import { configurationId, group } from './draft.js';
import { writeFilters } from './filters.js';
import { demoGroups, ringGroup, teamNames, writeGroups } from './groups.js';
import { demoPeople, type Person, writePeople } from './people.js';
import { withPolicySets, writePolicySets } from './policy-sets.js';
import { writeRoles } from './roles.js';
import { WINDOWS_WIFI, windowsPrinters, windowsProfiles } from './windows-profiles.js';

const headquarters = {
  street: 'Isarstrasse 12',
  city: 'Munich',
  country: 'Germany',
  countryCode: 'DE',
  state: 'Bavaria',
  postalCode: '80331',
};

export const demoConfigurations: readonly SeedConfiguration[] = withPolicySets([...windowsProfiles, ...appleProfiles, ...androidProfiles]);

export function demoUsers(domain: string): readonly SeedUser[] {
  return demoPeople(domain);
}

export function writeDemo(writer: SeedWriter): void {
  const people = demoPeople(writer.tenant.domain);
  const devices = demoDevices(people);
  const groups = demoGroups(people, devices);
  writeOrganization(writer, headquarters, consumed(people));
  writeDefaultScopeTag(writer);
  writePeople(writer, people);
  writeDeviceCategories(writer);
  writeDevices(writer, devices);
  writeGroups(writer, groups);
  writeRoles(writer);
  writeFilters(writer);
  for (const configuration of [...demoConfigurations, windowsPrinters(teamNames(people))]) writeConfiguration(writer, configuration);
  writePolicySets(writer, demoConfigurations);
}

function consumed(people: readonly Person[]): Partial<Record<LicenceName, number>> {
  const counts: Partial<Record<LicenceName, number>> = { e5: 0, f3: 0, e1: 0 };
  for (const { licence } of people) if (licence !== undefined) counts[licence] = (counts[licence] ?? 0) + 1;
  return counts;
}

/** The assignment that the first-minute example of the demo tenant changes. */
export function demoFirstMinute(): { readonly configurationId: string; readonly assignmentId: string } {
  const id = configurationId(WINDOWS_WIFI);
  return { configurationId: id, assignmentId: derivedAssignmentId(id, group(ringGroup('Broad')).target) };
}
