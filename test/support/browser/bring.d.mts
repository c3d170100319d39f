export declare function unpackFromNpm(): Promise<{
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
} | null>
export declare function aptInstall(...packages: readonly string[]): boolean
