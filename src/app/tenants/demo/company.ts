/** The made-up company of the demo tenant: where it works, in which departments, and the names people have there. */
export interface Office {
  readonly code: string;
  readonly city: string;
  readonly country: string;
  readonly countryCode: string;
  readonly state: string;
  readonly region: Region;
  readonly language: string;
  readonly dialling: string;
  /** Share of the staff. */
  readonly weight: number;
}

export const regions = ['EMEA', 'Americas', 'Asia Pacific'] as const;
export type Region = (typeof regions)[number];

function office(
  code: string,
  city: string,
  [country, countryCode, state]: readonly [string, string, string],
  region: Region,
  [language, dialling]: readonly [string, string],
  weight: number,
): Office {
  return { code, city, country, countryCode, state, region, language, dialling, weight };
}

export const offices: readonly Office[] = [
  office('MUC', 'Munich', ['Germany', 'DE', 'Bavaria'], 'EMEA', ['de-DE', '+49 89 555'], 14),
  office('BER', 'Berlin', ['Germany', 'DE', 'Berlin'], 'EMEA', ['de-DE', '+49 30 555'], 8),
  office('HAM', 'Hamburg', ['Germany', 'DE', 'Hamburg'], 'EMEA', ['de-DE', '+49 40 555'], 4),
  office('LON', 'London', ['United Kingdom', 'GB', 'England'], 'EMEA', ['en-GB', '+44 20 7946'], 9),
  office('MAN', 'Manchester', ['United Kingdom', 'GB', 'England'], 'EMEA', ['en-GB', '+44 161 496'], 4),
  office('PAR', 'Paris', ['France', 'FR', 'Île-de-France'], 'EMEA', ['fr-FR', '+33 1 99 00'], 5),
  office('LYS', 'Lyon', ['France', 'FR', 'Auvergne-Rhône-Alpes'], 'EMEA', ['fr-FR', '+33 4 65 71'], 3),
  office('AMS', 'Amsterdam', ['Netherlands', 'NL', 'North Holland'], 'EMEA', ['nl-NL', '+31 20 555'], 3),
  office('KRK', 'Kraków', ['Poland', 'PL', 'Lesser Poland'], 'EMEA', ['pl-PL', '+48 12 555'], 5),
  office('SEA', 'Seattle', ['United States', 'US', 'Washington'], 'Americas', ['en-US', '+1 206 555'], 10),
  office('AUS', 'Austin', ['United States', 'US', 'Texas'], 'Americas', ['en-US', '+1 512 555'], 6),
  office('BOS', 'Boston', ['United States', 'US', 'Massachusetts'], 'Americas', ['en-US', '+1 617 555'], 4),
  office('YYZ', 'Toronto', ['Canada', 'CA', 'Ontario'], 'Americas', ['en-CA', '+1 416 555'], 4),
  office('GRU', 'São Paulo', ['Brazil', 'BR', 'São Paulo'], 'Americas', ['pt-BR', '+55 11 5550'], 4),
  office('TYO', 'Tokyo', ['Japan', 'JP', 'Tokyo'], 'Asia Pacific', ['ja-JP', '+81 3 5550'], 4),
  office('OSA', 'Osaka', ['Japan', 'JP', 'Osaka'], 'Asia Pacific', ['ja-JP', '+81 6 5550'], 2),
  office('BLR', 'Bengaluru', ['India', 'IN', 'Karnataka'], 'Asia Pacific', ['en-IN', '+91 80 5550'], 7),
  office('PNQ', 'Pune', ['India', 'IN', 'Maharashtra'], 'Asia Pacific', ['en-IN', '+91 20 5550'], 3),
  office('SYD', 'Sydney', ['Australia', 'AU', 'New South Wales'], 'Asia Pacific', ['en-AU', '+61 2 5550'], 3),
  office('SIN', 'Singapore', ['Singapore', 'SG', 'Singapore'], 'Asia Pacific', ['en-SG', '+65 6555'], 3),
];

export const countries: readonly string[] = [...new Set(offices.map((at) => at.country))];

