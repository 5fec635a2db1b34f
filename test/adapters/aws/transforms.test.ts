import { describe, expect, test } from 'vitest';
import { createTransforms } from '../../../lib/adapters/aws/transforms.aws.ts';
import { everyTypeProduct } from '../../conformance/samples.ts';
import { collect } from '../../conformance/warehouse-samples.ts';

const load = (module: unknown) => createTransforms({ load: async () => module }).load(everyTypeProduct());

describe('code on AWS', () => {
  test('gives its rows', async () => {
    const run = await load({
      async *default() {
        yield { port: 'every', row: { id: 'a' } };
      },
    });
    expect(await collect(run({ inputs: {}, seed: 1 }))).toEqual([{ port: 'every', row: { id: 'a' } }]);
  });

  test('fails with the promise that it left alone', async () => {
    const run = await load({
      async *default() {
        void Promise.reject(new Error('nobody waits'));
        yield { port: 'every', row: { id: 'a' } };
      },
    });
    await expect(collect(run({ inputs: {}, seed: 1 }))).rejects.toThrow('nobody waits');
  });

  test('is refused without a function, or when it was not deployed', async () => {
    await expect(load({})).rejects.toMatchObject({ code: 'no-transform', where: { file: 'transform.ts' } });
    const missing = Object.assign(new Error('Cannot find module'), { code: 'ERR_MODULE_NOT_FOUND' });
    const transforms = createTransforms({ load: () => Promise.reject(missing) });
    await expect(transforms.load(everyTypeProduct())).rejects.toMatchObject({ code: 'no-bundle' });
  });
});
