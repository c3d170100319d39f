/** A server behind the balancer. */
export interface Target {
  readonly name: string
  readonly port: number
}

/** The servers that take requests, in turn. */
export class Targets {
  #targets: readonly Target[] = []
  #turn = 0

  add(target: Target): void {
    this.#targets = [...this.#targets, target].sort((a, b) => a.name.localeCompare(b.name))
  }

  remove(name: string): void {
    this.#targets = this.#targets.filter((target) => target.name !== name)
  }

  /**
   * The servers in the order in which they are to be tried.
   *
   * @param path - the support page keeps its logins in the memory of one server, so that it always begins with the same one
   */
  inTurn(path: string): readonly Target[] {
    if (path.startsWith('/admin')) return this.#targets
    const first = this.#turn++ % Math.max(1, this.#targets.length)
    return [...this.#targets.slice(first), ...this.#targets.slice(0, first)]
  }
}
