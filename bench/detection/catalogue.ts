/** The content behind the API: products, people and orders that follow from their numbers. */

import type { Fields } from './answer.ts'
import { contentOf, oneOf } from './instance.ts'

const WORDS = ['river', 'amber', 'north', 'quiet', 'maple', 'stone', 'cloud', 'linen', 'copper']
const CATEGORIES = ['kitchen', 'garden', 'office', 'travel', 'sport']
const STATES = ['pending', 'paid', 'shipped', 'delivered', 'cancelled']
const NAMES = ['Ada', 'Björn', 'Chiara', 'Dmitri', 'Élodie', 'Farah', 'Göran', '花子']

/** Cents of a product's price. */
export function centsOf(subject: number): number {
  return 199 + Math.floor(contentOf(subject, 1) * 20_000)
}

/** A product's name. */
export function titleOf(subject: number): string {
  return `${oneOf(WORDS, subject, 2)} ${oneOf(WORDS, subject, 3)} ${subject}`
}

/** A moment of the past, in full milliseconds. */
export function pastOf(subject: number, what: number): string {
  const start = Date.parse('2025-01-01T00:00:00Z')
  return new Date(start + Math.floor(contentOf(subject, what) * 3e10)).toISOString()
}

/** A product as every endpoint shows it. */
export function productOf(subject: number): Fields {
  const cents = centsOf(subject)
  return {
    id: subject,
    sku: `SKU-${10_000 + subject}`,
    title: titleOf(subject),
    description: `A ${titleOf(subject)} for every day, made to last and easy to care for.`,
    price: cents / 100,
    currency: 'EUR',
    category: oneOf(CATEGORIES, subject, 4),
    available: contentOf(subject, 5) > 0.2,
    discount: contentOf(subject, 6) > 0.7 ? 10 : null,
    tags: [oneOf(WORDS, subject, 7), oneOf(WORDS, subject, 8), 'new'],
    dimensions: { width: 10 + (subject % 40), height: 5 + (subject % 30), unit: 'cm' },
    createdAt: pastOf(subject, 9),
  }
}

/** A person. */
export function userOf(subject: number): Fields {
  return {
    id: 1000 + subject,
    name: oneOf(NAMES, subject, 10),
    email: `user${subject}@shop.example`,
    role: subject % 7 === 0 ? 'admin' : 'customer',
    newsletter: contentOf(subject, 11) > 0.5,
    address: {
      street: `${oneOf(WORDS, subject, 12)} street ${subject % 90}`,
      zip: '01234',
      country: 'DE',
    },
    phone: null,
  }
}

/** The lines of an order or cart. */
export function linesOf(subject: number): Fields[] {
  const count = 2 + (subject % 4)
  return Array.from({ length: count }, (_, i) => {
    const product = (subject * 7 + i * 13) % 300
    const quantity = 1 + (i % 3)
    return { productId: product, title: titleOf(product), quantity, price: centsOf(product) / 100 }
  })
}

/** What an order's lines cost, in currency units. */
export function totalOf(subject: number): number {
  const cents = linesOf(subject).reduce((sum, { productId, quantity }) => {
    return sum + centsOf(Number(productId)) * Number(quantity)
  }, 0)
  return cents / 100
}

/** An order. */
export function orderOf(subject: number): Fields {
  return {
    id: 50_000 + subject,
    state: oneOf(STATES, subject, 13),
    lines: linesOf(subject),
    total: totalOf(subject),
    tax: Math.round(totalOf(subject) * 19) / 100,
    placedAt: pastOf(subject, 14),
    shipping: { method: subject % 2 === 0 ? 'standard' : 'express', days: 2 + (subject % 5) },
    history: STATES.slice(0, 1 + (subject % 5)).map((state, i) => ({
      state,
      at: pastOf(subject, 20 + i),
    })),
  }
}
