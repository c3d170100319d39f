import { maxOpenFiles } from '../harness/machine.ts'
import type { Line } from '../harness/report.ts'
import { measure } from './measure.ts'
import type { Found, StreamsPlan } from './measure.ts'

/** Open files that are no streams. */
const spare = 100

/** Many open event streams: the cost of each stream, and of each event. */
export async function streams(
  plan: StreamsPlan,
  runs: number,
  note: (text: string) => void,
): Promise<readonly Line[]> {
  const steps = plan.steps.filter((step) => step <= maxOpenFiles() - spare)
  if (steps.length < plan.steps.length)
    note(`only ${maxOpenFiles()} open files are allowed here (ulimit -n): larger steps left out`)

  const found: Record<'ours' | 'baseline', (readonly Found[])[]> = { ours: [], baseline: [] }
  for (let run = 1; run <= runs; run++) {
    for (const side of ['baseline', 'ours'] as const) {
      note(`streams: ${side}, run ${run} of ${runs}`)
      found[side].push(await measure(side, { ...plan, steps }))
    }
  }

  const both = (pick: (founds: readonly Found[]) => number) => ({
    ours: found.ours.map(pick),
    baseline: found.baseline.map(pick),
  })
  const size = both((founds) => founds[0]?.bytesPerEvent ?? NaN)
  const [ours, baseline] = [size.ours, size.baseline].map((sizes) => Math.round(sizes[0] ?? NaN))
  note(`bytes of an event as sent: ours ${ours ?? '?'}, baseline ${baseline ?? '?'}`)

  const from = steps[0] ?? 0
  const to = steps.at(-1) ?? 0
  const slope = (pick: (found: Found) => number) =>
    both((founds) => {
      const [first, last] = [founds[0], founds.at(-1)]
      return first && last ? (pick(last) - pick(first)) / (to - from) / 1024 : NaN
    })
  const between = `${short(from)} → ${short(to)} streams`
  return [
    {
      what: `Memory of an open stream (RSS, ${between})`,
      unit: 'KB',
      ...slope((one) => one.rss),
      goal: { ratioAtMost: 1.15 },
    },
    { what: 'The same, live objects only', unit: 'KB', ...slope((one) => one.live) },
    ...steps.flatMap((step): Line[] => {
      const at = (pick: (found: Found) => number) =>
        both((founds) => founds.filter((one) => one.streams === step).map(pick)[0] ?? NaN)
      const open = `${short(step)} streams:`
      return [
        {
          what: `${open} processor time of an event`,
          unit: 'µs',
          ...at((one) => one.cpuPerUnicast),
          goal: { ratioAtMost: 1.2 },
        },
        {
          what: `${open} the same, an event to all in one go`,
          unit: 'µs',
          ...at((one) => one.cpuPerBurst),
        },
        {
          what: `${open} new streams`,
          unit: '1/s',
          ...at((one) => one.perSecond),
          goal: { ratioAtLeast: 0.75 },
        },
        {
          what: `${open} processor time of a new stream`,
          unit: 'µs',
          ...at((one) => one.cpuPerConnect),
        },
      ]
    }),
  ]
}

const short = (count: number) => count.toLocaleString('en-GB')
