import type { ProductDeclaration } from './define-product.ts';
import type { TransformFunction } from './define-transform.ts';
import { MeshError, type Where } from './mesh-error.ts';
import { listenForStrayRejections, settle } from './stray-rejections.ts';

/** A promise that the code leaves alone and that fails makes the run fail, not the process. */
export function guardTransform(
  run: TransformFunction<ProductDeclaration>,
  where: Where,
): TransformFunction<ProductDeclaration> {
  return (context) => ({
    [Symbol.asyncIterator]() {
      const strays = listenForStrayRejections();
      const refuse = () => {
        const stray = strays.first();
        if (stray) throw stray.reason;
      };
      const rows = (run(context) as Partial<AsyncIterable<never>> | undefined)?.[Symbol.asyncIterator]?.();
      if (!rows) {
        strays.stop();
        const fix = 'write it as `async function* (…) { … yield { port: …, row: … } … }`';
        throw new MeshError({ code: 'no-rows', message: 'its function returns no rows to iterate over', where, fix });
      }
      return {
        async next() {
          refuse();
          const row = await rows.next();
          if (!row.done) return row;
          await settle();
          strays.stop();
          refuse();
          return row;
        },
        async return() {
          strays.stop();
          await rows.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  });
}
