/** CSV (RFC 4180, UTF-8) that is safe to open in a spreadsheet. */

import { stringify } from 'csv-stringify/sync'
import type { ExportRow } from './export-columns.ts'

/** The header line. */
export function csvHeader(keys: readonly string[]): string {
  return lines([keys.map(snakeCase)])
}

/** One line for each row, cells in the order of `keys`. */
export function csvLines(keys: readonly string[], rows: readonly ExportRow[]): string {
  return lines(rows.map((row) => keys.map((key) => cell(key, row[key]))))
}

function lines(records: (string | number | undefined)[][]): string {
  // A lone CR or LF inside a cell ends the line for most readers, though it is not our line end.
  return stringify(records, { record_delimiter: 'windows', quote_record_delimiter: true })
}

function cell(key: string, value: string | number | undefined): string | number | undefined {
  if (typeof value !== 'string') return value
  // JSON text never looks like a formula, except that a negative number begins like one.
  if (key.endsWith('Value') && JSON_NUMBER.test(value)) return value
  return FORMULA.test(value) ? `'${value}` : value
}

const JSON_NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

/** What spreadsheets take for the beginning of a formula, full-width twins included. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
