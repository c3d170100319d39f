import { isFinal, type Snapshot } from '../../server/protocol/index.ts'
import { en } from './en.ts'
import { is } from './is.ts'
import type { CommonMessages, Headline } from './messages.ts'

export const locales = { is, en }

/** The text for an error code or reason. A newer backend may send codes that have no text here. */
export const errorText = (code: string, { errors }: CommonMessages): string =>
  errors[Object.hasOwn(errors, code) ? (code as keyof typeof errors) : 'internal_error']

/** The heading and text for a snapshot, shown on screen and announced by the live region. */
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
