export interface Group {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

export declare const groups: Readonly<
  Record<'decisions' | 'core' | 'store' | 'files' | 'webhooks', Group>
>

export declare const name: string

export declare const group: Group
