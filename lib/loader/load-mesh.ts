import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { MeshDeclaration } from '../model/define-mesh.ts';
import type { ProductDeclaration } from '../model/define-product.ts';
import { MeshError, type Problem } from '../model/mesh-error.ts';
import { type ProductId, productId } from '../model/names.ts';
import { type LoadedMesh, type LoadedProduct, type LoadedText, loadInline } from '../model/resolve/loaded-mesh.ts';
import { bundleDeclarations, type DeclarationBundle, noDefaultExport } from './bundle-declarations.ts';
import { bundleTransform } from './bundle-transform.ts';
import { checkShape } from './check-shape.ts';
import { meshSchema, productSchema } from './declaration-schemas.ts';
import { type Evaluated, evaluateDeclarations } from './evaluate-declarations.ts';
import { findImportCycles } from './find-import-cycles.ts';
import { brokenInput, leaveOutDependents } from './leave-out-dependents.ts';
import { listMeshFiles } from './list-files.ts';
import { PACKAGE_NAME, packageEntry } from './package-root.ts';
import { readText } from './read-text.ts';

export interface LoadOptions {
  /** Folder that keeps bundled transformations. @default a folder of the system's temporary files */
  readonly cache?: string;
}

/** A mesh with the names of all that was read, for whoever keeps the result. */
export interface LoadedFiles {
  readonly loaded: LoadedMesh;
  /** Absolute. */
  readonly files: readonly string[];
  /** Names that matter in each folder looked into, by the folder's path relative to the mesh's. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a mesh's file and the products beside it (`<domain>/<product>/product.ts`), with their SQL and code. What is
 * wrong with one product is a problem; the others go on.
 *
 * @throws MeshError when the mesh's own file can't be read.
 */
export async function loadMesh(file: string, options: LoadOptions = {}): Promise<LoadedFiles> {
  if (!existsSync(packageEntry())) {
    throw new MeshError({ code: 'not-built', message: `${PACKAGE_NAME} is not built`, fix: 'run `npm run build`' });
  }
  const folder = dirname(file);
  const meshFile = basename(file);
  const cache = options.cache ?? join(tmpdir(), 'cdk-data-mesh');
  const listed = listMeshFiles(folder);
  const bundle = await bundleDeclarations(folder, [meshFile, ...listed.products]);
  const [evaluatedMesh, ...evaluated] = blameImports(
    await evaluateDeclarations(bundle),
    [meshFile, ...listed.products],
    bundle,
  );
  const mesh = readMesh(evaluatedMesh!, bundle, folder, meshFile);
  const cycles = findImportCycles(bundle.imports, listed.products);
  const problems: Problem[] = [...cycles.problems];
  const unloaded = new Set([...cycles.files].map((file) => idOf(file) as string));
  const products: LoadedProduct[] = (mesh.products ?? []).map(loadInline);
  const read = new Set([
    meshFile,
    ...bundle.imports.keys(),
    ...bundle.broken.keys(),
    ...[...listed.sql.values()].flat(),
  ]);
  const externals = new Set(bundle.externals);
  for (const [index, productFile] of listed.products.entries()) {
    if (cycles.files.has(productFile)) continue;
    const id = idOf(productFile);
    const { declaration, declares, problems: wrong } = readProduct(evaluated[index]!, bundle, folder, productFile, id);
    problems.push(...wrong);
    if (declares !== undefined) unloaded.add(declares);
    const sql = declaration && readSql(folder, listed.sql.get(productFile) ?? [], id, problems);
    if (!declaration || !sql) continue;
    const { transform } = declaration;
    if (transform.kind === 'sql') {
      products.push({ id, declaration, file: productFile, sql });
      continue;
    }
    const bundled = await bundleTransform(folder, id, productFile, transform.file, cache);
    if (bundled && !('code' in bundled)) {
      for (const { where } of bundled) if (where.file) read.add(where.file);
      problems.push(...bundled);
      continue;
    }
    for (const each of bundled?.files ?? []) read.add(each);
    for (const each of bundled?.externals ?? []) externals.add(each);
    products.push({ id, declaration, file: productFile, sql, code: bundled?.code });
  }
  for (const { where } of problems) if (where.product !== undefined) unloaded.add(where.product);
  const sound = leaveOutDependents(products, unloaded);
  const loaded = { mesh, products: sound.products, problems: [...problems, ...sound.problems].sort(causesFirst) };
  const files = [...[...read].map((path) => join(folder, path)), ...externals];
  return { loaded, files, folders: listed.folders };
}

function readMesh(evaluated: Evaluated, bundle: DeclarationBundle, folder: string, file: string): MeshDeclaration {
  const failed = failure(evaluated, bundle, file, {});
  const source = () => readFileSync(join(folder, file), 'utf8');
  const problems = failed
    ? [failed]
    : checkShape(meshSchema, (evaluated as { value: unknown }).value, { file, source: source() });
  if (problems.length === 0) {
    const mesh = (evaluated as { value: MeshDeclaration }).value;
    const wrong = (mesh.products ?? []).flatMap((product) =>
      checkShape(productSchema, product, { file, product: nameOf(product) }),
    );
    if (wrong.length === 0) return mesh;
    problems.push(...wrong);
  }
  const message = `the mesh's file ${file} can't be read`;
  throw new MeshError({ code: 'invalid-mesh', message, fix: 'correct it', where: { file }, problems });
}

function readProduct(
  evaluated: Evaluated,
  bundle: DeclarationBundle,
  folder: string,
  file: string,
  id: ProductId,
): { declaration?: ProductDeclaration; declares?: string; problems: readonly Problem[] } {
  const failed = failure(evaluated, bundle, file, { product: id });
  if (failed) return { problems: [failed] };
  const { value } = evaluated as { value: ProductDeclaration };
  const source = readText(folder, file, id);
  if (typeof source !== 'string') return { problems: [source] };
  const problems = checkShape(productSchema, value, { product: id, file, source });
  if (problems.length > 0) return { problems };
  if (nameOf(value) === id) return { declaration: value, problems };
  const message = `declares \`${nameOf(value)}\`, but its file stands in \`${id}\``;
  const fix = 'correct its `domain` and `name`, or move the folder';
  return {
    declares: nameOf(value),
    problems: [{ code: 'misplaced-product', message, where: { product: id, file }, fix }],
  };
}

/** What is thrown without a trace is the fault of the innermost file that throws the same. */
function blameImports(
  evaluated: readonly Evaluated[],
  files: readonly string[],
  { imports }: DeclarationBundle,
): readonly Evaluated[] {
  const byFile = new Map(files.map((file, index) => [file, evaluated[index]!]));
  return evaluated.map((result, index) => {
    if (result.kind !== 'thrown' || result.place) return result;
    const open = [...(imports.get(files[index]!) ?? [])];
    const seen = new Set(open);
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      const other = byFile.get(file);
      const isSame = other?.kind === 'thrown' && !other.place && other.message === result.message;
      if (isSame) return { ...result, place: { source: file } };
      for (const next of imports.get(file) ?? []) if (seen.size !== seen.add(next).size) open.push(next);
    }
    return result;
  });
}

