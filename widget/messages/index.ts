import { isFinal, type Snapshot } from '../../server/protocol/index.ts'
import { en } from './en.ts'
import { is } from './is.ts'
import type { CommonMessages, Headline } from './messages.ts'

export const locales = { is, en }

/** The text for an error code. A newer backend may send codes that have no text here. */
export const errorText = (code: string, { errors }: CommonMessages): string =>
  own(errors, code) ?? errors.internal_error

const own = (texts: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(texts, code) ? texts[code] : undefined

/**
 * The messages with the page's own instead of some of them. What is of another kind than ours is no text that could stand in
 * its place.
 */
export function withOverrides<T>(ours: T, theirs: unknown): T {
  // Those of a file that is not loaded yet are unknown here.
  if (theirs === null || typeof theirs !== typeof (ours ?? theirs)) return ours
  if (typeof ours !== 'object') return theirs as T
  const merged = Object.assign(Array.isArray(ours) ? [] : {}, ours) as Record<string, unknown>
  for (const [name, value] of Object.entries(theirs as object))
    merged[name] = withOverrides(merged[name], value)
  return merged as T
}

/** The heading and text for a snapshot, shown on screen and announced by the live region. */
export function headlineFor(snapshot: Snapshot, messages: CommonMessages): Headline {
  const { status, lastAttempt: last, cancelRequested, uncertain, reference } = snapshot
  if (!isFinal(status)) {
    if (cancelRequested) return messages.canceling
    if (uncertain) return messages.uncertain
    if (status === 'open' && last) {
      return [messages.outcome[last.outcome], own(messages.errors, last.reason) ?? '']
    }
  }
  const [title, text] = messages.status[status]
  return [title, status === 'review' ? `${text} ${reference}.` : text]
}
