import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import { buildHere, consumersView, findLeftovers, readState } from './crash-home.ts';
import { landGeneration } from './crash-mesh.ts';
import type { CrashPlace } from './crash-place.ts';
import { type CrashBench, createCrashBench, forEachOf } from './crash-trial.ts';

let bench: CrashBench;
beforeAll(async () => {
  bench = await createCrashBench();
});
afterAll(() => bench.remove());

/** Where the build of `shop/sales` dies, by the number of the boundary: after consuming it, until it is announced. */
const BEFORE_PUBLISHING = [2, 5, 7];
const SINCE_PUBLISHING = [9, 13];

/** What happens to the landing folder while the run lies dead. */
const CHANGES: { readonly [change: string]: (landing: string) => Promise<void> } = {
  'another drop has landed': (landing) => landGeneration(landing, 3),
  'a drop is another': async (landing) =>
    writeFile(join(landing, 'shop/sales/2.csv'), 'sale_id,sku,amount,sold_at\nother,sku1,5.00,2026-01-05 10:00:00\n'),
  'a drop is gone': (landing) => rm(join(landing, 'shop/sales/2.csv')),
};

/** A home and a landing folder of its own, before the second build. */
async function placeOfItsOwn(): Promise<CrashPlace> {
  const place = await bench.place(1);
  const landing = `${place.home}-landing`;
  await cp(place.landing, landing, { recursive: true });
  return { ...place, landing };
}

/** Builds until nothing changes, as nobody who died would have. */
async function viewOf(place: CrashPlace, model: MeshModel): Promise<object> {
  await buildHere(place, model);
  return consumersView(await readState(place));
}

describe('a run that died', () => {
  for (const [change, apply] of Object.entries(CHANGES)) {
    const diesAt =
      change === 'another drop has landed' ? [...BEFORE_PUBLISHING, ...SINCE_PUBLISHING] : BEFORE_PUBLISHING;
    test(`goes on with what is there: ${change}`, async () => {
      const undisturbed = await placeOfItsOwn();
      await apply(undisturbed.landing);
      const expected = await viewOf(undisturbed, bench.model);
      await forEachOf(diesAt, 3, async (dieAt) => {
        const place = await placeOfItsOwn();
        const child = await bench.start(place, { dieAt });
        await expect(child.end()).rejects.toThrow('SIGKILL');
        await apply(place.landing);
        const view = await viewOf(place, bench.model);
        // Two publications instead of one lead to the same rows under another name.
        const isLater = SINCE_PUBLISHING.includes(dieAt);
        expect(isLater ? withoutIds(view) : view, `died at ${dieAt}`).toEqual(
          isLater ? withoutIds(expected) : expected,
        );
        expect((await buildHere(place, bench.model)).filter(({ kind }) => kind === 'published')).toEqual([]);
        expect(await findLeftovers(place)).toEqual([]);
      });
    });
  }

  test('begins anew when its product is declared otherwise', async () => {
    const [sales, ...others] = bench.model.products;
    const changed = { ...sales!, fingerprint: 'another' };
    const model = { ...bench.model, products: [changed, ...others] };
    for (const dieAt of BEFORE_PUBLISHING) {
      const place = await bench.place(1);
      await expect((await bench.start(place, { dieAt })).end()).rejects.toThrow('SIGKILL');
      const results = await buildHere(place, model);
      expect(results[0]).toMatchObject({ kind: 'published' });
      const { products } = await readState(place);
      const { publications } = products['shop/sales'] as { publications: { publicationId: string }[] };
      expect(publications.length).toBe(2);
      expect(results[0]).toMatchObject({ publicationId: publications[0]!.publicationId });
      expect(await findLeftovers(place)).toEqual([]);
    }
  });
});

function withoutIds(view: object): object {
  return JSON.parse(JSON.stringify(view, (key, value) => (key === 'publicationId' ? undefined : value))) as object;
}
