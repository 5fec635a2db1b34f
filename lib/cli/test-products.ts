import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLocalPorts } from '../adapters/local/create-local-ports.ts';
import { plainJson } from '../api/plain-json.ts';
import { type Land, testCase } from '../flow/test-case.ts';
import { loadTransform } from '../loader/load-transform.ts';
import { type ReadCase, readCases } from '../loader/read-cases.ts';
import { MeshError, type Problem } from '../model/mesh-error.ts';
import type { MeshModel, ProductModel } from '../model/mesh-model.ts';
import type { MeshPlace } from './open-mesh.ts';

/** How one case of a product went. */
export interface TestedCase {
  readonly product: string;
  readonly case: string;
  readonly file: string;
  readonly line: number;
  /** None when it holds. */
  readonly differences: readonly string[];
  readonly milliseconds: number;
}

export interface TestedProducts {
  readonly cases: readonly TestedCase[];
  /** Of files of cases that can't be read. */
  readonly problems: readonly Problem[];
  readonly withoutCases: readonly string[];
}

export interface TestProductsOptions {
  readonly signal: AbortSignal;
  readonly onCase: (tested: TestedCase) => void;
}

/** Runs the cases of products on the real engine, in a folder of their own: nothing of the mesh's state is touched. */
export async function testProducts(
  place: MeshPlace,
  model: MeshModel,
  products: readonly ProductModel[],
  { signal, onCase }: TestProductsOptions,
): Promise<TestedProducts> {
  const home = mkdtempSync(join(tmpdir(), 'mesh-test-'));
  const ports = createLocalPorts({ home, loadTransform: (product) => loadTransform(place.home, product) });
  const cases: TestedCase[] = [];
  const problems: Problem[] = [];
  const withoutCases: string[] = [];
  try {
    for (const product of products) {
      const read = casesOf(place, product, problems);
      if (read?.length === 0) withoutCases.push(product.id);
      for (const { case: given, file, line } of read ?? []) {
        signal.throwIfAborted();
        const started = Date.now();
        const { differences } = await testCase(ports, model, product, given, landIn(ports.landing)).catch(unexpected);
        const tested = {
          product: product.id,
          case: given.case,
          file,
          line,
          differences,
          milliseconds: Date.now() - started,
        };
        cases.push(tested);
        onCase(tested);
      }
    }
    return { cases, problems, withoutCases };
  } finally {
    ports.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function casesOf({ folder }: MeshPlace, product: ProductModel, problems: Problem[]): readonly ReadCase[] | undefined {
  try {
    return readCases(folder, product);
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** What a case's transformation throws is how it differs. */
function unexpected(error: unknown): { differences: readonly string[] } {
  return { differences: [error instanceof Error ? error.message : String(error)] };
}

function landIn(landing: string): Land {
  return async (input, rows) => {
    const path = `${input}/rows.ndjson`;
    const text = rows.map((row) => `${JSON.stringify(row, plainJson)}\n`).join('');
    mkdirSync(dirname(join(landing, path)), { recursive: true });
    writeFileSync(join(landing, path), text);
    return { path, bytes: Buffer.byteLength(text), hash: createHash('sha256').update(text).digest('hex') };
  };
}
