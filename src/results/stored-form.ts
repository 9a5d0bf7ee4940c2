import { z } from 'zod';

/**
 * Returns a file's schema as results hold the same thing: with all defaults filled in, so that nothing is filled in when
 * it is read, and with keys of later versions passed over.
 */
export function toStoredForm<Schema extends z.ZodType>(
  schema: Schema,
): z.ZodType<z.output<Schema>> {
  return loosen(schema) as z.ZodType<z.output<Schema>>;
}

function loosen(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return loosen(schema.unwrap());
  }
  if (schema instanceof z.ZodExactOptional) return z.exactOptional(loosen(schema.unwrap()));
  if (schema instanceof z.ZodArray) return z.array(loosen(schema.element));
  if (schema instanceof z.ZodObject) {
    // What takes any key keeps them all: the options of a plug-in's stages.
    const create = schema.def.catchall instanceof z.ZodUnknown ? z.looseObject : z.object;
    const entries = Object.entries(schema.shape as z.ZodRawShape);
    return create(Object.fromEntries(entries.map(([key, inner]) => [key, loosen(inner)])));
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.map(loosen);
    if (!(schema instanceof z.ZodDiscriminatedUnion)) return z.union(options);
    return z.discriminatedUnion(schema.def.discriminator, options as [z.ZodObject]);
  }
  return schema as z.ZodType;
}
