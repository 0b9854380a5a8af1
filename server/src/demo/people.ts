import { fixedId } from './ids';
import type { ProjectSlug } from './organisation';

export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly username: string;
  readonly authMethod: string;
  readonly timeZone: string;
  readonly ip: string;
  readonly browser: string;
  /** the first is where most of the work happens */
  readonly projects: readonly ProjectSlug[];
  /** what a usual working day holds */
  readonly looksPerDay: number;
  readonly cliRunsPerDay: number;
  readonly changesPerDay: number;
  readonly mayReadProduction: boolean;
  readonly readsAuditLogs: boolean;
  /** the person left the company; nothing is read afterwards */
  readonly leftDaysAgo: number | undefined;
  /** until then Infisical noted no auth method for this person's sessions */
  readonly authMethodSinceDaysAgo: number | undefined;
}

const browsers = {
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36',
  linux: 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Edg/131.0.0.0',
};

const london = 'Europe/London';
const berlin = 'Europe/Berlin';
const lisbon = 'Europe/Lisbon';
const warsaw = 'Europe/Warsaw';

// 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 are reserved for documentation: nobody's address.
const londonOffice = '203.0.113.10';
const berlinOffice = '203.0.113.40';

export const people: readonly Person[] = [
  person('amelia.finch', ['payments', 'storefront'], 'okta-saml', {
    looksPerDay: 3,
    readsAuditLogs: true,
    mayReadProduction: true,
  }),
  person('jonas.weber', ['payments'], 'okta-saml', {
    timeZone: berlin,
    ip: berlinOffice,
    looksPerDay: 5,
    cliRunsPerDay: 9,
    changesPerDay: 0.8,
    mayReadProduction: true,
  }),
  person('priya.raman', ['payments', 'data-platform'], 'okta-saml', {
    looksPerDay: 4,
    cliRunsPerDay: 8,
    changesPerDay: 0.6,
    authMethodSinceDaysAgo: 28,
  }),
  person('oliver.haddon', ['storefront'], 'google', {
    looksPerDay: 5,
    cliRunsPerDay: 11,
    changesPerDay: 0.7,
    browser: browsers.linux,
  }),
  person('marta.nowak', ['storefront', 'payments'], 'google', {
    timeZone: warsaw,
    ip: '198.51.100.23',
    looksPerDay: 4,
    cliRunsPerDay: 10,
    changesPerDay: 0.6,
    browser: browsers.linux,
  }),
  person('tiago.almeida', ['storefront'], 'google', {
    timeZone: lisbon,
    ip: '198.51.100.67',
    looksPerDay: 3,
    cliRunsPerDay: 9,
    changesPerDay: 0.4,
  }),
  person('hannah.krueger', ['data-platform'], 'okta-saml', {
    timeZone: berlin,
    ip: berlinOffice,
    looksPerDay: 4,
    cliRunsPerDay: 7,
    changesPerDay: 0.5,
    mayReadProduction: true,
  }),
  person('samuel.osei', ['data-platform'], 'email', {
    looksPerDay: 3,
    cliRunsPerDay: 6,
    changesPerDay: 0.3,
    authMethodSinceDaysAgo: 27,
  }),
  person(
    'ingrid.solberg',
    ['infrastructure', 'payments', 'storefront', 'data-platform'],
    'okta-saml',
    {
      timeZone: berlin,
      ip: berlinOffice,
      looksPerDay: 8,
      cliRunsPerDay: 5,
      changesPerDay: 1.4,
      mayReadProduction: true,
      browser: browsers.linux,
    },
  ),
  person('callum.reid', ['infrastructure', 'storefront'], 'okta-saml', {
    looksPerDay: 7,
    cliRunsPerDay: 5,
    changesPerDay: 1.1,
    mayReadProduction: true,
  }),
  person('noor.rahman', ['infrastructure', 'payments'], 'okta-saml', {
    looksPerDay: 4,
    readsAuditLogs: true,
    mayReadProduction: true,
  }),
  person('beatrix.lange', ['payments'], 'email', {
    timeZone: berlin,
    ip: berlinOffice,
    looksPerDay: 1.5,
    browser: browsers.windows,
  }),
  person('freya.donnelly', ['storefront'], 'google', {
    looksPerDay: 2,
    cliRunsPerDay: 6,
    changesPerDay: 0.2,
  }),
  // Leaves 18 days ago: whatever was read before then and not rotated since is still known to him.
  person('tom.barlow', ['payments', 'infrastructure'], 'email', {
    looksPerDay: 6,
    cliRunsPerDay: 6,
    changesPerDay: 0.5,
    mayReadProduction: true,
    leftDaysAgo: 18,
  }),
];

type Habits = Partial<Omit<Person, 'userId' | 'email' | 'username' | 'projects' | 'authMethod'>>;

function person(
  name: string,
  projects: readonly ProjectSlug[],
  authMethod: string,
  habits: Habits,
): Person {
  const email = `${name}@harbour-finch.example`;
  return {
    userId: fixedId(`user/${name}`),
    email,
    username: email,
    authMethod,
    projects,
    timeZone: london,
    ip: londonOffice,
    browser: browsers.mac,
    looksPerDay: 1,
    cliRunsPerDay: 0,
    changesPerDay: 0,
    mayReadProduction: false,
    readsAuditLogs: false,
    leftDaysAgo: undefined,
    authMethodSinceDaysAgo: undefined,
    ...habits,
  };
}
