/** The goods of the demo shop: the same in both versions, made from one seed. */

import { seededRandom } from './seeded.ts'

/** One thing to buy. */
export interface Product {
  readonly id: number
  readonly sku: string
  readonly name: string
  readonly category: string
  readonly description: string
  readonly priceCents: number
  readonly discount: { readonly percent: number; readonly until: string } | null
  readonly tags: readonly string[]
  readonly weightGrams: number
  readonly revision: number
  readonly warehouses: readonly { readonly city: string; readonly available: number }[]
  readonly reviews: readonly Review[]
}

/** What a customer wrote. */
export interface Review {
  readonly author: string
  readonly stars: number
  readonly text: string
  readonly date: string
}

/** A shelf of the shop. */
export interface Category {
  readonly slug: string
  readonly title: string
}

/** All shelves. */
export const CATEGORIES: readonly [Category, ...Category[]] = [
  { slug: 'kitchen', title: 'Kitchen' },
  { slug: 'garden', title: 'Garden' },
  { slug: 'camping', title: 'Camping' },
  { slug: 'office', title: 'Office' },
  { slug: 'lighting', title: 'Lighting' },
]

const MATERIALS = ['Oak', 'Steel', 'Copper', 'Linen', 'Cork', 'Glass', 'Wool', 'Enamel'] as const
const THINGS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  kitchen: ['kettle', 'bread knife', 'salad bowl', 'pepper mill', 'casserole'],
  garden: ['watering can', 'trowel', 'bird house', 'planter', 'garden chair'],
  camping: ['lunch box', 'tent lamp', 'drinking flask', 'camp stool', 'fire bowl'],
  office: ['desk tray', 'pencil case', 'bookend', 'paper knife', 'notebook'],
  lighting: ['table lamp', 'candle holder', 'lantern', 'reading light', 'pendant'],
}
const TAGS = ['new', 'gift', 'handmade', 'recycled', 'bestseller', 'last chance'] as const
const CITIES = ['Rotterdam', 'Lyon', 'Gdańsk'] as const
const AUTHORS = ['Mira', 'José', 'Anneke', 'Tariq', 'Łukasz', 'Yuki'] as const
const OPINIONS = [
  'Sturdy and well made.',
  'Smaller than I thought, still lovely.',
  'Arrived with a scratch; replaced within a day.',
  'A present for my father, he uses it daily.',
  'Zu teuer, aber schön.',
] as const

/** All goods, by id from 1 on without a gap. */
export const PRODUCTS: readonly Product[] = makeProducts(57)

/** The product of this id, if the shop has it. */
export function findProduct(id: number): Product | undefined {
  return PRODUCTS[id - 1]
}

/** The price of one piece after discount, in cents. */
export function piecePrice({ priceCents, discount }: Product): number {
  return discount === null ? priceCents : Math.round((priceCents * (100 - discount.percent)) / 100)
}

function makeProducts(count: number): Product[] {
  const random = seededRandom(20_240_229)
  const day = () =>
    new Date(Date.UTC(2024, random.below(12), 1 + random.below(28))).toISOString().slice(0, 10)
  return Array.from({ length: count }, (_, index) => {
    const id = index + 1
    const { slug } = random.pick(CATEGORIES)
    const material = random.pick(MATERIALS)
    const thing = random.pick(THINGS[slug] ?? ['thing'])
    return {
      id,
      sku: `${slug.slice(0, 2).toUpperCase()}-${String(1000 + random.below(9000))}`,
      name: `${material} ${thing}`,
      category: slug,
      description: `A ${thing} of ${material.toLowerCase()}, made to be used every day and repaired when it breaks.`,
      priceCents: 290 + random.below(190) * 50 + random.below(50),
      discount: random.chance(0.3)
        ? { percent: random.pick([5, 10, 15, 25]), until: '2031-01-31' }
        : null,
      tags: TAGS.filter(() => random.chance(0.35)),
      weightGrams: 80 + random.below(400) * 5,
      revision: 1 + random.below(9),
      warehouses: CITIES.map((city) => ({ city, available: random.below(60) })),
      reviews: Array.from({ length: random.below(5) }, () => ({
        author: random.pick(AUTHORS),
        stars: 2 + random.below(4),
        text: random.pick(OPINIONS),
        date: day(),
      })),
    }
  })
}
