import { describe, expect, test } from 'vitest';
import { financeGrant, marketingGrant, sampleProduct } from './samples.ts';
import { type ConformanceTarget, placeForEach } from './target.ts';

const place0 = { product: 'logistics/scans', port: 'scans' };

/** What every keeper of grants does. */
export function grantsSuite(target: ConformanceTarget): void {
  describe('grants', () => {
    const place = placeForEach(target);

    test('puts what a product declares in force, wholly', async () => {
      const { grants } = place().ports;
      expect(await grants.list()).toEqual([]);
      const declared = sampleProduct({ grants: [marketingGrant, financeGrant] });
      expect(await grants.reconcile(declared)).toEqual({ added: 2, revoked: 0 });
      const inForce = await place().anotherProcess().grants.list('logistics/scans');
      expect(inForce).toHaveLength(2);
      expect(inForce).toEqual(
        expect.arrayContaining([
          { ...place0, ...marketingGrant },
          { ...place0, ...financeGrant },
        ]),
      );
    });

    test('changes nothing when nothing changed', async () => {
      const { grants } = place().ports;
      await grants.reconcile(sampleProduct({ grants: [marketingGrant, financeGrant] }));
      const again = sampleProduct({ grants: [financeGrant, { ...marketingGrant }] });
      expect(await grants.reconcile(again)).toEqual({ added: 0, revoked: 0 });
    });

    test('revokes what is not declared any longer, and replaces what changed', async () => {
      const { grants } = place().ports;
      await grants.reconcile(sampleProduct({ grants: [marketingGrant, financeGrant] }));
      const narrower = { ...financeGrant, until: '2026-06-30' };
      expect(await grants.reconcile(sampleProduct({ grants: [narrower] }))).toEqual({ added: 1, revoked: 2 });
      expect(await grants.list()).toEqual([{ ...place0, ...narrower }]);
      expect(await grants.reconcile(sampleProduct())).toEqual({ added: 0, revoked: 1 });
      expect(await grants.list()).toEqual([]);
    });

    test('leaves the grants of other products alone', async () => {
      const { grants } = place().ports;
      await grants.reconcile(sampleProduct({ name: 'parcels', grants: [marketingGrant] }));
      await grants.reconcile(sampleProduct({ grants: [financeGrant] }));
      await grants.reconcile(sampleProduct());
      expect(await grants.list()).toEqual([{ product: 'logistics/parcels', port: 'scans', ...marketingGrant }]);
      expect(await grants.list('logistics/scans')).toEqual([]);
    });

    test('puts the same in force when several processes reconcile at once', async () => {
      const declared = sampleProduct({ grants: [marketingGrant, financeGrant] });
      const all = [place().ports, place().anotherProcess(), place().anotherProcess()];
      await Promise.all(all.map(({ grants }) => grants.reconcile(declared)));
      expect(await place().ports.grants.list()).toHaveLength(2);
    });
  });
}
