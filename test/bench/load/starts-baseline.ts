import { listenForStarts, record } from '../harness/bare-start.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { cpuTime } from '../harness/usage.ts'
import { GroupLog } from './log.ts'
import { countWrites } from './writers.ts'
import type { WriteOptions } from './writers.ts'

const line = `${record}\n`

const commands = {
  /** A start and no more: on disk before the call to the provider, on disk again before the answer. */
  start({ apiUrl, path }: { readonly apiUrl: string; readonly path: string }) {
    const log = new GroupLog(path)
    return listenForStarts(apiUrl, () => log.append(line))
  },
  cpuTime,
  /** The log alone. */
  async write({ path, writers, ms }: WriteOptions) {
    const log = new GroupLog(path)
    const perSecond = await countWrites(writers, ms, () => log.append(line))
    log.close()
    return perSecond
  },
}

export type StartsBaseline = typeof commands
serveRequests(commands)
