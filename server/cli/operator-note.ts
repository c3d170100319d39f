import type { OperatorNote } from '../core/checkout.ts'
import { UsageError } from './command.ts'

/** Of a command that closes something by hand. */
export const noteOptions = { by: { type: 'string' }, note: { type: 'string' } } as const

/** Who closes it and what that person found, as the options say. */
export const noteOf = (
  command: string,
  { by, note }: { readonly by?: string | undefined; readonly note?: string | undefined },
): OperatorNote => ({ by: text(command, 'by', by), note: text(command, 'note', note) })

function text(command: string, option: string, value = ''): string {
  const trimmed = value.trim()
  if (trimmed === '' || trimmed.length > 500)
    throw new UsageError(`${command} requires --${option} with a text of at most 500 characters.`)
  return trimmed
}
