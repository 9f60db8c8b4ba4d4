/** The demo company's staff: 800 users with managers, licences and guests among them. Needs no model, so that one user is found fast. */
import type { JsonObject } from '../../../kernel/json.js';
import { includesIntune, type LicenceName, userLicence } from '../licences.js';
import { type AdministratorRole, type SeedUser, sets, writeUser } from '../organization.js';
import { namedGuid, random } from '../random.js';
import { daysAgo, type SeedWriter } from '../seed-writer.js';
import { type Department, departments, givenNames, type Office, offices, surnames } from './company.js';

export const USER_COUNT = 800;
const GUESTS = 24;

export interface Person extends SeedUser {
  readonly givenName: string;
  readonly surname: string;
  readonly jobTitle: string;
  readonly department: Department;
  readonly office: Office;
  readonly licence: LicenceName | undefined;
  /** Holds an enabled Intune plan. */
  readonly licensed: boolean;
  readonly guest: boolean;
  readonly enabled: boolean;
  /** Index of the manager among the people. */
  readonly manager: number | undefined;
  readonly index: number;
}

interface FixedUser {
  readonly nickname: string;
  readonly givenName: string;
  readonly surname: string;
  readonly jobTitle: string;
  readonly department: string;
  readonly roles: readonly AdministratorRole[];
}

const fixedUsers: readonly FixedUser[] = [
  {
    nickname: 'admin',
    givenName: 'Adele',
    surname: 'Vance',
    jobTitle: 'Tenant Administrator',
    department: 'IT',
    roles: ['globalAdministrator'],
  },
  {
    nickname: 'intune.admin',
    givenName: 'Ingo',
    surname: 'Tune',
    jobTitle: 'Endpoint Engineer',
    department: 'IT',
    roles: ['intuneAdministrator'],
  },
  { nickname: 'helpdesk', givenName: 'Hannah', surname: 'Desk', jobTitle: 'Support Specialist', department: 'IT', roles: [] },
  { nickname: 'someone', givenName: 'Sam', surname: 'Wonder', jobTitle: 'Account Executive', department: 'Sales', roles: [] },
];

const DIACRITICS = /[\u0300-\u036f]/g;

function plain(name: string): string {
  return name.normalize('NFD').replace(DIACRITICS, '').toLowerCase();
}

function departmentNamed(name: string): Department {
  return departments.find((one) => one.name === name) as Department;
}

