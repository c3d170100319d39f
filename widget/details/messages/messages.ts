import type { HelpStage } from '../../events.ts'

/** Texts that are needed only once a request is waiting or has ended. */
export interface DetailsMessages {
  readonly help: Readonly<Record<HelpStage, string>>
  readonly openApp: string
  readonly sendAgain: string
  readonly changeNumber: string
  readonly paidWith: string
  readonly time: string
  readonly supportCode: string
  readonly copy: string
  readonly copied: string
  readonly remember: string
  readonly forget: string
}
