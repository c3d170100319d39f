/** What the shop sells. Prices live here and nowhere else: no page, cookie or form ever states one to the server. */

export type Language = 'is' | 'en'
/** The shop's currency, and that of its customers in Sweden. */
export type Currency = 'ISK' | 'SEK'
export type Localized = Readonly<Record<Language, string>>

export interface Product {
  readonly id: string
  readonly name: Localized
  readonly about: Localized
  /** In the currency's minor unit (whole krónur, öre), with VAT. */
  readonly prices: Readonly<Record<Currency, number>>
  /** How many are in stock; unlimited without it. */
  readonly pieces?: number
  /** The color behind the drawing; a class in shop.css. */
  readonly tint: 'lichen' | 'madder' | 'sea' | 'moss' | 'wool'
}

export const catalogue: readonly Product[] = [
  {
    id: 'lopapeysa',
    name: { is: 'Lopapeysa „Hekla“', en: '“Hekla” lopapeysa' },
    about: {
      is: 'Handprjónuð úr léttlopa, með tvíbanda berustykki.',
      en: 'Hand-knit in Léttlopi wool, with a stranded yoke.',
    },
    prices: { ISK: 28_900, SEK: 229_900 },
    tint: 'sea',
  },
  {
    id: 'vettlingar',
    name: { is: 'Tvíbanda vettlingar', en: 'Stranded mittens' },
    about: {
      is: 'Tvö lög af bandi, svo að þeir halda hita í byl.',
      en: 'Two layers of yarn, so they stay warm in a blizzard.',
    },
    prices: { ISK: 5_490, SEK: 44_900 },
    tint: 'madder',
  },
  {
    id: 'sokkar',
    name: { is: 'Ullarsokkar', en: 'Woollen socks' },
    about: {
      is: 'Þéttprjónaðir, með styrktum hæl. Passa í stígvélin.',
      en: 'Tightly knit, with a reinforced heel. They fit your boots.',
    },
    prices: { ISK: 3_490, SEK: 27_900 },
    tint: 'lichen',
  },
  {
    id: 'hufa',
    name: { is: 'Húfa með dúsk', en: 'Hat with a pompom' },
    about: {
      is: 'Hlý yfir eyrun og dúskurinn losnar af.',
      en: 'Warm over the ears; the pompom comes off.',
    },
    prices: { ISK: 5_990, SEK: 48_900 },
    tint: 'moss',
  },
  {
    id: 'teppi',
    name: { is: 'Ullarteppi „Hraun“', en: '“Hraun” wool blanket' },
    about: {
      is: 'Ofið á Suðurlandi, 130 × 190 cm, með kögri.',
      en: 'Woven in the south of Iceland, 130 × 190 cm, fringed.',
    },
    prices: { ISK: 18_900, SEK: 149_900 },
    pieces: 1,
    tint: 'wool',
  },
  {
    id: 'trefill',
    name: { is: 'Röndóttur trefill', en: 'Striped scarf' },
    about: {
      is: 'Einband í fjórum sauðalitum, ólitað.',
      en: 'Fine wool in four natural colours, undyed.',
    },
    prices: { ISK: 7_490, SEK: 59_950 },
    tint: 'sea',
  },
  {
    id: 'ennisband',
    name: { is: 'Ennisband', en: 'Headband' },
    about: {
      is: 'Með áttablaðarós, fóðrað að innan.',
      en: 'With an eight-petalled rose, lined inside.',
    },
    prices: { ISK: 3_290, SEK: 26_950 },
    tint: 'madder',
  },
  {
    id: 'lopi',
    name: { is: 'Léttlopi, 50 g', en: 'Léttlopi yarn, 50 g' },
    about: {
      is: 'Ein hespa fyrir þau sem prjóna sjálf.',
      en: 'One ball, for those who knit themselves.',
    },
    prices: { ISK: 990, SEK: 8_490 },
    tint: 'moss',
  },
]

const byId = new Map(catalogue.map((product) => [product.id, product]))

export const productById = (id: string): Product | undefined => byId.get(id)
