import type { MeshDeclaration } from '../define-mesh.ts';
import type { ProductDeclaration } from '../define-product.ts';
import type { Where } from '../mesh-error.ts';
import { databaseName, KEBAB_NAME, LONGEST_STACK_NAME, stackName } from '../names.ts';
import { checkFieldNames, checkSnakeName } from './check-field-names.ts';
import { teamNames } from './check-owners.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

const ENTITY_NAME = /^[A-Z][A-Za-z0-9]*$/;
/** Rules that every port with a key has already. */
const BUILT_IN_RULE = 'key';

/** Refuses names that Glue, Athena or CloudFormation would refuse, and names used twice. */
export function checkNames(mesh: MeshDeclaration, products: readonly LoadedProduct[], problems: ProblemList): void {
  const entities = mesh.entities ?? [];
  checkKebabName('mesh', mesh.name, {}, problems);
  for (const { name } of mesh.domains) checkKebabName('domain', name, {}, problems);
  for (const name of teamNames(mesh)) checkKebabName('team', name, {}, problems);
  for (const { name } of entities) {
    if (ENTITY_NAME.test(name)) continue;
    const fix = 'write it in PascalCase, such as `Vendor`';
    problems.add('invalid-name', {}, `entity name \`${name}\` is not letters and digits with a capital first`, fix);
  }
  refuseTwice('domain', namesOf(mesh.domains), {}, problems);
  refuseTwice('team', namesOf(mesh.teams ?? []), {}, problems);
  refuseTwice('entity', namesOf(entities), {}, problems);
  refuseSameProduct(products, problems);
  refuseSameDatabase(mesh.name, products, problems);
  for (const product of products) checkProductNames(mesh.name, product, problems);
}

function checkProductNames(mesh: string, { id, declaration }: LoadedProduct, problems: ProblemList): void {
  const { domain, name, inputs, outputs, transform } = declaration;
  const where = { product: id };
  checkKebabName('product', name, where, problems);
  const stack = stackName(mesh, domain, name);
  if (stack.length > LONGEST_STACK_NAME) {
    const message = `its stack name \`${stack}\` has ${stack.length} characters, ${LONGEST_STACK_NAME} are allowed`;
    problems.add('invalid-name', where, message, 'shorten the product’s name');
  }
  for (const [input, declared] of Object.entries(inputs)) {
    checkSnakeName('input', input, where, problems);
    if (declared.kind === 'source') checkFieldNames(declared.fields, { ...where, port: input }, problems);
  }
  for (const [port, output] of Object.entries(outputs)) {
    const place = { ...where, port };
    checkSnakeName('output', port, place, problems);
    checkFieldNames(output.fields, place, problems);
    refuseTwice('key field', output.key ?? [], place, problems);
    const rules = namesOf(output.quality ?? []);
    for (const rule of rules) {
      checkSnakeName('rule', rule, place, problems);
      if (rule !== BUILT_IN_RULE) continue;
      problems.add('reserved-name', place, `rule \`${rule}\` has the name of the rule that every key has`, 'rename it');
    }
    refuseTwice('rule', rules, place, problems);
  }
  if (transform.kind === 'sql') checkSteps(transform.steps, declaration, where, problems);
}

function checkSteps(
  steps: readonly { readonly name: string }[],
  { inputs, outputs }: ProductDeclaration,
  where: Where,
  problems: ProblemList,
): void {
  const names = namesOf(steps);
  for (const name of names) {
    checkSnakeName('step', name, where, problems);
    if (!Object.hasOwn(outputs, name)) continue;
    const message = `step \`${name}\` has the name of an output port, so both would be \`${name}.sql\``;
    problems.add('duplicate-name', where, message, 'rename the step');
  }
  refuseTwice('input or step', [...Object.keys(inputs), ...names], where, problems);
}

function checkKebabName(what: string, name: string, where: Where, problems: ProblemList): void {
  if (KEBAB_NAME.test(name)) return;
  const fix = 'use small letters, digits and single hyphens, beginning with a letter, such as `vendor-performance`';
  problems.add('invalid-name', where, `${what} name \`${name}\` can't be a part of a database or stack name`, fix);
}

function refuseSameProduct(products: readonly LoadedProduct[], problems: ProblemList): void {
  for (const id of repeated(products.map((product) => product.id))) {
    const same = products.filter((product) => product.id === id);
    const files = same.map(({ file }) => file ?? 'the mesh itself').join(' and ');
    const message = `is declared ${same.length} times: in ${files}`;
    problems.add('duplicate-name', { product: id }, message, 'rename or remove all but one');
  }
}

/** `a/b-c` and `a-b/c` are two products, but hyphens become underscores, and they would share their tables. */
function refuseSameDatabase(mesh: string, products: readonly LoadedProduct[], problems: ProblemList): void {
  const holders = new Map<string, string>();
  for (const { id, declaration } of products) {
    const database = databaseName(mesh, declaration.domain, declaration.name);
    const holder = holders.get(database);
    if (holder !== undefined && holder !== id) {
      const message = `would share the database \`${database}\` with ${holder}`;
      problems.add('duplicate-name', { product: id }, message, 'rename one of the two');
    }
    holders.set(database, holder ?? id);
  }
}

function refuseTwice(what: string, names: readonly string[], where: Where, problems: ProblemList): void {
  for (const name of repeated(names)) {
    problems.add('duplicate-name', where, `${what} \`${name}\` is declared more than once`, 'rename one of them');
  }
}

function repeated(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

function namesOf(named: readonly { readonly name: string }[]): string[] {
  return named.map(({ name }) => name);
}
