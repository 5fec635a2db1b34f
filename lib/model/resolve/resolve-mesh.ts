import type { FieldType } from '../field-type.ts';
import { freezeDeep } from '../freeze-deep.ts';
import { MeshError, type Problem } from '../mesh-error.ts';
import { type MeshModel, MODEL_VERSION, type ProductModel } from '../mesh-model.ts';
import { KEBAB_NAME, RECORDED_AT, SOURCE_FILE } from '../names.ts';
import { ownValue } from '../own-value.ts';
import type { SqlChecker, SqlTables } from '../sql-checker.ts';
import { checkConditions } from './check-conditions.ts';
import { checkGrants } from './check-grants.ts';
import { checkInputs, readableFields } from './check-inputs.ts';
import { checkNames } from './check-names.ts';
import { checkOwners, teamNames } from './check-owners.ts';
import { checkPolicies } from './check-policies.ts';
import { checkPorts } from './check-ports.ts';
import { checkReferences } from './check-references.ts';
import { type CheckedSql, checkSql } from './check-sql.ts';
import { explainHiddenColumn } from './hidden-column.ts';
import type { LoadedMesh, LoadedProduct } from './loaded-mesh.ts';
import { ProblemList } from './problem-list.ts';
import { resolveProduct } from './resolve-product.ts';
import { providersOf, sortProducts } from './sort-products.ts';

/** What resolving needs of a target. */
export interface ResolveOptions {
  readonly sql: SqlChecker;
}

/** What could be resolved, and every problem of what could not. */
export interface Resolution {
  /** The mesh without the products that have a problem, and without those that depend on them. */
  readonly model: MeshModel;
  readonly problems: readonly Problem[];
}

/**
 * Turns declarations into the model that every target interprets: checks everything, fills every default, name and
 * dependency once.
 *
 * @throws MeshError with every problem, each with its place and its fix.
 */
export async function resolveMesh(loaded: LoadedMesh, options: ResolveOptions): Promise<MeshModel> {
  const { model, problems } = await tryResolveMesh(loaded, options);
  if (problems.length === 0) return model;
  throw new MeshError({ code: 'invalid-mesh', message: 'the mesh has problems', fix: 'mend them', problems });
}

/** As `resolveMesh`, but returns the problems beside what is sound, so that sound products can go on. */
export async function tryResolveMesh(loaded: LoadedMesh, { sql }: ResolveOptions): Promise<Resolution> {
  const { mesh } = loaded;
  const problems = new ProblemList();
  problems.addAll(loaded.problems);
  checkNames(mesh, loaded.products, problems);
  const byId = new Map<string, LoadedProduct>(loaded.products.map((product) => [product.id, product]));
  const entities = new Set((mesh.entities ?? []).map(({ name }) => name));
  for (const product of byId.values()) {
    checkOwners(mesh, product, problems);
    checkGrants(mesh, product, problems);
    checkPorts(product, entities, problems);
    checkPolicies(product, problems);
    checkInputs(product, byId, problems);
    if (product.declaration.transform.kind !== 'sql' && !product.code) {
      const message = `there is no file \`${product.declaration.transform.file}\``;
      problems.add('no-code', { product: product.id }, message, 'write it beside the product’s file');
    }
  }
  const { sorted, cyclic } = sortProducts([...byId.values()], problems);
  const unsound = new Set(cyclic);
  const products: ProductModel[] = [];
  const check = (product: LoadedProduct) => startCheck(product, byId, sql, problems);
  let ahead = sorted[0] && check(sorted[0]);
  for (const [index, product] of sorted.entries()) {
    const { id } = product;
    const broken = providersOf(product).find((provider) => unsound.has(provider));
    if (broken !== undefined) {
      problems.add('broken-input', { product: id }, `reads ${broken}, which has problems`, 'mend those first');
    }
    const { found, checking } = ahead!;
    // While the engine types this one, the parser reads the next one.
    ahead = sorted[index + 1] && check(sorted[index + 1]!);
    const checked = await checking;
    problems.addAll(found.all);
    const isNamed = KEBAB_NAME.test(mesh.name) && KEBAB_NAME.test(product.declaration.domain);
    if (!checked || !isNamed || problems.codesOf(id).size > 0) unsound.add(id);
    else products.push(resolveProduct(mesh.name, product, checked));
  }
  for (const id of cyclic) {
    const { found, checking } = check(byId.get(id)!);
    await checking;
    problems.addAll(found.all);
  }
  const model: MeshModel = {
    modelVersion: MODEL_VERSION,
    name: mesh.name,
    description: mesh.description,
    domains: mesh.domains,
    entities: mesh.entities ?? [],
    teams: teamNames(mesh).map((name) => ({ name, description: describeTeam(loaded, name) })),
    environments: mesh.environments ?? {},
    seed: mesh.seed,
    landing: mesh.landing,
    products,
  };
  // Through JSON, so that the model is plain data whatever the declarations held.
  return { model: freezeDeep(JSON.parse(JSON.stringify(model)) as MeshModel), problems: problems.all };
}

