import type { Catalogue, FilterDescription, InsightDescription } from '../contract';
import { Failure } from '../failure';
import type { EventField, EventFieldKey } from '../store/relations/event-fields';
import { accessBreakdown } from './access-breakdown';
import { accessLog } from './access-log';
import { accessTotals } from './access-totals';
import { accessVolume } from './access-volume';
import { actorSecrets } from './actor-secrets';
import { authMethods } from './auth-methods';
import { calendar } from './calendar';
import { metadataFilter } from './access-filters';
import { describeColumns } from './columns';
import { collectors } from './collectors';
import { coverage } from './coverage';
import { duplicateSecrets } from './duplicate-secrets';
import type { Insight } from './define';
import { eventCounts } from './event-counts';
import { eventVolume } from './event-volume';
import { events } from './events';
import { failedRotations } from './failed-rotations';
import { failedSyncs } from './failed-syncs';
import { inventoryCounts } from './inventory-counts';
import { newSecrets } from './new-secrets';
import { orphanedLeases } from './orphaned-leases';
import { overdueReminders } from './overdue-reminders';
import { overdueRotations } from './overdue-rotations';
import { describeParams } from './params';
import { metadataOperators } from './parse';
import { projectRanking } from './project-ranking';
import { reportFiles } from './report-files';
import { reportRuns } from './report-runs';
import { reportSchedules } from './report-schedules';
import { rotationFailures } from './rotation-failures';
import { rotationRuns } from './rotation-runs';
import { secretReaders } from './secret-readers';
import { selfAudit } from './self-audit';
import { staleSecrets } from './stale-secrets';
import { staleShare } from './stale-share';
import { summary } from './summary';
import { topActors } from './top-actors';
import { topSecrets } from './top-secrets';
import { upcomingRotations } from './upcoming-rotations';
import { upcomingReminders } from './upcoming-reminders';
import { accountRollup } from './account-rollup';
import { actions } from './actions';
import { certificatesByRisk } from './certificates-by-risk';
import { clientUsage } from './client-usage';
import { clientsByAuthMethod } from './clients-by-auth-method';
import { exceededClients } from './exceeded-clients';
import { passwordManager } from './password-manager';
import { secretsByType } from './secrets-by-type';
import { topUsers } from './top-users';
import { usageGrowth } from './usage-growth';
import { usageHistory } from './usage-history';
import { usageLimits } from './usage-limits';
import { usageSnapshots } from './usage-snapshots';
import { usageTotals } from './usage-totals';
import { validationViolations } from './validation-violations';

/** Every insight there is. A new one is its file, its test and its line here. */
export const insights: readonly Insight[] = [
  accessVolume,
  topActors,
  authMethods,
  accessTotals,
  accessBreakdown,
  topSecrets,
  secretReaders,
  rotationFailures,
  rotationRuns,
  coverage,
  collectors,
  summary,
  upcomingRotations,
  failedRotations,
  upcomingReminders,
  overdueReminders,
  overdueRotations,
  staleSecrets,
  staleShare,
  duplicateSecrets,
  validationViolations,
  calendar,
  inventoryCounts,
  newSecrets,
  projectRanking,
  failedSyncs,
  orphanedLeases,
  events,
  eventVolume,
  eventCounts,
  actorSecrets,
  selfAudit,
  accessLog,
  reportRuns,
  reportFiles,
  reportSchedules,
  usageTotals,
  topUsers,
  actions,
  clientsByAuthMethod,
  secretsByType,
  clientUsage,
  exceededClients,
  usageHistory,
  certificatesByRisk,
  passwordManager,
  accountRollup,
  usageLimits,
  usageGrowth,
  usageSnapshots,
];

/** @throws Failure `unknown` that lists the ids there are. */
export function findInsight(id: string): Insight {
  const insight = insights.find((each) => each.id === id);
  if (!insight) {
    throw new Failure(
      'unknown',
      `There is no insight '${id}'. There are: ${insights.map((each) => each.id).join(', ')}.`,
      {
        field: 'insight',
      },
    );
  }
  return insight;
}

/** Default values of an insight's parameters, for describing what it answers when nothing is chosen. */
export const defaultParams = (insight: Insight): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(insight.params).map(([key, param]) => [key, param.schema.parse(undefined)]),
  );

export function describeInsight(
  insight: Insight,
  fields: Record<EventFieldKey, EventField>,
): InsightDescription {
  return {
    id: insight.id,
    version: insight.version,
    title: insight.title,
    about: insight.about,
    shape: insight.shape,
    needs: insight.needs,
    default_window: insight.defaultWindow.words,
    params: describeParams(insight.params),
    filters: insight.filters.map((field) => describeFilter(field, fields)),
    columns: describeColumns(insight.columns(defaultParams(insight))),
  };
}

export const describeCatalogue = (
  version: string,
  fields: Record<EventFieldKey, EventField>,
): Catalogue => ({
  version,
  insights: insights.map((insight) => describeInsight(insight, fields)),
});

function describeFilter(key: string, fields: Record<EventFieldKey, EventField>): FilterDescription {
  if (key === 'text') {
    return {
      field: 'text',
      title: 'Text',
      description:
        "Text anywhere in the event's metadata, upper and lower case alike; needs the right 'audit'",
      ops: ['contains', 'not-contains'],
      completes: false,
    };
  }
  if (key === metadataFilter) {
    return {
      field: metadataFilter,
      title: 'Metadata',
      description:
        "Any member of the event's metadata, such as metadata.rotationId; needs the right 'audit'",
      ops: [...metadataOperators],
      completes: false,
    };
  }
  const field = Object.values(fields).find((each) => each.key === key);
  if (!field) throw new Error(`an insight names the filter '${key}', which is not a field`);
  return {
    field: field.key,
    title: field.title,
    description: field.description,
    ops: [...field.ops],
    completes: field.completes,
  };
}
