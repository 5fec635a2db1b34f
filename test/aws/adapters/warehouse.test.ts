import { AthenaClient, AthenaServiceException, TooManyRequestsException } from '@aws-sdk/client-athena';
import { CreateDataCellsFilterCommand, LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { describe, expect, test } from 'vitest';
import { createAthena } from '../../../lib/adapters/aws/athena/athena.ts';
import { athenaError } from '../../../lib/adapters/aws/athena/athena-error.ts';
import { type Pace, withPace } from '../../../lib/adapters/aws/pace.ts';
import { createTableAs } from '../../../lib/adapters/aws/warehouse/create-table-as.ts';
import { portRelation } from '../../../lib/adapters/aws/warehouse/relations.ts';
import { keysBelow } from '../../../lib/adapters/aws/warehouse/staging.ts';
import type { WarehouseRows } from '../../../lib/adapters/aws/warehouse/warehouse-context.ts';
import type { PublishMode } from '../../../lib/model/output.ts';
import type { PublishedPort } from '../../../lib/ports/publication.ts';
import { sampleProduct, timeOf } from '../../conformance/samples.ts';
import { bindingOf, collect, type States } from '../../conformance/warehouse-samples.ts';
import { createWarehousePlace } from '../conformance/warehouse-place.ts';

/** A product whose rows a SELECT gives, and its states after one run after another. */
async function runs(mode: PublishMode, options: { retentionDays?: number } = {}) {
  const place = await createWarehousePlace();
  const product = sampleProduct({ mode, ...options });
  let drops = '';
  const rows: WarehouseRows = {
    landedSelect: async () => drops,
    async *readRows(binding) {
      if (binding.kind !== 'port') return;
      const { queryId } = await place.athena.run({
        name: 'read',
        sql: `SELECT r.*, "_recorded_at" AS rec FROM (${portRelation(binding)}) AS r ORDER BY "id", "_recorded_at"`,
        database: product.database,
      });
      yield* place.athena.rowsOf(queryId);
    },
    stageRows: () => Promise.reject(new Error('not here')),
  };
  const warehouse = place.open(rows);
  const made = {
    place,
    product,
    warehouse,
    async stage(number: number, values: string, recordedAt = timeOf(number), of = product) {
      drops = `SELECT * FROM (VALUES ${values}) AS v(id, amount, "at")`;
      const input = product.inputs[0]!;
      if (input.kind !== 'source') throw new Error('the sample reads drops');
      const bindings = [{ kind: 'source', name: 'scans', input, files: [] } as const];
      const runId = `run-${number}`;
      return {
        request: { runId, product: of, publicationId: `p-${number}`, recordedAt },
        staged: await warehouse.stageSql({ runId, product: of, bindings, recordedAt }),
      };
    },
    async publish(number: number, values: string, before: States = {}, recordedAt = timeOf(number)): Promise<States> {
      const { request, staged } = await made.stage(number, values, recordedAt);
      return warehouse.merge({ ...request, staged, before });
    },
    async read(state: PublishedPort) {
      const read = await collect(warehouse.readRows(bindingOf(product, { scans: state })));
      return read.map(({ id, amount, rec }) => `${id} ${amount} ${String(rec).slice(17, 26)}`);
    },
  };
  return made;
}

const at = "TIMESTAMP '2026-01-01 00:00:00.123456'";

describe('the warehouse on AWS', () => {
  test('stages SQL to the microsecond, and again', async () => {
    const { stage, publish, warehouse, product } = await runs('append');
    const { staged } = await stage(1, `('a', 1, ${at}), ('b', NULL, NULL)`);
    expect(staged).toMatchObject([{ port: 'scans', rows: 2 }]);
    const states = await publish(1, `('a', 1, ${at}), ('c', NULL, NULL)`);
    expect(states.scans).toMatchObject({ rows: 2, columns: ['id', 'amount', 'at'] });
    expect(states.scans!.bytes).toBeGreaterThan(0);
    const rows = await collect(warehouse.readRows(bindingOf(product, states)));
    expect(rows).toMatchObject([
      { id: 'a', amount: 1n, at: '2026-01-01 00:00:00.123456', rec: '2026-01-31 12:00:01.000123' },
      { id: 'c', amount: null, at: null, rec: '2026-01-31 12:00:01.000123' },
    ]);
  });

  test('makes a table anew whose statement failed after it had written files', async () => {
    const { place, product, stage } = await runs('append');
    await stage(1, "('a', 1, NULL)");
    let failures = 1;
    const athena: typeof place.athena = {
      ...place.athena,
      async run(statement) {
        const done = await place.athena.run(statement);
        if (failures === 0) return done;
        failures -= 1;
        throw athenaError('INTERNAL_ERROR: try again', statement.name, done.queryId);
      },
    };
    const table = { name: 'test', database: product.database, table: 'staging_test_rows' };
    const wanted = { ...table, bucket: place.bucket, prefix: 'staging/test/', select: 'SELECT 1 AS a' };
    expect(await createTableAs({ ...place, athena }, wanted)).toMatchObject({ rows: 1 });
    const [counted] = await place.athena.all({ ...table, sql: 'SELECT count(*) AS n FROM staging_test_rows' });
    expect(counted).toEqual({ n: 1n });
  });

  test('waits while Athena runs as many queries as it may, and tells who can stop a query at once', async () => {
    const { account } = await createWarehousePlace();
    const client = new AthenaClient({ credentials: { accessKeyId: account, secretAccessKey: 'test' } });
    let refusals = 7;
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName !== 'StartQueryExecutionCommand' || refusals === 0) return next(args);
          refusals -= 1;
          throw new TooManyRequestsException({ message: 'too many', $metadata: {} });
        },
      { step: 'initialize' },
    );
    const athena = createAthena({ client, workGroup: 'conformance' });
    const waits: number[] = [];
    const pace: Pace = { step: (_name, work) => work(), wait: async (_name, seconds) => void waits.push(seconds) };
    const one = { name: 'one', sql: 'SELECT 1 AS n', database: 'default' };
    expect(await withPace(pace, () => athena.all(one))).toEqual([{ n: 1 }]);
    expect(waits.slice(0, 7)).toEqual([2, 4, 8, 16, 32, 60, 60]);
    refusals = 1;
    const { signal } = new AbortController();
    await expect(athena.run({ ...one, attempts: 1, signal })).rejects.toMatchObject({ code: 'busy' });
  });

  test('goes on asking what a query does while Athena answers that too many ask', async () => {
    const { account } = await createWarehousePlace();
    const client = new AthenaClient({ credentials: { accessKeyId: account, secretAccessKey: 'test' } });
    const refusals = new Map([
      ['GetQueryExecutionCommand', 2],
      ['GetQueryResultsCommand', 2],
    ]);
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) => {
          const left = refusals.get(commandName) ?? 0;
          if (left === 0) return next(args);
          refusals.set(commandName, left - 1);
          throw new AthenaServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata: {} });
        },
      { step: 'initialize' },
    );
    const athena = createAthena({ client, workGroup: 'conformance' });
    expect(await athena.all({ name: 'one', sql: 'SELECT 1 AS n', database: 'default' })).toEqual([{ n: 1 }]);
    expect([...refusals.values()]).toEqual([0, 0]);
  });

  test('appends, forgets what a dead run left, and goes back', async () => {
    const { publish, read } = await runs('append');
    const first = await publish(1, `('a', 1, ${at})`);
    const second = await publish(2, `('b', 2, ${at})`, first);
    expect(await read(second.scans!)).toEqual(['a 1 01.000123', 'b 2 02.000123']);
    // A run that died after its merge left `b`; one more time the state before is the first.
    const third = await publish(3, `('c', 3, ${at})`, first);
    expect(await read(third.scans!)).toEqual(['a 1 01.000123', 'c 3 03.000123']);
    const anew = await publish(4, `('d', 4, ${at})`);
    expect(await read(anew.scans!)).toEqual(['d 4 04.000123']);
    const back = await publish(5, `('e', 5, ${at})`, third);
    expect(await read(back.scans!)).toEqual(['a 1 01.000123', 'c 3 03.000123', 'e 5 05.000123']);
    expect(await read(second.scans!)).toEqual(['a 1 01.000123', 'b 2 02.000123']);
  });

  test('keeps the processing time of rows that did not change', async () => {
    for (const mode of ['upsert', 'replace'] as const) {
      const { publish, read } = await runs(mode);
      const first = await publish(1, `('a', 1, ${at}), ('b', 1, ${at})`);
      const second = await publish(2, `('b', 1, ${at}), ('c', 1, ${at})`, first);
      const kept = mode === 'replace' ? [] : ['a 1 01.000123'];
      expect(await read(second.scans!)).toEqual([...kept, 'b 1 01.000123', 'c 1 02.000123']);
      const third = await publish(3, `('b', 2, ${at})`, first);
      const stay = mode === 'replace' ? [] : ['a 1 01.000123'];
      expect(await read(third.scans!)).toEqual([...stay, 'b 2 03.000123']);
      const anew = await publish(4, `('b', 2, ${at})`);
      expect(await read(anew.scans!)).toEqual(['b 2 04.000123']);
    }
  });

  test('does a merge again that is done, and none with nothing to do', async () => {
    for (const mode of ['append', 'upsert', 'replace'] as const) {
      const { stage, publish, warehouse } = await runs(mode);
      const first = await publish(1, `('a', 1, ${at})`);
      const { request, staged } = await stage(2, `('b', 1, ${at})`);
      const states = await warehouse.merge({ ...request, staged, before: first });
      expect(await warehouse.merge({ ...request, staged, before: first })).toEqual(states);
    }
  });

  test('lets facts leave that are older than the port keeps, with the commit that brings new ones', async () => {
    const { publish, read } = await runs('append', { retentionDays: 10 });
    const day = (number: number) => `2026-02-${String(number).padStart(2, '0')}T00:00:0${number % 10}.000000Z`;
    const first = await publish(1, `('a', 1, ${at})`, {}, day(1));
    const second = await publish(2, `('b', 1, ${at})`, first, day(8));
    const third = await publish(3, `('c', 1, ${at})`, second, day(15));
    expect((await read(third.scans!)).map((row) => row[0])).toEqual(['b', 'c']);
    // The second state is read as it was, and a run that goes on from it forgets the third.
    expect((await read(second.scans!)).map((row) => row[0])).toEqual(['a', 'b']);
    const fourth = await publish(4, `('d', 1, ${at})`, second, day(16));
    expect((await read(fourth.scans!)).map((row) => row[0])).toEqual(['b', 'd']);
  });

  test('measures staged rows, the state before and inputs, with big integers and texts as the local target gives them', async () => {
    const { stage, publish, warehouse, product } = await runs('upsert');
    const before = await publish(1, `('a', 1, ${at})`);
    const { request, staged } = await stage(2, `('a', 2, ${at}), ('b', NULL, NULL)`);
    const bindings = [bindingOf(product, before, { name: 'earlier' })];
    const sql =
      'SELECT count(*) AS n, (SELECT max("at") FROM "before_scans") AS newest, true AS yes, 0.5e0 AS half, ' +
      '(SELECT "id" FROM "input_earlier") AS id, CAST(1.50 AS DECIMAL(5, 2)) AS price FROM "staged_scans"';
    const rows = await warehouse.measure({ ...request, staged, before, bindings, sql });
    const newest = '2026-01-01 00:00:00.123456';
    expect(rows).toEqual([{ n: 2n, newest, yes: true, half: 0.5, id: 'a', price: '1.50' }]);
  });

  test('keeps what failed aside until nobody needs it, and discards staging', async () => {
    const { stage, publish, warehouse, read, place, product } = await runs('upsert');
    const before = await publish(1, `('a', 1, ${at})`);
    const { request, staged } = await stage(2, `('b', 1, ${at})`);
    const kept = await warehouse.quarantine({ ...request, staged, before });
    expect(await warehouse.quarantine({ ...request, staged, before })).toEqual(kept);
    await warehouse.discard('run-2', product);
    expect(await warehouse.quarantine({ ...request, staged, before })).toEqual(kept);
    expect(await keysBelow(place.s3, place.bucket, 'staging/run-2/')).toEqual([]);
    const aside = { rows: 1, bytes: 0, columns: [], snapshot: kept };
    await warehouse.sweep(product, [...Object.values(before), aside]);
    expect(await read(aside)).toEqual(['b 1 02.000123']);
    await warehouse.sweep(product, Object.values(before));
    await expect(read(aside)).rejects.toMatchObject({ kind: 'not-found' });
    expect(await keysBelow(place.s3, place.bucket, 'quarantine/')).toEqual([]);
    expect(await read(before.scans!)).toEqual(['a 1 01.000123']);
  });

  test('publishes to a table of which Lake Formation filters rows for others', async () => {
    const { place, product, publish, read } = await runs('upsert');
    const first = await publish(1, `('a', 1, ${at})`);
    const { database: DatabaseName, outputs } = product;
    const where = { TableCatalogId: place.account, DatabaseName, TableName: outputs[0]!.table, Name: 'some' };
    const RowFilter = { FilterExpression: 'amount > 1' };
    const lake = new LakeFormationClient({ credentials: { accessKeyId: place.account, secretAccessKey: 'test' } });
    await lake.send(new CreateDataCellsFilterCommand({ TableData: { ...where, RowFilter, ColumnWildcard: {} } }));
    const ask = (sql: string) => place.athena.all({ name: 'ask', sql, database: DatabaseName });
    await expect(ask('SELECT snapshot_id FROM "scans$snapshots"')).rejects.toMatchObject({ code: 'denied' });
    const second = await publish(2, `('b', 2, ${at})`, first);
    expect(await read(second.scans!)).toEqual(['a 1 01.000123', 'b 2 02.000123']);
  });

  test('tells what is wrong with a statement in its own words, and what to do', async () => {
    const { publish, place, product } = await runs('append');
    const ask = (sql: string) => place.athena.all({ name: 'ask', sql, database: product.database });
    await expect(publish(1, `('a', 'x', ${at})`)).rejects.toMatchObject({ code: 'conversion-failed' });
    await expect(ask('SELECT (1')).rejects.toMatchObject({ code: 'sql-syntax' });
    await expect(ask('SELECT nothing FROM scans')).rejects.toMatchObject({ code: 'sql-syntax' });
    await expect(ask('SELECT 1 FROM nowhere')).rejects.toMatchObject({ code: 'no-such-table', kind: 'not-found' });
    await expect(ask('SELECT 1 FROM scans FOR VERSION AS OF 7')).rejects.toMatchObject({ code: 'state-is-gone' });
    await expect(ask(`SELECT '${'x'.repeat(262_144)}'`)).rejects.toMatchObject({ code: 'statement-too-long' });
  });

  test('reads a state from before a field was added, and goes on from it', async () => {
    for (const mode of ['append', 'upsert', 'replace'] as const) {
      const { stage, publish, warehouse, product } = await runs(mode);
      const first = await publish(1, `('a', 1, ${at})`);
      const [output] = product.outputs;
      const note = { ...output!.fields[1]!, name: 'note', type: { kind: 'string' } } as const;
      const evolved = { ...product, outputs: [{ ...output!, fields: [...output!.fields, note] }] };
      const statement = { name: 'scans', text: `SELECT id, amount, "at", 'new' AS note FROM scans`, reads: ['scans'] };
      const later = { ...evolved, transform: { kind: 'sql', steps: [], statements: [statement] } as const };
      await warehouse.provision(later);
      const read = (states: States) =>
        collect(warehouse.readRows({ ...bindingOf(later, states), fields: [...output!.fields, note] }));
      for (const number of [2, 3]) {
        // The second of them begins from the first state again.
        const { request, staged } = await stage(number, `('b', 1, ${at})`, timeOf(number), later);
        const sql = 'SELECT count(*) AS n, count("note") AS notes FROM "before_scans"';
        const measured = await warehouse.measure({ ...request, staged, before: first, bindings: [], sql });
        expect(measured).toEqual([{ n: 1n, notes: 0n }]);
        const states = await warehouse.merge({ ...request, staged, before: first });
        const rows = (await read(states)).map(({ id, note: said }) => [id, said]);
        expect(rows).toEqual([...(mode === 'replace' ? [] : [['a', null]]), ['b', 'new']]);
      }
    }
  });

  test('reads nulls of a field that was added to a state that has no rows', async () => {
    const { stage, publish, warehouse, product } = await runs('replace');
    await publish(1, `('a', 1, ${at})`);
    const [output] = product.outputs;
    const note = { ...output!.fields[1]!, name: 'note', type: { kind: 'string' } } as const;
    const fields = [...output!.fields, note];
    const empty = (text: string) =>
      ({ kind: 'sql', steps: [], statements: [{ name: 'scans', text, reads: [] }] }) as const;
    const nothing = { ...product, transform: empty(`SELECT 'a' AS id, 1 AS amount, ${at} AS "at" WHERE false`) };
    const without = await stage(2, '(1)', timeOf(2), nothing);
    await warehouse.merge({ ...without.request, staged: without.staged, before: {} });
    const later = {
      ...product,
      outputs: [{ ...output!, fields }],
      transform: empty(`SELECT 'a' AS id, 1 AS amount, ${at} AS "at", 'new' AS note WHERE false`),
    };
    await warehouse.provision(later);
    for (const number of [3, 4]) {
      const { request, staged } = await stage(number, '(1)', timeOf(number), later);
      const states = await warehouse.merge({ ...request, staged, before: {} });
      expect(states.scans).toMatchObject({
        rows: 0,
        columns: [...product.outputs[0]!.fields.map(({ name }) => name), 'note'],
      });
      expect(await collect(warehouse.readRows({ ...bindingOf(later, states), fields }))).toEqual([]);
      const sql = 'SELECT count("note") AS n FROM "before_scans"';
      expect(await warehouse.measure({ ...request, staged, before: states, bindings: [], sql })).toEqual([{ n: 0n }]);
    }
  });

  test('makes the same state wherever a run dies, between any two steps', async () => {
    for (const mode of ['append', 'upsert', 'replace'] as const) {
      const { stage, publish, read, warehouse } = await runs(mode);
      const first = await publish(1, `('a', 1, ${at}), ('b', 1, ${at})`);
      const kept = mode === 'replace' ? [] : ['a 1 01.000123'];
      const again = mode === 'append' ? ['b 1 01.000123'] : [];
      for (let dies = 1, isOver = false; !isOver; dies += 1) {
        const number = dies + 1;
        const journal = new Map<string, unknown>();
        let steps = 0;
        const pace: Pace = {
          async step(name, work) {
            if (journal.has(name)) return journal.get(name) as Awaited<ReturnType<typeof work>>;
            const result = JSON.parse(JSON.stringify((await work()) ?? null));
            steps += 1;
            // Its result never came to the journal.
            if (steps === dies) throw new Error('dead');
            journal.set(name, result);
            return result;
          },
          wait: async () => undefined,
        };
        const attempt = () =>
          withPace(pace, async () => {
            const { request, staged } = await stage(number, `('b', 2, ${at})`);
            return warehouse.merge({ ...request, staged, before: first });
          });
        const states = await attempt().catch((error) => {
          if (error.message !== 'dead') throw error;
        });
        isOver = states !== undefined;
        const { scans } = states ?? (await attempt());
        const seconds = String(number).padStart(2, '0');
        expect(await read(scans!)).toEqual([...kept, ...again, `b 2 ${seconds}.000123`]);
      }
    }
  });
});
