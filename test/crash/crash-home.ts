import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { LocalPorts } from '../../lib/adapters/local/create-local-ports.ts';
import { createStore } from '../../lib/adapters/local/store.ts';
import { build } from '../../lib/flow/build.ts';
import type { RunResult } from '../../lib/flow/run.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import type { RegisteredProduct } from '../../lib/ports/registry.ts';
import { type CrashPlace, openCrashPorts } from './crash-place.ts';

/** Builds in this process, to the end. */
export async function buildHere(place: CrashPlace, model: MeshModel): Promise<readonly RunResult[]> {
  const ports = openCrashPorts(place);
  try {
    return await build(ports, model, { deliver: (handle) => ports.bus.drain(handle) });
  } finally {
    ports.close();
  }
}

/** Everything a home holds that anybody may rely on, without what differs by chance: names of runs and files. */
export interface HomeState {
  readonly products: { readonly [id: string]: object };
  /** Of each run that ended: product, outcome, publication. */
  readonly runs: readonly string[];
  readonly events: readonly string[];
}

let engine: Promise<DuckDBInstance> | undefined;

/** Reads the rows of files as JSON, in an order of their own. */
async function readRows(home: string, files: readonly string[]): Promise<string[]> {
  engine ??= DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await (await engine).connect();
  try {
    const paths = files.map((file) => `'${join(home, file)}'`).join(', ');
    const reader = await connection.runAndReadAll(
      `SELECT to_json(r)::VARCHAR AS row FROM read_parquet([${paths}]) AS r ORDER BY row`,
    );
    return reader.getRows().map(([row]) => String(row));
  } finally {
    connection.closeSync();
  }
}

export async function readState(place: CrashPlace): Promise<HomeState> {
  const ports = openCrashPorts(place);
  const store = createStore({ home: place.home });
  try {
    const products: { [id: string]: object } = {};
    for (const registered of await ports.registry.list())
      products[registered.manifest.id] = await productState(ports, place.home, registered);
    const entries = await ports.ledger.entries({ kind: 'run' });
    const runs = entries.flatMap((entry) =>
      entry.kind === 'run' ? [`${entry.product} ${entry.outcome} ${entry.publicationId} ${entry.error ?? ''}`] : [],
    );
    const events = await store.read<{ event: string; done: number }>('SELECT event, done FROM events');
    return {
      products,
      runs: runs.sort(),
      events: events
        .map(({ event, done }) => {
          const { type, data } = JSON.parse(event) as {
            type: string;
            data: { product: string; publicationId: string };
          };
          return `${type} ${data.product} ${data.publicationId} ${done === 1 ? 'handled' : 'waiting'}`;
        })
        .sort(),
    };
  } finally {
    store.close();
    ports.close();
  }
}

async function productState(ports: LocalPorts, home: string, registered: RegisteredProduct): Promise<object> {
  const { manifest, sequence, quarantined } = registered;
  const publications = [];
  for (const { publicationId, recordedAt, inputs, outputs } of await ports.registry.publications(manifest.id)) {
    const states: { [port: string]: object } = {};
    for (const [port, { rows, columns, snapshot }] of Object.entries(outputs))
      states[port] = { rows, columns, content: await readRows(home, snapshot) };
    publications.push({ publicationId, recordedAt, inputs, states });
  }
  return {
    sequence,
    publications,
    quarantined: quarantined && {
      publicationId: quarantined.publicationId,
      findings: quarantined.findings,
      content: await readRows(home, quarantined.snapshot),
    },
  };
}

interface PublicationState {
  readonly publicationId: string;
  readonly states: { readonly [port: string]: { readonly rows: number; readonly content: readonly string[] } };
}

/** What consumers see now, whatever led there. */
export function consumersView({ products }: HomeState): object {
  return Object.fromEntries(
    Object.entries(products).map(([id, product]) => {
      const { publications, quarantined } = product as { publications: PublicationState[]; quarantined: unknown };
      const { publicationId, states } = publications[0]!;
      const content = Object.entries(states).map(([port, { rows, content }]) => [port, rows, content.map(withoutTime)]);
      return [id, { publicationId, content, quarantined }];
    }),
  );
}

function withoutTime(row: string): string {
  return row.replace(/,"_recorded_at":"[^"]*"/, '');
}

/** Files that no state needs: none should be there when nothing runs. */
export async function findLeftovers(place: CrashPlace): Promise<string[]> {
  const ports = openCrashPorts(place);
  try {
    const needed = new Set<string>();
    for (const { manifest, quarantined } of await ports.registry.list()) {
      for (const { outputs } of await ports.registry.publications(manifest.id))
        for (const { snapshot } of Object.values(outputs)) for (const file of snapshot) needed.add(file);
      for (const file of quarantined?.snapshot ?? []) needed.add(file);
    }
    const entries = await readdir(place.home, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(place.home, join(entry.parentPath, entry.name)));
    const present = new Set(files);
    const missing = [...needed].filter((file) => !present.has(file)).map((file) => `missing: ${file}`);
    const surplus = files.filter(
      (file) => !needed.has(file) && !/^store\.db(-wal|-shm)?$|^journal\/[\w.-]+\.lock$/.test(file),
    );
    return [...missing, ...surplus];
  } finally {
    ports.close();
  }
}
