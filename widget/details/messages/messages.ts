import type { HelpStage } from '../../events.ts'

/** Texts that are needed only once a request is waiting or has ended. */
export interface DetailsMessages {
  readonly help: Readonly<Record<HelpStage, string>>
  readonly openApp: string
  readonly sendAgain: string
  readonly changeNumber: string
  readonly paidWith: string
  readonly time: string
  /** Where a time is not written `20.11.2026 12:00`, a time of day being given as it is written in every language. */
  readonly formatTime?: (date: Date, timeOfDay: string) => string
  readonly supportCode: string
  readonly copy: string
  readonly copied: string
  readonly remember: string
  readonly forget: string
}
