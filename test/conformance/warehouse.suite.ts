import { describe, expect, test } from 'vitest';
import type { FieldModel } from '../../lib/model/mesh-model.ts';
import { measuredTable } from '../../lib/ports/warehouse.ts';
import { everyTypeProduct, sampleProduct, sampleSource, timeOf } from './samples.ts';
import { type ConformanceTarget, placeForEach, testOperation } from './target.ts';
import {
  bindingOf,
  collect,
  publishRows,
  readState,
  scan,
  sourceBinding,
  stage,
  streamOf,
} from './warehouse-samples.ts';

/** What every warehouse does with a run's rows. */
export function warehouseSuite(target: ConformanceTarget): void {
  describe('warehouse', () => {
    const place = placeForEach(target);
    const warehouse = () => place().ports.warehouse;
    const landed = async (name: string, content: string | Uint8Array, options?: Parameters<typeof sampleSource>[0]) => {
      const input = sampleSource(options);
      await place().land(`${input.path}/${name}`, content);
      return sourceBinding(input, await place().ports.sources.list(input));
    };

    testOperation(target, 'stage-sql', 'runs a product’s SQL over its drops', async () => {
      const product = sampleProduct({ statement: "SELECT id, amount * 2 AS amount, at FROM scans WHERE id <> 'b'" });
      const binding = await landed('1.csv', 'id,amount,at\na,1,2026-01-01 10:00:00\nb,2,\nc,,2026-01-02 00:00:00.5\n');
      const request = { runId: 'run-1', product, bindings: [binding], recordedAt: timeOf(1) };
      const staged = await warehouse().stageSql(request);
      expect(staged).toMatchObject([{ port: 'scans', rows: 2 }]);
      // A run that died does it again.
      const again = await warehouse().stageSql(request);
      const states = await warehouse().merge({
        runId: 'run-1',
        product,
        publicationId: 'p',
        recordedAt: timeOf(1),
        staged: again,
        before: {},
      });
      const rows = await readState(warehouse(), product, states);
      expect(rows).toEqual([scan('a', 2, '2026-01-01 10:00:00'), scan('c', null, rows[1]!.at as string)]);
      expect(rows[1]!.at).toMatch(/^2026-01-02 00:00:00\.50*$/);
    });

    testOperation(target, 'stage-sql', 'tells rows which drop they came from', async () => {
      const product = sampleProduct({ statement: 'SELECT _file AS id, amount, at FROM scans' });
      const binding = await landed('1.csv', 'id,amount,at\na,1,2026-01-01 10:00:00\n');
      const staged = await warehouse().stageSql({
        runId: 'run-1',
        product,
        bindings: [binding],
        recordedAt: timeOf(1),
      });
      const states = await warehouse().merge({
        runId: 'run-1',
        product,
        publicationId: 'p',
        recordedAt: timeOf(1),
        staged,
        before: {},
      });
      expect((await readState(warehouse(), product, states)).map(({ id }) => id)).toEqual(['logistics/scans/1.csv']);
    });

    testOperation(target, 'stage-rows', 'keeps values of every type as they were', async () => {
      const product = everyTypeProduct();
      const full = {
        id: 'ünï ’"\n\u{1F600}',
        an_int: -2_147_483_648,
        a_long: 9_223_372_036_854_775_807n,
        a_double: 0.1,
        a_decimal: '1234567890123456789012345678.0123456789',
        a_boolean: false,
        a_date: '1969-07-20',
        a_timestamp: '2026-01-31 23:59:59.999999',
        a_binary: new Uint8Array([0, 255, 10]),
        a_list: [1n, null, -3n],
        a_struct: { name: 'x', size: 2 },
        a_map: new Map([['a', 1.5]]),
      };
      const empty = Object.fromEntries(Object.keys(full).map((name) => [name, name === 'id' ? '' : null]));
      const states = await publishRows(warehouse(), product, 1, [full, empty]);
      expect(states.every).toMatchObject({ rows: 2, columns: Object.keys(full) });
      const rows = await readState(warehouse(), product, states);
      expect({ ...rows[1]!, a_binary: [...(rows[1]!.a_binary as Uint8Array)] }).toEqual({
        ...full,
        a_binary: [...full.a_binary],
      });
      expect(rows[0]).toEqual(empty);
    });

    testOperation(
      target,
      'stage-rows',
      'keeps nothing of a run whose rows stop with an error, and can do it again',
      async () => {
        const product = sampleProduct();
        const failing = async function* () {
          yield { port: 'scans', row: scan('a') };
          throw new Error('the transformation failed');
        };
        const request = { runId: 'run-1', product, bindings: [], recordedAt: timeOf(1) };
        await expect(warehouse().stageRows(request, failing())).rejects.toThrow('the transformation failed');
        const rows = [{ port: 'scans', row: scan('b') }];
        expect(await warehouse().stageRows(request, streamOf(rows))).toMatchObject([{ port: 'scans', rows: 1 }]);
      },
    );

    testOperation(target, 'stage-rows', 'stages an empty port too', async () => {
      const product = sampleProduct();
      const states = await publishRows(warehouse(), product, 1, []);
      expect(states.scans).toMatchObject({ rows: 0 });
      expect(await readState(warehouse(), product, states)).toEqual([]);
    });

    testOperation(target, 'read-rows', 'reads in the order asked for, of however many rows', async () => {
      const product = sampleProduct();
      const rows = Array.from({ length: 5_000 }, (_, index) => scan(String((index * 7_919) % 5_000), index % 3));
      const states = await publishRows(warehouse(), product, 1, rows);
      const read = await collect(warehouse().readRows(bindingOf(product, states), ['amount', 'id']));
      const expected = rows.toSorted(
        (a, b) => Number((a.amount as bigint) - (b.amount as bigint)) || (String(a.id) < String(b.id) ? -1 : 1),
      );
      expect(read).toEqual(expected);
    });

    testOperation(target, 'read-rows', 'can be stopped half-way', async () => {
      const product = sampleProduct();
      const states = await publishRows(
        warehouse(),
        product,
        1,
        Array.from({ length: 5_000 }, (_, index) => scan(String(index))),
      );
      for await (const row of warehouse().readRows(bindingOf(product, states))) {
        expect(row.id).toBeDefined();
        break;
      }
      expect(await readState(warehouse(), product, states)).toHaveLength(5_000);
    });

    testOperation(target, 'read-rows', 'reads only what was recorded later, when asked for the news', async () => {
      const product = sampleProduct();
      const first = await publishRows(warehouse(), product, 1, [scan('a')]);
      const second = await publishRows(warehouse(), product, 2, [scan('b')], first);
      const news = await readState(warehouse(), product, second, { since: timeOf(1) });
      expect(news.map(({ id }) => id)).toEqual(['b']);
      expect(await readState(warehouse(), product, second, { since: timeOf(2) })).toEqual([]);
    });

    testOperation(target, 'verify', 'measures what was staged, what was there and what was read', async () => {
      const product = sampleProduct({ mode: 'upsert' });
      const before = await publishRows(warehouse(), product, 1, [scan('a'), scan('b')]);
      const staged = await stage(warehouse(), product, 2, [scan('b'), scan('c', null), scan('c', 3)]);
      const bindings = [bindingOf(product, before, { name: 'earlier' })];
      const ask = (sql: string) => warehouse().measure({ runId: 'run-2', product, staged, bindings, before, sql });
      const [stagedTable, beforeTable, inputTable] = [
        measuredTable.staged('scans'),
        measuredTable.before('scans'),
        measuredTable.input('earlier'),
      ];
      const [row] = await ask(
        `SELECT count(*) AS n, count_if("amount" IS NULL) AS nulls, ` +
          `(SELECT count(*) FROM "${beforeTable}") AS there, (SELECT max("id") FROM "${inputTable}") AS last FROM "${stagedTable}"`,
      );
      expect({ ...row, n: Number(row!.n), nulls: Number(row!.nulls), there: Number(row!.there) }).toEqual({
        n: 3,
        nulls: 1,
        there: 2,
        last: 'b',
      });
      const twice = await ask(`SELECT "id", count(*) AS n FROM "${stagedTable}" GROUP BY "id" HAVING count(*) > 1`);
      expect(twice.map(({ id }) => id)).toEqual(['c']);
    });

    testOperation(target, 'verify', 'measures against nothing where nothing was there', async () => {
      const product = sampleProduct();
      const staged = await stage(warehouse(), product, 1, [scan('a')]);
      const sql = `SELECT count(*) AS n FROM "${measuredTable.before('scans')}"`;
      const [row] = await warehouse().measure({ runId: 'run-1', product, staged, bindings: [], before: {}, sql });
      expect(Number(row!.n)).toBe(0);
    });

    testOperation(target, 'publish-append', 'adds facts', async () => {
      const product = sampleProduct({ mode: 'append' });
      const first = await publishRows(warehouse(), product, 1, [scan('a')]);
      const second = await publishRows(warehouse(), product, 2, [scan('b')], first);
      expect(second.scans).toMatchObject({ rows: 2 });
      expect(await readState(warehouse(), product, second)).toEqual([scan('a'), scan('b')]);
    });

    testOperation(target, 'publish-upsert', 'replaces rows by key when the new ones are not older', async () => {
      const product = sampleProduct({ mode: 'upsert' });
      const first = await publishRows(
        warehouse(),
        product,
        1,
        ['older', 'same', 'newer', 'kept'].map((id) => scan(id, 1, '2026-01-02 00:00:00')),
      );
      const changes = [
        scan('older', 2, '2026-01-01 00:00:00'),
        scan('same', 2, '2026-01-02 00:00:00'),
        scan('newer', 2, '2026-01-03 00:00:00'),
        scan('added', 2, '2026-01-01 00:00:00'),
      ];
      const second = await publishRows(warehouse(), product, 2, changes, first);
      const amounts = Object.fromEntries(
        (await readState(warehouse(), product, second)).map(({ id, amount }) => [id, Number(amount)]),
      );
      expect(amounts).toEqual({ older: 1, same: 2, newer: 2, kept: 1, added: 2 });
      expect(second.scans!.rows).toBe(5);
    });

    testOperation(target, 'publish-replace', 'makes the rows the full state', async () => {
      const product = sampleProduct({ mode: 'replace' });
      const first = await publishRows(warehouse(), product, 1, [scan('a'), scan('b')]);
      const second = await publishRows(warehouse(), product, 2, [scan('b', 2), scan('c')], first);
      expect(await readState(warehouse(), product, second)).toEqual([scan('b', 2), scan('c')]);
      const third = await publishRows(warehouse(), product, 3, [], second);
      expect(await readState(warehouse(), product, third)).toEqual([]);
    });

    for (const mode of ['append', 'upsert', 'replace'] as const) {
      testOperation(
        target,
        `publish-${mode}`,
        `makes the same state when a run dies after it and does it again (${mode})`,
        async () => {
          const product = sampleProduct({ mode });
          const before = await publishRows(warehouse(), product, 1, [scan('a')]);
          for (const [number, start] of [
            [2, before],
            [3, {}],
          ] as const) {
            const staged = await stage(warehouse(), product, number, [scan('b')]);
            const request = {
              runId: `run-${number}`,
              product,
              publicationId: 'p',
              recordedAt: timeOf(number),
              staged,
              before: start,
            };
            const states = await warehouse().merge(request);
            expect(await warehouse().merge(request)).toEqual(states);
            const kept = mode === 'replace' || number === 3 ? [] : [scan('a')];
            expect(await readState(warehouse(), product, states)).toEqual([...kept, scan('b')]);
          }
        },
      );
    }

    testOperation(target, 'read-as-of', 'keeps every state readable as it was', async () => {
      for (const mode of ['append', 'upsert', 'replace'] as const) {
        const product = sampleProduct({ mode, name: mode });
        const first = await publishRows(warehouse(), product, 1, [scan('a'), scan('b')]);
        const second = await publishRows(
          warehouse(),
          product,
          2,
          [scan('b', 2), scan('c')].slice(mode === 'append' ? 1 : 0),
          first,
        );
        await warehouse().sweep(product, [...Object.values(first), ...Object.values(second)]);
        expect(await readState(warehouse(), product, first)).toEqual([scan('a'), scan('b')]);
        expect(await readState(place().anotherProcess().warehouse, product, second)).toContainEqual(scan('c'));
      }
    });

    testOperation(target, 'retention', 'removes the states that nobody names, and no part of others', async () => {
      const product = sampleProduct({ mode: 'append' });
      const first = await publishRows(warehouse(), product, 1, [scan('a')]);
      const second = await publishRows(warehouse(), product, 2, [scan('b')], first);
      const dropped = await publishRows(warehouse(), product, 3, [scan('c')], first);
      await warehouse().sweep(product, Object.values(second));
      expect(await readState(warehouse(), product, second)).toEqual([scan('a'), scan('b')]);
      await expect(readState(warehouse(), product, dropped)).rejects.toThrow();
    });

    testOperation(target, 'retention', 'leaves facts behind that are older than the port keeps', async () => {
      const product = sampleProduct({ mode: 'append', retentionDays: 10 });
      const day = (number: number) => `2026-02-${String(number).padStart(2, '0')}T00:00:00.000000Z`;
      const first = await publishRows(warehouse(), product, 1, [scan('a')], {}, day(1));
      const second = await publishRows(warehouse(), product, 2, [scan('b')], first, day(8));
      const third = await publishRows(warehouse(), product, 3, [scan('c')], second, day(15));
      expect(third.scans).toMatchObject({ rows: 2 });
      expect((await readState(warehouse(), product, third)).map(({ id }) => id)).toEqual(['b', 'c']);
    });

    testOperation(target, 'quarantine', 'keeps a failed result aside, and the state as it is', async () => {
      const product = sampleProduct({ mode: 'upsert' });
      const before = await publishRows(warehouse(), product, 1, [scan('a')]);
      const staged = await stage(warehouse(), product, 2, [scan('b')]);
      const request = { runId: 'run-2', product, publicationId: 'bad', recordedAt: timeOf(2), staged, before };
      const kept = await warehouse().quarantine(request);
      expect(kept.length).toBeGreaterThan(0);
      expect(await warehouse().quarantine(request)).toEqual(kept);
      await warehouse().discard('run-2', product);
      await warehouse().sweep(product, [...Object.values(before), { snapshot: kept }]);
      expect(await readState(warehouse(), product, before)).toEqual([scan('a')]);
      const aside = { scans: { rows: 1, bytes: 0, columns: [], snapshot: kept } };
      expect(await readState(warehouse(), product, aside)).toEqual([scan('b')]);
      await warehouse().sweep(product, Object.values(before));
      await expect(readState(warehouse(), product, aside)).rejects.toThrow();
    });

    test('discards what was never staged', async () => {
      await warehouse().discard('run-0', sampleProduct());
    });

    testOperation(
      target,
      'stage-rows',
      'may be provisioned as often as one likes, and keeps what is there',
      async () => {
        const product = sampleProduct({ mode: 'append' });
        await warehouse().provision(product);
        await warehouse().provision(product);
        const first = await publishRows(warehouse(), product, 1, [scan('a')]);
        await place().anotherProcess().warehouse.provision(product);
        expect(await readState(warehouse(), product, first)).toEqual([scan('a')]);
        const second = await publishRows(warehouse(), product, 2, [scan('b')], first);
        expect(await readState(warehouse(), product, second)).toEqual([scan('a'), scan('b')]);
      },
    );

    testOperation(target, 'stage-rows', 'removes all data of a product, and of no other', async () => {
      const products = [sampleProduct({ mode: 'append' }), sampleProduct({ mode: 'append', name: 'parcels' })] as const;
      const [gone, kept] = products;
      await warehouse().provision(gone);
      const removed = await publishRows(warehouse(), gone, 1, [scan('a')]);
      const stays = await publishRows(warehouse(), kept, 1, [scan('b')]);
      await warehouse().remove(gone);
      await warehouse().remove(gone);
      await expect(readState(warehouse(), gone, removed)).rejects.toThrow();
      expect(await readState(warehouse(), kept, stays)).toEqual([scan('b')]);
      await warehouse().provision(gone);
      const again = await publishRows(warehouse(), gone, 2, [scan('c')]);
      expect(await readState(warehouse(), gone, again)).toEqual([scan('c')]);
    });

    testOperation(target, 'column-grants', 'reads the granted columns only', async () => {
      const product = sampleProduct();
      const states = await publishRows(warehouse(), product, 1, [scan('a')]);
      const fields = product.outputs[0]!.fields.filter(({ name }: FieldModel) => name === 'id');
      expect(await readState(warehouse(), product, states, { fields })).toEqual([{ id: 'a' }]);
    });

    testOperation(target, 'row-grants', 'reads rows that fulfil one of the conditions only', async () => {
      const product = sampleProduct();
      const rows = [scan('a', 1), scan('b', 20), scan('c', null), scan('d', 2)];
      const states = await publishRows(warehouse(), product, 1, rows);
      const ids = async (conditions: readonly string[]) =>
        (await readState(warehouse(), product, states, { rows: conditions })).map(({ id }) => id);
      expect(await ids(['amount > 10'])).toEqual(['b']);
      expect(await ids(['amount > 10 -- the big ones', "id = 'a' OR id = 'c'"])).toEqual(['a', 'b', 'c']);
      expect(await ids(['false'])).toEqual([]);
      const fields = product.outputs[0]!.fields.filter(({ name }) => name === 'id');
      expect(await readState(warehouse(), product, states, { rows: ['amount > 10'], fields })).toEqual([{ id: 'b' }]);
    });
  });
}
