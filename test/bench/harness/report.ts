import { median, spread } from './statistics.ts'

/** One line of the table: what was measured in every run, the baseline beside it, and what it should come to. */
export interface Line {
  readonly what: string
  readonly unit: string
  readonly ours?: readonly number[]
  readonly baseline?: readonly number[]
  readonly goal?: Goal
}

export type Goal =
  | { readonly ratioAtMost: number }
  | { readonly ratioAtLeast: number }
  | { readonly atMost: number }
  | { readonly atLeast: number }

const heads = ['What', 'Baseline', 'Ours', '× baseline', 'Goal', ''] as const

/** Least – median – most of all runs; the ratio is that of the medians. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => {
    const { what, unit, ours, baseline, goal } = line
    return [
      `${what}, ${unit}`,
      baseline ? range(baseline) : '',
      ours ? range(ours) : '',
      ours && baseline ? ratioOf(line).toFixed(2) : '',
      goal ? nameOf(goal) : '',
      goal ? (isReached(line, goal) ? 'reached' : '**not reached**') : '',
    ]
  })
  const all = [[...heads], heads.map((_, index) => (index === 0 ? '---' : '--:')), ...rows]
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const ratioOf = ({ ours = [], baseline = [] }: Line) => median(ours) / median(baseline)

function isReached(line: Line, goal: Goal): boolean {
  if ('ratioAtMost' in goal) return ratioOf(line) <= goal.ratioAtMost
  if ('ratioAtLeast' in goal) return ratioOf(line) >= goal.ratioAtLeast
  const value = median(line.ours ?? [])
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
}

function nameOf(goal: Goal): string {
  if ('ratioAtMost' in goal) return `≤ ${goal.ratioAtMost} × baseline`
  if ('ratioAtLeast' in goal) return `≥ ${goal.ratioAtLeast} × baseline`
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`
}

function range(values: readonly number[]): string {
  const { least, median, most } = spread(values)
  if (values.length === 1) return `**${short(median)}**`
  return `${short(least)} – **${short(median)}** – ${short(most)}`
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
