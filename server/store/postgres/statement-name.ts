import { isCompiled } from '../compiled.ts'

const names = new Map<string, string>()

/**
 * The name under which a connection keeps a statement that runs again and again, so that it is parsed once; undefined: it keeps
 * none.
 *
 * [postgresql] "cached plan must not change result type": what selects all columns, whatever they are, would fail from the moment
 * at which a newer version adds one.
 */
export function nameOf(statement: string): string | undefined {
  const known = names.get(statement)
  if (known !== undefined || !isCompiled(statement) || statement.includes('*')) return known
  const name = `statement_${names.size + 1}`
  names.set(statement, name)
  return name
}
