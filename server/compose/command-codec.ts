import type { Command, CommandAnswer } from '../core/commands.ts'
import { CheckoutError } from '../core/errors.ts'
import type { ProblemDetails } from '../core/errors.ts'
import type { ProblemCode } from '../protocol/index.ts'

/** Headers and bytes are no JSON. */
type Callback = Extract<Command, { readonly type: 'callback' }>
type SentCallback = Omit<Callback, 'callback'> & {
  readonly headers: readonly [string, string][]
  readonly body: string
}

/** A command as text. */
export function encodeCommand(command: Command): string {
  if (command.type !== 'callback') return JSON.stringify(command)
  const { callback, ...rest } = command
  const body = Buffer.from(callback.body).toString('base64')
  return JSON.stringify({ ...rest, headers: [...callback.headers], body } satisfies SentCallback)
}

export function decodeCommand(text: string): Command {
  const command = JSON.parse(text) as Exclude<Command, Callback> | SentCallback
  if (command.type !== 'callback') return command
  const { headers, body, ...rest } = command
  return {
    ...rest,
    callback: { headers: new Headers([...headers]), body: Buffer.from(body, 'base64') },
  }
}

interface SentError {
  readonly code: ProblemCode
  readonly details: ProblemDetails
}

export const encodeAnswer = (answer: CommandAnswer): string => JSON.stringify({ answer })

export const encodeError = ({ code, details }: CheckoutError): string =>
  JSON.stringify({ error: { code, details } satisfies SentError })

/** @throws CheckoutError where the command was refused */
export function decodeAnswer(text: string): CommandAnswer {
  const sent = JSON.parse(text) as
    { readonly answer: CommandAnswer } | { readonly error: SentError }
  if (!('error' in sent)) return sent.answer
  const { code, details } = sent.error
  throw new CheckoutError(code, details)
}
