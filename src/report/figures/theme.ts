/** Colours of a figure. Any CSS colour; {@link pageTheme} leaves them to the page. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  /** What lies behind the marks. */
  readonly paper: string;
  readonly rule: string;
  /** Of what stands behind for comparison. */
  readonly context: string;
  /** Of the figure's series, in order. */
  readonly series: readonly string[];
  /** The strong end of a scale of one colour, and of text upon it. */
  readonly deep: string;
  readonly onDeep: string;
  readonly background: string | null;
  readonly font: string;
}

/** Blue, vermillion and bluish green: told apart with every colour vision. Source: Okabe and Ito 2008. */
export const paperTheme: Theme = {
  text: '#1a1a1a',
  muted: '#595959',
  paper: '#ffffff',
  rule: '#d9d9d9',
  context: '#b3b3b3',
  series: ['#0072b2', '#d55e00', '#009e73'],
  deep: '#002b54',
  onDeep: '#ffffff',
  background: '#ffffff',
  font: 'Inter, Helvetica, Arial, sans-serif',
};

/** For figures inside of the report, whose style sheet has the colours for light and dark. */
export const pageTheme: Theme = {
  text: 'var(--text)',
  muted: 'var(--muted)',
  paper: 'var(--paper)',
  rule: 'var(--rule)',
  context: 'var(--context)',
  series: ['var(--series-1)', 'var(--series-2)', 'var(--series-3)'],
  deep: 'var(--deep)',
  onDeep: 'var(--on-deep)',
  background: null,
  font: 'inherit',
};
