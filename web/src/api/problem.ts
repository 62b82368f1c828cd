/** What went wrong between this page and the console, in words for people. */

/** Why the API gave no answer, in words for people. */
export class ApiError extends Error {
  /** The HTTP status; absent when nothing answered. */
  readonly status: number | undefined
  /** What the console calls this request in its log; absent when it gave no answer of its own. */
  readonly requestId: string | undefined

  constructor(
    message: string,
    status?: number,
    options: ErrorOptions & { readonly requestId?: string | undefined } = {},
  ) {
    super(message, options)
    this.name = 'ApiError'
    this.status = status
    this.requestId = options.requestId
  }
}

/** The problem document of an answer that is no success. */
export async function problemOf(response: Response): Promise<ApiError> {
  const { status } = response
  const requestId = response.headers.get('x-request-id') ?? undefined
  const detail = await detailOf(response)
  return new ApiError(wordsOf(status, detail, response), status, { requestId })
}

function wordsOf(status: number, detail: string | undefined, response: Response): string {
  switch (status) {
    case 401:
      return 'Your session has ended. Sign in to go on.'
    case 403:
      return detail ?? 'Your role does not allow this.'
    case 503: {
      const seconds = Number(response.headers.get('retry-after') ?? NaN)
      const when = Number.isFinite(seconds) ? ` Try again in ${String(seconds)} s.` : ''
      return `${detail ?? 'The recorder is not taking commands at the moment.'}${when}`
    }
    default:
      return detail ?? `The console answered ${String(status)} ${response.statusText}.`
  }
}

async function detailOf(response: Response): Promise<string | undefined> {
  try {
    const problem: unknown = await response.json()
    const text = (name: string) =>
      typeof problem === 'object' && problem !== null && name in problem
        ? String((problem as Record<string, unknown>)[name])
        : undefined
    return text('detail') ?? text('title')
  } catch {
    return undefined
  }
}
