import type { Who } from './visit.ts';

/** A page that stands in the row at the top. Its word is `nav.<key>`. */
export interface Tab {
  readonly key: string;
  readonly icon: string;
  readonly path: string;
}

const accountTabs: readonly Tab[] = [
  { key: 'restore', icon: 'history', path: '/restore' },
  { key: 'activity', icon: 'activity', path: '/activity' },
  { key: 'downloads', icon: 'download', path: '/downloads' },
  { key: 'schedule', icon: 'calendar-days', path: '/schedule' },
];

/** Staff downloads nothing. */
const staffTabs = accountTabs.filter(({ key }) => key !== 'downloads');

/** One line for each page of the administrator that exists. */
const hostTabs: readonly Tab[] = [
  { key: 'overview', icon: 'layout-dashboard', path: '/host' },
  { key: 'accounts', icon: 'users', path: '/host/accounts' },
  { key: 'copies', icon: 'layers', path: '/host/copies' },
  { key: 'drills', icon: 'flask-conical', path: '/host/drills' },
  { key: 'reports', icon: 'file-text', path: '/host/report' },
];

/** The first is where one is after signing in. */
export function tabsOf({ role }: Who): readonly Tab[] {
  return { account: accountTabs, staff: staffTabs, admin: hostTabs }[role];
}