/** Problems that would show again, and less plainly, in every statement. */
const SPOIL_SQL = ['invalid-name', 'reserved-name', 'duplicate-name', 'invalid-type', 'no-field', 'no-output'];

/** Begins to check a product's SQL; what it finds stands apart, because several may be under way. */
function startCheck(
  product: LoadedProduct,
  products: ReadonlyMap<string, LoadedProduct>,
  sql: SqlChecker,
  known: ProblemList,
): { readonly found: ProblemList; readonly checking: Promise<CheckedSql | undefined> } {
  const found = new ProblemList();
  const checking = checkStatements(product, products, sql, known, found);
  // Whoever waits for it is told; nobody does when the check before it failed.
  checking.catch(() => undefined);
  return { found, checking };
}

/** Checks all SQL of a product, as far as it is known what that may read: whatever else is wrong, all is told at once. */
async function checkStatements(
  product: LoadedProduct,
  products: ReadonlyMap<string, LoadedProduct>,
  sql: SqlChecker,
  known: ProblemList,
  problems: ProblemList,
): Promise<CheckedSql | undefined> {
  const isSpoilt = (id: string) => SPOIL_SQL.some((code) => known.codesOf(id).has(code));
  const inputs = isSpoilt(product.id) ? undefined : inputTables(product, products, isSpoilt);
  if (!inputs) return undefined;
  checkReferences(product, inputs, problems);
  await checkConditions(product, sql, problems);
  return checkSql(product, inputs, sql, problems, (problem, text) =>
    explainHiddenColumn(problem, text, product, products),
  );
}

/** The tables a product's SQL may read: each input with its readable columns and its system column. */
function inputTables(
  { declaration }: LoadedProduct,
  products: ReadonlyMap<string, LoadedProduct>,
  isSpoilt: (id: string) => boolean,
): SqlTables | undefined {
  const tables: { [name: string]: SqlTables[string] } = {};
  for (const [name, input] of Object.entries(declaration.inputs)) {
    if (input.kind === 'source') {
      tables[name] = { ...typesOf(input.fields, Object.keys(input.fields)), [SOURCE_FILE]: { kind: 'string' } };
      continue;
    }
    const provider = products.get(input.product);
    const columns = provider && readableFields(declaration, input, provider);
    if (!columns || isSpoilt(input.product)) return undefined;
    const { fields } = ownValue(provider.declaration.outputs, input.port)!;
    tables[name] = { ...typesOf(fields, columns), [RECORDED_AT]: { kind: 'timestamp' } };
  }
  return tables;
}

function typesOf(fields: { readonly [name: string]: { spec: { type: FieldType } } }, columns: readonly string[]) {
  return Object.fromEntries(columns.map((column) => [column, fields[column]!.spec.type]));
}

function describeTeam({ mesh }: LoadedMesh, name: string): string {
  const owned = mesh.domains.filter(({ team }) => team === name).map((domain) => domain.name);
  return mesh.teams?.find((team) => team.name === name)?.description ?? `Owns ${owned.join(', ')}`;
}
