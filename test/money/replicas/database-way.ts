import { CommitProxy } from '../../support/postgres/commit-proxy.ts'
import type { Cut } from '../../support/postgres/commit-proxy.ts'
import { DatabaseLink } from '../../support/postgres/link.ts'
import { pause } from './pause.ts'

/** A server without a COMMIT for so long has nothing to do. */
const noCommitMs = 3_000

/** The way of one server to PostgreSQL, for statements and notifications alike. */
export class DatabaseWay {
  readonly #link: DatabaseLink
  readonly #commits: CommitProxy
  #isLost = false

  private constructor(link: DatabaseLink, commits: CommitProxy) {
    this.#link = link
    this.#commits = commits
  }

  static async open(databaseUrl: string): Promise<DatabaseWay> {
    const link = await DatabaseLink.open(new URL(databaseUrl))
    return new DatabaseWay(link, await CommitProxy.open(new URL(link.urlFor(databaseUrl))))
  }

  /** Whether the server reaches the database. */
  get isOpen(): boolean {
    return !this.#isLost && !this.#commits.isAway
  }

  urlFor(databaseUrl: string): string {
    return this.#commits.urlFor(databaseUrl)
  }

  /** For so long nothing passes, and nobody is told. */
  async cut(ms: number): Promise<void> {
    this.#isLost = true
    this.#link.lose()
    await pause(ms)
    this.#link.restore()
    this.#isLost = false
  }

  /** Whether a COMMIT is to be lost that has not come yet. */
  get losesCommit(): boolean {
    return this.#commits.cut !== null
  }

  /**
   * The connection breaks around the next COMMIT, and where the database is away from then on there is no other one.
   *
   * @returns whether there was a COMMIT in time
   */
  async loseCommit(cut: Cut, isAwayThen: boolean): Promise<boolean> {
    const commits = this.#commits
    const before = commits.cuts
    commits.isLastCut = isAwayThen
    commits.cut = cut
    for (const deadline = Date.now() + noCommitMs; Date.now() < deadline;) {
      if (commits.cuts > before) return true
      await pause(10)
    }
    commits.cut = null
    commits.isLastCut = false
    return false
  }

  comeBack(): void {
    this.#commits.isLastCut = this.#commits.isAway = false
  }

  close(): void {
    this.#commits.close()
    this.#link.close()
  }
}
