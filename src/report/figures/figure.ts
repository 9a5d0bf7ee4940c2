import type { TopLevelSpec } from 'vega-lite';
import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { SearchRecord } from '../../runner/store/search-file.js';
import type { Theme } from './theme.js';

/** Marks on top of one another, as Vega-Lite writes them. */
export type Layers = Extract<TopLevelSpec, { readonly layer: unknown }>['layer'];

/** One chart. Names and numbers are in its `data`, never in an expression. */
export interface Panel {
  readonly title: string;
  /** What the chart shows, in words and numbers, for readers who do not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly layers: Layers;
  /** Those of the figure's keys that occur in it; all without. */
  readonly keys?: readonly SeriesKey[];
}

/** A line, bar or point of its own colour; a ring is muted: what it stands for says little. */
export interface SeriesKey {
  readonly label: string;
  readonly shape: 'line' | 'dashes' | 'bar' | 'circle' | 'diamond' | 'ring';
}

export interface FigureOptions {
  readonly theme: Theme;
  /** Width of a panel in pixels. */
  readonly width: number;
  /** Name of the arm that others are compared with. */
  readonly control?: string;
  /** What the folder's searches have found. */
  readonly searches?: readonly SearchRecord[];
}

/** A chart of results, or several of one kind. */
export interface Figure {
  /** In kebab-case, as `prep-lab plot` takes it. */
  readonly name: string;
  readonly title: string;
  /** What the marks mean. */
  readonly caption: string;
  /** `rows`: an arm a row in one chart. `panels`: a chart an arm. */
  readonly layout: 'rows' | 'panels';
  readonly keys: readonly SeriesKey[];
  /** Returns no panel where the results lack what the figure shows. */
  create(arms: readonly TrainedArm[], options: FigureOptions): readonly Panel[];
}
