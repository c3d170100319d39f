import type { Socket } from 'node:net'
import { DatabaseProxy } from './database-proxy.ts'

/** `answer_held`: the COMMIT is made, and its answer is on the way until `release`. */
export type Cut = 'before_commit' | 'after_commit' | 'answer_held'

/** Can break the connection to PostgreSQL around a COMMIT. */
export class CommitProxy extends DatabaseProxy {
  /** What happens to the next COMMIT. */
  cut: Cut | null = null
  /** COMMITs that were cut. */
  cuts = 0
  /** Whether the database is away from then on. */
  isLastCut = false
  /** Nothing can be connected. */
  isAway = false
  readonly #held: (() => void)[] = []

  /** Lets the answers that are held arrive. */
  release(): void {
    for (const arrive of this.#held.splice(0)) arrive()
  }

  static open(target: URL): Promise<CommitProxy> {
    return new CommitProxy(target).listen()
  }

  /** The next COMMIT is cut, and the database is away from then on. */
  goAwayAt(cut: Cut): void {
    this.cut = cut
    this.isLastCut = true
  }

  protected override isOpen(): boolean {
    return !this.isAway
  }

  protected relay(client: Socket, upstream: Socket): void {
    let isCut = false
    let isHeld = false
    client.on('data', (data) => {
      if (this.cut !== null && /\bcommit\b/i.test(data.toString('latin1'))) {
        if (this.cut === 'answer_held') {
          isHeld = true
          this.#held.push(() => (isHeld = false))
        } else isCut = true
        this.cuts++
        if (this.cut === 'before_commit') this.#cutOff(client)
        else upstream.write(data)
        this.cut = null
      } else upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (isHeld) this.#held.push(() => client.write(data))
      else if (isCut) this.#cutOff(client)
      else client.write(data)
    })
  }

  #cutOff(client: Socket): void {
    this.isAway = this.isLastCut
    if (this.isAway) this.cutAll()
    else client.destroy()
  }
}
