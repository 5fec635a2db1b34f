import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, Where } from '../model/mesh-error.ts';
import type { LoadedMesh } from '../model/resolve/loaded-mesh.ts';
import { findPlace } from './find-place.ts';

/** Gives each problem of a product, port or field the place in the product's file where it most likely stands. */
export function addPlaces(problems: readonly Problem[], { products }: LoadedMesh, folder: string): Problem[] {
  const files = new Map(products.map(({ id, file }) => [id as string, file]));
  const sources = new Map<string, string>();
  const read = (file: string) => {
    if (!sources.has(file)) sources.set(file, readFileSync(join(folder, file), 'utf8'));
    return sources.get(file)!;
  };
  return problems.map((problem) => {
    const { where } = problem;
    const file = where.file ?? files.get(where.product ?? '');
    if (file === undefined || where.line !== undefined || !file.endsWith('.ts')) return problem;
    return { ...problem, where: { ...where, file, ...findPlace(read(file), pathOf(where)) } };
  });
}

function pathOf({ port, field }: Where): string[] {
  if (port === undefined) return [];
  return field === undefined ? ['outputs', port] : ['outputs', port, 'fields', field];
}
