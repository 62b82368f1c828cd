/** Ways to write schemas that the compiler holds against the types of core. */

import { Type, type Static, type TSchema, type TSchemaOptions } from 'typebox'

/**
 * `T` with every member required and its optionality beside it, at any depth: of two such types each
 * is assignable to the other only if they are the same. (Of two types with optional members that
 * would also hold where one of them lacks a member.)
 */
type Spelled<T> = T extends readonly (infer Item)[]
  ? Spelled<Item>[]
  : T extends object
    ? {
        [Key in keyof T]-?: [
          Spelled<T[Key]>,
          Partial<Pick<T, Key>> extends Pick<T, Key> ? 'optional' : 'there',
        ]
      }
    : T

type Same<A, B> = [Spelled<A>, Spelled<B>] extends [Spelled<B>, Spelled<A>] ? true : false

/** Takes a schema only if its type is exactly `Core`, optional members included. */
export function matching<Core>() {
  return <S extends TSchema>(schema: Same<Static<S>, Core> extends true ? S : never): S => schema
}

/** A string that is one of these. */
export function oneOf<const Values extends string[]>(
  values: [...Values],
  options?: TSchemaOptions,
) {
  return Type.Enum(values, { type: 'string', ...options })
}

/** A list, read-only as those of core are. */
export function listOf<Item extends TSchema>(item: Item, options?: TSchemaOptions) {
  return Type.Immutable(Type.Array(item, options))
}

/** A page of a list; `next` is absent at the end. */
export function pageOf<Item extends TSchema>(item: Item, title: string) {
  return Type.Object(
    {
      items: listOf(item),
      next: Type.Optional(
        Type.String({ description: 'Pass it as `cursor` to go on; absent at the end.' }),
      ),
    },
    { title, description: 'A page of rows.' },
  )
}
