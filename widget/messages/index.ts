import { isFinal, type Snapshot } from '../../server/protocol/index.ts'
import { en } from './en.ts'
import { is } from './is.ts'
import type { CommonMessages, Headline } from './messages.ts'

export const locales = { is, en }

/** The sentence for a code; a newer backend may send one that has none here. */
export const errorText = (code: string, { errors }: CommonMessages): string =>
  errors[Object.hasOwn(errors, code) ? (code as keyof typeof errors) : 'internal_error']

/** What a snapshot says, in a heading and a sentence; the screen shows it and the live region speaks it. */
export function headlineFor(snapshot: Snapshot, messages: CommonMessages): Headline {
  const { status, lastAttempt: last, cancelRequested, uncertain, reference } = snapshot
  if (!isFinal(status)) {
    if (cancelRequested) return messages.canceling
    if (uncertain) return messages.uncertain
    if (status === 'open' && last) {
      return [messages.outcome[last.outcome], errorText(last.reason, messages)]
    }
  }
  const [title, text] = messages.status[status]
  return [title, status === 'review' ? `${text} ${reference}.` : text]
}
