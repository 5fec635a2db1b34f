import { beforeAll, expect, test } from 'vitest';
import { DataMesh, DataProduct, type ReadMesh } from '../../lib/cdk.ts';
import { newApp, readOpetence, templatesOf } from './synthesise.ts';

const DEPTH = 200;

let read: ReadMesh;
beforeAll(async () => {
  read = await readOpetence();
});

test('products in a chain of 200 synthesise, and none waits for the one before it', () => {
  const one = read.products.find(({ id }) => id === 'logistics/vendor-performance')!;
  const [reads] = one.inputs.filter(({ kind }) => kind === 'port');
  const id = (index: number) => `${one.domain}/link-${index}` as const;
  const chain = Array.from({ length: DEPTH }, (_, index) => ({
    ...one,
    id: id(index),
    name: `link-${index}`,
    uri: `mesh://opetence/${id(index)}`,
    stack: `opetence-link-${index}`,
    inputs: [{ ...reads!, ...(index > 0 && { product: id(index - 1) }) }],
  })) as unknown as ReadMesh['products'];
  const app = newApp();
  const mesh = new DataMesh(app, 'OpetenceMesh', { ...read, model: { ...read.model, products: chain } });
  const stacks = chain.map((product) => new DataProduct(mesh, product));
  for (const stack of stacks) expect(stack.dependencies).toEqual([mesh]);
  const templates = templatesOf(app);
  expect(Object.keys(templates)).toHaveLength(1 + DEPTH);
  expect(JSON.stringify(templates.OpetenceLink7)).toContain(id(6));
});