/** Everybody, the four fixed users first, then the heads of department, their managers, the rest, and the guests. */
export function demoPeople(domain: string): readonly Person[] {
  const people: Person[] = [];
  const taken = new Set<string>();
  const headOf = new Map<string, number>();
  const managersOf = new Map<string, number[]>();

  function nicknameOf(givenName: string, surname: string): string {
    const base = `${plain(givenName)}.${plain(surname)}`;
    let nickname = base;
    for (let count = 2; taken.has(nickname); count++) nickname = `${base}${count}`;
    taken.add(nickname);
    return nickname;
  }

  function add(nickname: string, person: Omit<Person, 'id' | 'index' | 'userPrincipalName' | 'displayName' | 'licensed'>): number {
    const index = people.length;
    people.push({
      ...person,
      id: namedGuid(`demo/user/${nickname}`),
      index,
      userPrincipalName: person.guest ? `${nickname}_northwind.example#EXT#@${domain}` : `${nickname}@${domain}`,
      displayName: `${person.givenName} ${person.surname}`,
      licensed: includesIntune(person.licence),
    });
    return index;
  }

  for (const fixed of fixedUsers) {
    taken.add(fixed.nickname);
    add(fixed.nickname, {
      ...fixed,
      department: departmentNamed(fixed.department),
      office: offices[0] as Office,
      licence: 'e5',
      guest: false,
      enabled: true,
      manager: undefined,
    });
  }

  for (let index = people.length; index < USER_COUNT; index++) {
    const chance = random(`demo/person/${index}`);
    const givenName = chance.pick(givenNames);
    const surname = chance.pick(surnames);
    const nickname = nicknameOf(givenName, surname);
    const order = index - fixedUsers.length;
    const guest = index >= USER_COUNT - GUESTS;
    if (guest) {
      add(nickname, {
        givenName,
        surname,
        jobTitle: 'Consultant',
        department: departmentNamed(chance.pick(['Engineering', 'Marketing', 'Legal'])),
        office: chance.weighted(offices),
        licence: undefined,
        guest: true,
        enabled: true,
        manager: undefined,
        roles: [],
      });
      continue;
    }
    const isHead = order < departments.length;
    const isManager = !isHead && order < departments.length * 6;
    const department = isHead || isManager ? (departments[order % departments.length] as Department) : chance.weighted(departments);
    const head = headOf.get(department.name);
    const managers = managersOf.get(department.name) ?? [];
    const frontline = department.frontline && !isHead && !isManager;
    const at = add(nickname, {
      givenName,
      surname,
      jobTitle: isHead ? department.head : isManager ? department.manager : chance.pick(department.titles),
      department,
      office: isHead ? (offices[0] as Office) : chance.weighted(offices),
      licence: frontline ? (chance.chance(0.93) ? 'f3' : undefined) : chance.chance(0.95) ? 'e5' : 'e1',
      guest: false,
      enabled: isHead || isManager || !chance.chance(0.02),
      manager: isHead ? undefined : isManager ? head : chance.pick(managers),
      roles: [],
    });
    if (isHead) headOf.set(department.name, at);
    if (isManager) managersOf.set(department.name, [...managers, at]);
  }
  return people;
}

export function writePeople(writer: SeedWriter, people: readonly Person[]): void {
  for (const person of people) writeUser(writer, person, userMembers(writer, person));
  for (const person of people) {
    const manager = person.manager === undefined ? undefined : people[person.manager];
    if (manager !== undefined) writer.link('manager', person.id, manager.id, sets.users);
  }
}

function userMembers(writer: SeedWriter, person: Person): JsonObject {
  const { now, displayName: companyName } = writer.tenant;
  const chance = random(`demo/user-details/${person.index}`);
  const hired = daysAgo(now, 60 + chance.below(3000));
  if (person.guest) {
    const mail = `${person.userPrincipalName.slice(0, person.userPrincipalName.indexOf('_'))}@northwind.example`;
    return {
      givenName: person.givenName,
      surname: person.surname,
      jobTitle: person.jobTitle,
      companyName: 'Northwind Traders',
      mail,
      otherMails: [mail],
      mailNickname: `${mail.replace('@', '_')}#EXT#`,
      proxyAddresses: [`SMTP:${mail}`],
      userType: 'Guest',
      externalUserState: 'Accepted',
      creationType: 'Invitation',
      createdDateTime: hired,
      ...userLicence(undefined, hired),
    };
  }
  const { office } = person;
  return {
    accountEnabled: person.enabled,
    givenName: person.givenName,
    surname: person.surname,
    jobTitle: person.jobTitle,
    department: person.department.name,
    companyName,
    officeLocation: `${office.code}/${1 + chance.below(6)}.${100 + chance.below(80)}`,
    city: office.city,
    state: office.state,
    country: office.country,
    usageLocation: office.countryCode,
    preferredLanguage: office.language,
    businessPhones: [`${office.dialling} ${chance.text('0123456789', 4)}`],
    mobilePhone: chance.chance(0.6) ? `${office.dialling} ${chance.text('0123456789', 5)}` : null,
    proxyAddresses: [`SMTP:${person.userPrincipalName}`],
    employeeId: `${100_000 + person.index}`,
    employeeType: person.department.frontline ? 'Hourly' : 'Salaried',
    employeeHireDate: hired,
    createdDateTime: hired,
    ...userLicence(person.licence, daysAgo(now, 30 + chance.below(300))),
  };
}
