export interface Browser {
  readonly executablePath: string
  /** What the executable needs in its environment, on top of this process's own. */
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

export declare function findBrowser(): Promise<Browser>
