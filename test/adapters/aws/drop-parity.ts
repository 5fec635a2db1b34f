import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type DropStore, readDrop } from '../../../lib/adapters/aws/rows/read-drop.ts';
import { createEngine } from '../../../lib/adapters/local/engine.ts';
import { explainEngineError } from '../../../lib/adapters/local/explain-engine-error.ts';
import { locateValue } from '../../../lib/adapters/local/locate-value.ts';
import { readChunks } from '../../../lib/adapters/local/read-rows.ts';
import { MeshError } from '../../../lib/model/mesh-error.ts';
import type { SourceInputModel } from '../../../lib/model/mesh-model.ts';
import type { SourceBinding } from '../../../lib/ports/warehouse.ts';

/** What became of a source's drops: rows as text that compares, or why there are none. */
export type Outcome = { readonly rows: readonly string[] } | { readonly refused: MeshError };

/** Reads drops as both targets do. */
export interface DropParity {
  local(input: SourceInputModel, drops: Drops): Promise<Outcome>;
  aws(input: SourceInputModel, drops: Drops): Promise<Outcome>;
  parquet(select: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type Drops = { readonly [name: string]: string | Uint8Array };

export async function createDropParity(): Promise<DropParity> {
  const home = await mkdtemp(join(tmpdir(), 'mesh-parity-'));
  const engine = createEngine({ temporaryFolder: join(home, 'tmp'), threads: 1 });
  const connection: DuckDBConnection = await engine.connect();
  const landing = join(home, 'landing');
  const context = { home, landing, translate: undefined as never };
  return {
    async local(input, drops) {
      await rm(landing, { recursive: true, force: true });
      for (const [name, content] of Object.entries(drops)) {
        await mkdir(dirname(join(landing, name)), { recursive: true });
        await writeFile(join(landing, name), content);
      }
      const files = Object.keys(drops).map((path) => ({ path, bytes: 0, hash: '' }));
      const binding: SourceBinding = { kind: 'source', name: input.name, input, files };
      try {
        return { rows: await shown(readChunks(context, connection, binding)) };
      } catch (thrown) {
        return refusal(await locateValue(explainEngineError(thrown, landing), [binding], landing));
      }
    },
    async aws(input, drops) {
      const rows: string[] = [];
      try {
        for (const [path, content] of Object.entries(drops)) {
          const store = storeOf(typeof content === 'string' ? Buffer.from(content) : content);
          rows.push(...(await shown(readDrop(store, input, { path, bytes: 0, hash: '' }))));
        }
        return { rows: rows.sort() };
      } catch (thrown) {
        return refusal(thrown);
      }
    },
    async parquet(select) {
      const file = join(home, 'made.parquet');
      await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
      const { readFile } = await import('node:fs/promises');
      return readFile(file);
    },
    async close() {
      connection.closeSync();
      engine.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Bytes in memory, a few at a time. */
function storeOf(content: Uint8Array, chunk = 64 * 1024): DropStore {
  return {
    async *bytes() {
      for (let from = 0; from < content.length; from += chunk) yield content.subarray(from, from + chunk);
    },
    buffer: () => ({
      byteLength: content.length,
      slice: (start, end) => new Uint8Array(content.subarray(start, end)).buffer as ArrayBuffer,
    }),
  };
}

/** A value as text, its type included. */
export function show(value: unknown): string {
  // Bytes of Node's buffers would come as what they make of themselves.
  return JSON.stringify(value, function (this: { [name: string]: unknown }, name) {
    const held = this[name];
    if (typeof held === 'bigint') return `${held}n`;
    if (held instanceof Map) return [...held].map(([key, of]) => [show(key), show(of)]).sort();
    if (held instanceof Uint8Array) return [...held];
    if (typeof held === 'number' && !Number.isFinite(held)) return String(held);
    return held === undefined ? null : held;
  });
}

async function shown(chunks: AsyncIterable<readonly { readonly [name: string]: unknown }[]>): Promise<string[]> {
  const rows: string[] = [];
  for await (const chunk of chunks) for (const { _file, ...row } of chunk) rows.push(show(row));
  return rows.sort();
}

function refusal(thrown: unknown): Outcome {
  if (thrown instanceof MeshError) return { refused: thrown };
  throw thrown;
}
