/** Reads values of unknown type by key and gathers what is wrong with them. */

/** What is wrong with a rule: at which of its keys, what was expected and what was found. */
export interface RuleProblem {
  /** Empty when it is the rule as a whole. */
  readonly key: string
  readonly message: string
}

/** A rule as it came, and the problems found so far. */
export interface RuleInput {
  readonly problems: RuleProblem[]
  readonly keys: readonly string[]
  has(key: string): boolean
  problem(key: string, message: string): void
  /** A text; a problem and undefined when it is something else. */
  text(key: string): string | undefined
  /** A text that must be there, maybe empty; a problem and `''` when it is not. */
  required(key: string): string
  /** A text that must be there, or a list of texts as one. */
  joined(key: string): string
  /** A text, a number, or a list of them. */
  list(key: string): readonly string[] | undefined
  /** A number, or a text of a number and one of the units, each with its factor. */
  number(
    key: string,
    expected: string,
    form: RegExp,
    units: Readonly<Record<string, number>>,
  ): number | undefined
}

/** Begins to read. */
export function readInput(input: Readonly<Record<string, unknown>>): RuleInput {
  const problems: RuleProblem[] = []
  const has = (key: string) => Object.hasOwn(input, key) && input[key] !== undefined
  const problem = (key: string, message: string) => {
    problems.push({ key, message })
  }
  const unexpected = (key: string, expected: string) => {
    problem(key, `expected ${expected}, got ${showInput(input[key])}`)
  }
  const text = (key: string): string | undefined => {
    if (!has(key)) return undefined
    const value = input[key]
    if (typeof value === 'string') return value
    unexpected(key, 'a text')
    return undefined
  }
  const required = (key: string): string => {
    if (!has(key)) problem(key, 'expected a text, got none')
    return text(key) ?? ''
  }
  const list = (key: string): readonly string[] | undefined => {
    if (!has(key)) return undefined
    const value = input[key]
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    const texts = values.map((each) => (typeof each === 'number' ? String(each) : each))
    if (texts.length > 0 && texts.every((each) => typeof each === 'string' && each !== '')) {
      return texts as readonly string[]
    }
    unexpected(key, 'a text or a list of texts')
    return undefined
  }
  return {
    problems,
    keys: Object.keys(input),
    has,
    problem,
    text,
    required,
    list,
    joined: (key) => (Array.isArray(input[key]) ? (list(key) ?? []).join(', ') : required(key)),
    number(key, expected, form, units) {
      if (!has(key)) return undefined
      const value = input[key]
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
      const [, number = '', unit = ''] = (typeof value === 'string' && form.exec(value)) || []
      const factor = units[unit]
      if (number !== '' && factor !== undefined) return Number(number) * factor
      unexpected(key, expected)
      return undefined
    },
  }
}

/** A value in a message, shortened. */
export function showInput(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) return typeof value
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
