import type { z } from 'zod';

/** Without `readonly`, which JSON knows nothing of. */
type Mutable<Value> = Value extends object
  ? { -readonly [Key in keyof Value]: Mutable<Value[Key]> }
  : Value;

/** `true` where a schema describes exactly an interface: `true satisfies Agrees<typeof schema, Interface>`. */
export type Agrees<Schema extends z.ZodType, Interface> = IsSame<
  Mutable<z.infer<Schema>>,
  Mutable<Interface>
>;

// Two conditional types that are still open are only assignable to each other if what they compare is identical.
type IsSame<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