export interface Department {
  readonly name: string;
  readonly head: string;
  readonly manager: string;
  readonly titles: readonly string[];
  readonly weight: number;
  /** Works on the shop floor: a frontline licence, a phone rather than a laptop. */
  readonly frontline: boolean;
}

function department(name: string, weight: number, head: string, manager: string, titles: readonly string[], frontline = false): Department {
  return { name, weight, head, manager, titles, frontline };
}

export const departments: readonly Department[] = [
  department('Engineering', 24, 'Chief Technology Officer', 'Engineering Manager', [
    'Software Engineer',
    'Senior Software Engineer',
    'Site Reliability Engineer',
    'Test Engineer',
    'Data Engineer',
  ]),
  department('Sales', 15, 'Chief Revenue Officer', 'Sales Manager', [
    'Account Executive',
    'Sales Representative',
    'Sales Engineer',
    'Inside Sales Representative',
  ]),
  department('Marketing', 7, 'Chief Marketing Officer', 'Marketing Manager', [
    'Content Strategist',
    'Brand Designer',
    'Campaign Specialist',
  ]),
  department('Finance', 7, 'Chief Financial Officer', 'Finance Manager', ['Accountant', 'Financial Analyst', 'Payroll Specialist']),
  department('Human Resources', 5, 'Chief People Officer', 'People Manager', ['HR Business Partner', 'Recruiter', 'HR Generalist']),
  department('Legal', 3, 'General Counsel', 'Legal Manager', ['Corporate Counsel', 'Paralegal', 'Privacy Officer']),
  department('IT', 7, 'Chief Information Officer', 'IT Manager', [
    'Endpoint Engineer',
    'Network Engineer',
    'Support Specialist',
    'Security Analyst',
  ]),
  department(
    'Manufacturing',
    14,
    'Chief Operating Officer',
    'Plant Manager',
    ['Production Technician', 'Quality Inspector', 'Machine Operator'],
    true,
  ),
  department('Logistics', 8, 'Head of Logistics', 'Warehouse Manager', ['Warehouse Associate', 'Dispatcher', 'Forklift Operator'], true),
  department('Customer Support', 10, 'Head of Customer Support', 'Support Manager', [
    'Support Agent',
    'Senior Support Agent',
    'Escalation Engineer',
  ]),
];

export const givenNames: readonly string[] = (
  'Anna Lukas Sofia Jonas Emma Felix Mia Paul Lea Max Clara Moritz Olivia George Amelia Harry Isla Jack Grace Oliver Freya Thomas Camille ' +
  'Hugo Chloé Louis Manon Jules Inès Sanne Daan Lotte Bram Katarzyna Piotr Zofia Marek Agnieszka Emily Michael Ava James Charlotte William ' +
  'Abigail Ethan Madison Noah Harper Liam Beatriz Rafael Mariana Thiago Larissa Yuki Haruto Sakura Ren Aoi Kenji Priya Arjun Ananya Rohan ' +
  'Divya Vikram Neha Aditya Matilda Cooper Ruby Wei Mei Jia Hui Ming Fatima Omar Leila Yusuf Elena Marco Giulia Nikos Ingrid Henrik'
).split(' ');

export const surnames: readonly string[] = (
  'Müller Schmidt Weber Becker Hoffmann Wagner Krause Vogel Brandt Lehmann Smith Taylor Brown Wilson Evans Walker Wright Hughes Clarke Martin ' +
  'Bernard Dubois Moreau Laurent Girard Fournier Jansen Visser Bakker Mulder Kowalska Nowak Zielinski Lewandowski Johnson Williams Miller Davis ' +
  'Garcia Rodriguez Anderson Thompson Nguyen Campbell Tremblay Roy Silva Santos Oliveira Costa Pereira Tanaka Suzuki Watanabe Kobayashi Yamamoto ' +
  'Sharma Patel Iyer Reddy Kulkarni Menon Gupta Rao Kelly Murphy Tan Lim Wong Chen Lee Haddad Rossi Bianchi Papadopoulos Larsen Berg Novak Horvat'
).split(' ');
