/** A type whose parts, at any depth, are for reading only: what a schema gives, and nobody changes. */
export type DeepReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
  : Value;
