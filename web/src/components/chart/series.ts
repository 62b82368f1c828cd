/** What a time chart shows, free of how it is drawn. */

/** One line or row of bars. */
export interface ChartSeries {
  readonly label: string
  /** Name of a custom property of the style sheets: `--primary`. */
  readonly colour: string
  /** Bars stand in front of those before them: each is a part of the one before. */
  readonly shape: 'bars' | 'line' | 'dashed'
  /** One for each time; null where there is none. */
  readonly values: readonly (number | null)[]
}

/** Series over the same times. */
export interface ChartContent {
  /** Epoch milliseconds, ascending. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly series: readonly ChartSeries[]
  readonly format: (value: number) => string
}
