/**
 * Names that people's bookmarks, alert rules and links hold on to. Panel ids are given by hand and
 * never reused, because a number counted from the order would move when a panel is inserted; each
 * dashboard counts its own.
 */
export const pluginId = 'secret-insights-datasource';
export const provisionedDataSourceUid = 'secret-insights';
export const folderTitle = 'Secret Insights';
export const contactPointName = 'Secret Insights';
/** The tag that every dashboard carries and that their links to each other find them by. */
export const tag = 'secret-insights';

export const dashboardUids = {
  access: 'secret-insights-access',
  auditLogs: 'secret-insights-audit-logs',
  actor: 'secret-insights-actor',
  secret: 'secret-insights-secret',
  auditReports: 'secret-insights-audit-reports',
  overview: 'secret-insights-overview',
  rotations: 'secret-insights-rotations',
  staleSecrets: 'secret-insights-stale-secrets',
  organisation: 'secret-insights-organisation',
  usageReport: 'secret-insights-usage-report',
  clientsAndLimits: 'secret-insights-clients-and-limits',
  passwordManager: 'secret-insights-password-manager',
} as const;

/** Of "Secret access", whose panels alert rules point at. */
export const panelIds = {
  totals: 1,
  accessVolume: 2,
  topActors: 3,
  authMethodShares: 4,
  authMethodTable: 5,
  aboutUnknown: 6,
  readsByEnvironment: 7,
  readsByClientType: 8,
  rotationsRow: 9,
  rotationFailures: 10,
  coverageRow: 11,
  coverage: 12,
  topSecrets: 13,
} as const;

/** Of "Clients and limits", whose panels alert rules point at. */
export const usagePanelIds = { limits: 1, growth: 2, exceeded: 3, snapshots: 4 } as const;

/** Of the dashboards about posture: the panels that alert rules and links point at. */
export const posturePanelIds = {
  overdueRotations: 1,
  failedRotations: 2,
  upcomingRotations: 3,
  overdueReminders: 4,
  upcomingReminders: 5,
  staleShare: 2,
  collectors: 8,
} as const;

/**
 * How far back rotations are looked at, by the panel and by its alert rule alike, so that an alert
 * always finds its row. Infisical retries a failed rotation every day; most rotate every 30 days.
 */
export const rotationHorizonDays = 40;
