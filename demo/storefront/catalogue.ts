/** What the shop sells. Prices live here and nowhere else: no page, cookie or form ever states one to the server. */

export type Language = 'is' | 'en'
export type Told = Readonly<Record<Language, string>>

export interface Product {
  readonly id: string
  readonly name: Told
  readonly about: Told
  /** Whole krónur, with VAT. */
  readonly price: number
  /** How many there are; without it there is always another one. */
  readonly pieces?: number
  /** The dye behind the drawing; a class in shop.css. */
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
    price: 28_900,
    tint: 'sea',
  },
  {
    id: 'vettlingar',
    name: { is: 'Tvíbanda vettlingar', en: 'Stranded mittens' },
    about: {
      is: 'Tvö lög af bandi, svo að þeir halda hita í byl.',
      en: 'Two layers of yarn, so they stay warm in a blizzard.',
    },
    price: 5_490,
    tint: 'madder',
  },
  {
    id: 'sokkar',
    name: { is: 'Ullarsokkar', en: 'Woollen socks' },
    about: {
      is: 'Þéttprjónaðir, með styrktum hæl. Passa í stígvélin.',
      en: 'Tightly knit, with a reinforced heel. They fit your boots.',
    },
    price: 3_490,
    tint: 'lichen',
  },
  {
    id: 'hufa',
    name: { is: 'Húfa með dúsk', en: 'Hat with a pompom' },
    about: {
      is: 'Hlý yfir eyrun og dúskurinn losnar af.',
      en: 'Warm over the ears; the pompom comes off.',
    },
    price: 5_990,
    tint: 'moss',
  },
  {
    id: 'teppi',
    name: { is: 'Ullarteppi „Hraun“', en: '“Hraun” wool blanket' },
    about: {
      is: 'Ofið á Suðurlandi, 130 × 190 cm, með kögri.',
      en: 'Woven in the south of Iceland, 130 × 190 cm, fringed.',
    },
    price: 18_900,
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
    price: 7_490,
    tint: 'sea',
  },
  {
    id: 'ennisband',
    name: { is: 'Ennisband', en: 'Headband' },
    about: {
      is: 'Með áttablaðarós, fóðrað að innan.',
      en: 'With an eight-petalled rose, lined inside.',
    },
    price: 3_290,
    tint: 'madder',
  },
  {
    id: 'lopi',
    name: { is: 'Léttlopi, 50 g', en: 'Léttlopi yarn, 50 g' },
    about: {
      is: 'Ein hespa fyrir þau sem prjóna sjálf.',
      en: 'One ball, for those who knit themselves.',
    },
    price: 990,
    tint: 'moss',
  },
]

const byId = new Map(catalogue.map((product) => [product.id, product]))

export const productById = (id: string): Product | undefined => byId.get(id)
