import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BarGaugeValueMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
  VizTextDisplayOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';

/** One bar below the other, a row each, its name on the left and its number on the right. */
export const bars = (most: number) =>
  new BarGauge()
    .reduceOptions(new ReduceDataOptionsBuilder().calcs([]).values(true).limit(most))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Left)
    .sizing(BarGaugeSizing.Manual)
    .minVizHeight(18)
    .maxVizHeight(28)
    .showUnfilled(true)
    .text(new VizTextDisplayOptionsBuilder().titleSize(12).valueSize(14));
