/** As `expect` would say it, where there is no test runner. */
export function demand(isSo: boolean, what: string, about?: unknown): void {
  if (!isSo) throw new Error(about === undefined ? what : `${what}: ${JSON.stringify(about)}`)
}

/** That a value holds what another one does, as deep as that goes. */
export function demandMatch(value: unknown, shape: object): void {
  demand(holds(value, shape), `does not match ${JSON.stringify(shape)}`, value)
}

function holds(value: unknown, shape: unknown): boolean {
  if (typeof shape !== 'object' || shape === null) return Object.is(value, shape)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(shape).every(([name, inner]) =>
    holds((value as Readonly<Record<string, unknown>>)[name], inner),
  )
}
