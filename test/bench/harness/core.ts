import { readFileSync } from 'node:fs'

/** Clock ticks that the core was busy and idle since the machine started; null where the system does not report it. */
export function coreTicks(core: number): { readonly busy: number; readonly idle: number } | null {
  try {
    const line = readFileSync('/proc/stat', 'utf8')
      .split('\n')
      .find((one) => one.startsWith(`cpu${core} `))
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0] =
      line?.split(' ').slice(1).map(Number) ?? []
    return { busy: user + nice + system + irq + softirq, idle: idle + wait }
  } catch {
    return null
  }
}