/** What kept a file from giving a declaration, if anything. */
function failure(
  evaluated: Evaluated,
  bundle: DeclarationBundle,
  file: string,
  where: { readonly product?: string },
): Problem | undefined {
  if (evaluated.kind === 'value') {
    if (evaluated.hasDefault) return undefined;
    const problem = noDefaultExport(file, where.product === undefined ? 'defineMesh' : 'defineProduct');
    return { ...problem, where: { ...where, file } };
  }
  const culprit = evaluated.kind === 'broken' ? evaluated.file : (evaluated.place?.source ?? file);
  const place = evaluated.kind === 'thrown' ? evaluated.place : undefined;
  const problem: Problem =
    evaluated.kind === 'broken'
      ? bundle.broken.get(evaluated.file)!
      : {
          code: 'throws',
          message: `throws: ${evaluated.message}`,
          where: { file: culprit, line: place?.line, column: place?.column },
          fix: 'correct the file; a declaration only describes, it reads and computes nothing that can fail',
        };
  if (culprit === file) return { ...problem, where: { ...where, ...problem.where } };
  if (PRODUCT_PATH.test(culprit)) return brokenInput(where.product, file, idOf(culprit));
  const at = problem.where.line ? `:${problem.where.line}:${problem.where.column}` : '';
  const message = `imports ${culprit}${at}, which is broken: ${problem.message}`;
  return { code: 'broken-import', message, where: { ...where, file }, fix: `${problem.fix} (in ${culprit})` };
}

/** What is wrong with a product itself before what follows from it for others. */
function causesFirst(a: Problem, b: Problem): number {
  const follows = ({ code }: Problem) => Number(code === 'broken-import' || code === 'broken-input');
  return follows(a) - follows(b);
}

/** The texts of a product's SQL; undefined when one can't be read. */
function readSql(
  folder: string,
  files: readonly string[],
  id: ProductId,
  problems: Problem[],
): LoadedProduct['sql'] | undefined {
  const before = problems.length;
  const sql: Record<string, LoadedText> = {};
  for (const file of files) {
    const text = readText(folder, file, id);
    if (typeof text === 'string') sql[basename(file, '.sql')] = { file, text };
    else problems.push(text);
  }
  return problems.length === before ? sql : undefined;
}

const PRODUCT_PATH = /^[^/.]+\/[^/.]+\/product\.ts$/;

function idOf(productFile: string): ProductId {
  const [domain, product] = productFile.split('/');
  return productId(domain!, product!);
}

function nameOf({ domain, name }: ProductDeclaration): ProductId {
  return productId(domain, name);
}
