import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import {
  createJsonSchema,
  findSchemaAt,
  type JsonSchema,
  knownNames,
  resolveReferences,
} from '../../src/experiment/json-schema.js';

const schema = resolveReferences(createJsonSchema(shippedCatalogue()));
const written = {
  model: {
    name: 'layers',
    layers: [{ type: 'residual', layers: [{ type: 'residual', layers: [{ type: 'conv2d' }] }] }],
  },
};

test('A schema that contains itself is followed as deep as the value goes', () => {
  const path = ['model', 'layers', 0, 'layers', 0, 'layers', 0];
  const found = findSchemaAt(schema, path, written);
  expect(found?.properties).toHaveProperty('kernelSize');
  expect(findSchemaAt(schema, [...path, 'strides'], written)).toMatchObject({ default: 1 });
  expect(findSchemaAt(schema, [...path, 'layers'], written)).toBeUndefined();
});

test('Layers are known by their types, stages by their names', () => {
  const unknown = { preprocessing: [{}], model: { name: 'layers', layers: [{}] } };
  const layer = findSchemaAt(schema, ['model', 'layers', 0], unknown);
  expect(knownNames(layer)).toContain('batch-normalization');
  expect(knownNames(findSchemaAt(schema, ['preprocessing', 0], unknown))).toContain('minmax');
});

test('References are replaced by what they name, the rest is as it was', () => {
  const one: JsonSchema = { type: 'integer' };
  const resolved = resolveReferences({
    definitions: { one },
    items: { $ref: '#/definitions/one' },
    properties: { a: { allOf: [{ $ref: '#/definitions/one' }] }, b: { enum: ['x'] } },
  });
  expect(resolved.items).toEqual(one);
  expect(resolved.properties).toEqual({ a: one, b: { enum: ['x'] } });
});
