import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { tag } from './ids';

interface Head {
  uid: string;
  title: string;
  description: string;
  /** Whole days back, today among them; figures are cut in UTC days, so the dashboards open in UTC. */
  days: number;
  refresh?: string;
}

/** What all dashboards have in common: UTC, the tag, and a menu of the others that keeps range and variables. */
export const dashboard = ({ uid, title, description, days, refresh = '5m' }: Head) =>
  new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .timezone('utc')
    .time({ from: `now-${days - 1}d/d`, to: 'now' })
    .refresh(refresh)
    .tooltip(DashboardCursorSync.Off)
    .editable()
    .links([
      new DashboardLinkBuilder('Secret Insights')
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    ]);

export const row = (id: number, title: string, y: number) =>
  new RowBuilder(title).id(id).gridPos({ x: 0, y, w: 24, h: 1 });

export type Place = { x: number; y: number; w: number; h: number };
