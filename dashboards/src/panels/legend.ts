import {
  LegendDisplayMode,
  LegendPlacement,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';

/** Names of series below the panel, or none where there is only one. */
export const legend = (isShown: boolean) =>
  new VizLegendOptionsBuilder()
    .showLegend(isShown)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([]);
