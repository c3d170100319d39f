export interface Control {
  readonly name: string
  readonly kind: 'colour' | 'length' | 'font'
  /** What the control shows before it is touched. */
  readonly initial: string
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly unit?: string
}
export declare const groups: readonly {
  readonly title: string
  readonly controls: readonly Control[]
}[]
export declare const fonts: readonly string[]
export declare const presets: Readonly<Record<string, Readonly<Record<string, string>>>>
/** The style rule that a page needs for what was chosen. */
export declare function cssOf(selector: string, chosen: Readonly<Record<string, string>>): string
/** The contrast of two colours as hexadecimal numbers, from 1 to 21; null where one is another text. */
export declare function contrastOf(one: string, other: string): number | null
