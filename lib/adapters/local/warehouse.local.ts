import { mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { eachRow } from '../../model/each-row.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { PublishedPort } from '../../ports/publication.ts';
import {
  type Binding,
  type DataRow,
  type MeasureRequest,
  measuredTable,
  type Warehouse,
} from '../../ports/warehouse.ts';
import { type BindContext, bindView, stateSelect } from './bind-views.ts';
import { asFileError, filesBelow, moveFile, removeFolder } from './durable-files.ts';
import type { Engine } from './engine.ts';
import { explainEngineError } from './explain-engine-error.ts';
import { layout } from './layout.ts';
import { locateValue } from './locate-value.ts';
import { mergeState } from './merge-state.ts';
import { query } from './query.ts';
import { plainValue, readChunks } from './read-rows.ts';
import { quoteName, quotePaths } from './sql-text.ts';
import { stageRows } from './stage-rows.ts';
import { stageSql } from './stage-sql.ts';

export interface WarehouseOptions extends BindContext {
  readonly engine: Engine;
}

/** DuckDB over Parquet files: immutable, one set for each publication of a port. */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  const { home, engine } = options;
  /** Runs work on a connection of its own, whose temporary views are gone with it. */
  const connected = async <Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> => {
    const connection = await engine.connect();
    try {
      return await work(connection);
    } catch (thrown) {
      throw asFileError(explainEngineError(thrown, options.landing), home);
    } finally {
      connection.closeSync();
    }
  };
  const freshStaging = async (product: ProductModel, runId: string) => {
    // What other runs of the product left is of no use: only one at a time is unfinished.
    await removeFolder(layout.staging(home, product));
    await mkdir(layout.temporary(home), { recursive: true });
    return layout.stagingOf(home, product, runId);
  };
  const chunksOf = async function* (binding: Binding, orderBy?: readonly string[]) {
    const connection = await engine.connect();
    try {
      yield* readChunks(options, connection, binding, orderBy);
    } catch (thrown) {
      const error = asFileError(explainEngineError(thrown, options.landing), home);
      throw await locateValue(error, [binding], options.landing);
    } finally {
      connection.closeSync();
    }
  };
  return {
    // Folders are made when they are written to.
    provision: async () => undefined,
    async remove(product) {
      for (const folder of [
        layout.staging(home, product),
        layout.data(home, product),
        layout.quarantine(home, product),
      ])
        await removeFolder(folder);
    },
    stageSql: (request) =>
      connected(async (connection) =>
        stageSql(options, connection, request, await freshStaging(request.product, request.runId)),
      ).catch(async (thrown) => {
        throw await locateValue(thrown, request.bindings, options.landing);
      }),
    stageRows: (request, rows) =>
      connected(async (connection) =>
        stageRows(connection, request, rows, await freshStaging(request.product, request.runId)),
      ),
    readRows: (binding, orderBy) => eachRow(chunksOf(binding, orderBy)),
    measure: (request) => connected((connection) => measure(options, connection, request)),
    async merge(request) {
      return connected(async (connection) => {
        const merged: { [port: string]: PublishedPort } = {};
        for (const output of request.product.outputs)
          merged[output.name] = await mergeState(home, async () => connection, request, output);
        return merged;
      });
    },
    async quarantine({ product, publicationId, staged }) {
      const folder = layout.quarantine(home, product);
      const kept: string[] = [];
      for (const path of staged.flatMap(({ snapshot }) => snapshot)) {
        const to = join(
          folder,
          publicationId,
          relative(layout.staging(home, product), path).split('/').slice(1).join('/'),
        );
        await moveFile(path, to).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw asFileError(error, home);
        });
        kept.push(relative(home, to));
      }
      for (const old of await readdir(folder).catch(() => []))
        if (old !== publicationId) await removeFolder(join(folder, old));
      return kept;
    },
    discard: (runId, product) => removeFolder(layout.stagingOf(home, product, runId)),
    async sweep(product, keep) {
      const kept = new Set(keep.flatMap(({ snapshot }) => snapshot));
      for (const folder of [layout.data(home, product), layout.quarantine(home, product)]) {
        for (const path of await filesBelow(folder)) if (!kept.has(relative(home, path))) await removeFolder(path);
      }
    },
    query: (request) => query(options, request).catch((thrown) => Promise.reject(asFileError(thrown, home))),
  };
}

async function measure(
  options: WarehouseOptions,
  connection: DuckDBConnection,
  request: MeasureRequest,
): Promise<DataRow[]> {
  const { home } = options;
  const view = (name: string, select: string) => connection.run(`CREATE TEMP VIEW ${quoteName(name)} AS ${select}`);
  for (const output of request.product.outputs) {
    const staged = request.staged.find(({ port }) => port === output.name)!;
    const before = request.before[output.name];
    await view(measuredTable.staged(output.name), `SELECT * FROM read_parquet(${quotePaths(staged.snapshot)})`);
    await view(measuredTable.before(output.name), stateSelect(home, before?.snapshot ?? [], output.fields));
  }
  for (const binding of request.bindings) {
    const name = measuredTable.input(binding.name);
    // Keys are looked for in all that is there, also where the run itself read only the news.
    const whole = binding.kind === 'port' ? { ...binding, since: undefined } : binding;
    if (request.sql.includes(quoteName(name))) await bindView(options, connection, whole, name);
  }
  const reader = await connection.runAndReadAll(await options.translate.statement(request.sql));
  const names = reader.columnNames();
  return reader
    .getRows()
    .map((values) => Object.fromEntries(names.map((name, index) => [name, plainValue(values[index]!)])));
}
