/** Texts of the dialog and of the way to a phone. */
export interface LayoutMessages {
  readonly close: string
  readonly handOff: string
  readonly scan: string
  readonly code: string
}

const texts = {
  is: {
    close: 'Loka',
    handOff: 'Halda áfram í símanum',
    scan: 'Skannaðu kóðann með myndavél símans.',
    code: 'QR-kóði',
  },
  en: {
    close: 'Close',
    handOff: 'Continue on your phone',
    scan: 'Scan the code with your phone’s camera.',
    code: 'QR code',
  },
  pl: {
    close: 'Zamknij',
    handOff: 'Kontynuuj na telefonie',
    scan: 'Zeskanuj kod aparatem telefonu.',
    code: 'Kod QR',
  },
} satisfies Readonly<Record<string, LayoutMessages>>

/** The texts in a language, with those of the page. */
export const textsIn = (
  language: string,
  overrides: Partial<LayoutMessages> | undefined,
): LayoutMessages => ({
  ...(language in texts ? texts[language as keyof typeof texts] : texts.en),
  ...onlyTexts(overrides),
})

/** What is no text cannot stand in the place of one. */
const onlyTexts = (overrides: unknown): Partial<LayoutMessages> =>
  Object.fromEntries(Object.entries(overrides ?? {}).filter(([, text]) => typeof text === 'string'))
