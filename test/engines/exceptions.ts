import type { EngineName } from './engines.ts'

/** What an engine lacks, so that a test cannot pass in it. A test that passes anyway must leave this list. */
export interface Exception {
  readonly engine: EngineName
  readonly file: string
  /** How the title begins, with those of the groups before it; empty for all of the file. */
  readonly test: string
  readonly reason: string
}

const reading = 'test/widget/reading.test.ts'
const noTree = 'the accessibility tree is read by the DevTools protocol, which only Chromium speaks'

const attention = 'test/widget/attention.test.ts'
const lessMotion =
  'in a page that was touched the device does not vibrate for a person who wants less motion'
const noPreference = 'only the DevTools protocol can say that a person wants less motion'

const details = 'test/widget/details.test.ts'
const onPaper =
  'an outcome an outcome is printed in dark letters with its sign and the logo, and without buttons of no use on paper'
const noPrinter = 'only the DevTools protocol can show a page as it is printed'

export const exceptions: readonly Exception[] = (['firefox', 'webkit'] as const).flatMap(
  (engine) => [
    { engine, file: reading, test: '', reason: noTree },
    { engine, file: attention, test: lessMotion, reason: noPreference },
    { engine, file: details, test: onPaper, reason: noPrinter },
  ],
)
