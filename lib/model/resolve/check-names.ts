import type { MeshDeclaration } from '../define-mesh.ts';
import {
  KEBAB_NAME,
  LONGEST_NAME,
  LONGEST_STACK_NAME,
  RECORDED_AT,
  SNAKE_NAME,
  SOURCE_FILE,
  stackName,
} from '../names.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';
import { RESERVED_WORDS } from './reserved-words.ts';

/** Refuses names that Glue, Athena or CloudFormation would refuse, and names used twice. */
export function checkNames(mesh: MeshDeclaration, products: readonly LoadedProduct[], problems: ProblemList): void {
  const kebab = (what: string, name: string, product?: string) => {
    if (KEBAB_NAME.test(name)) return;
    const fix = 'use small letters, digits and single hyphens, beginning with a letter, such as `vendor-performance`';
    problems.add(
      'invalid-name',
      { product },
      `${what} name \`${name}\` can't be a part of a database or stack name`,
      fix,
    );
  };
  kebab('mesh', mesh.name);
  for (const { name } of mesh.domains) kebab('domain', name);
  for (const { name } of mesh.teams ?? []) kebab('team', name);
  refuseTwice(
    'domain',
    mesh.domains.map(({ name }) => name),
    problems,
  );
  refuseTwice(
    'entity',
    (mesh.entities ?? []).map(({ name }) => name),
    problems,
  );
  for (const id of repeated(products.map((product) => product.id))) {
    const same = products.filter((product) => product.id === id);
    const files = same.map(({ file }) => file ?? 'the mesh itself').join(' and ');
    problems.add(
      'duplicate-name',
      { product: id },
      `is declared ${same.length} times: in ${files}`,
      'rename or remove all but one',
    );
  }
  for (const product of products) checkProductNames(mesh.name, product, kebab, problems);
}

function checkProductNames(
  mesh: string,
  { id, declaration }: LoadedProduct,
  kebab: (what: string, name: string, product: string) => void,
  problems: ProblemList,
): void {
  kebab('product', declaration.name, id);
  const stack = stackName(mesh, declaration.domain, declaration.name);
  if (stack.length > LONGEST_STACK_NAME) {
    const message = `its stack name \`${stack}\` has ${stack.length} characters, ${LONGEST_STACK_NAME} are allowed`;
    problems.add('invalid-name', { product: id }, message, 'shorten the product’s name');
  }
  for (const [name, input] of Object.entries(declaration.inputs)) {
    checkSnakeName('input', name, { product: id }, problems);
    if (input.kind === 'source') {
      for (const field of Object.keys(input.fields)) checkFieldName(field, { product: id, port: name }, problems);
    }
  }
  for (const [port, output] of Object.entries(declaration.outputs)) {
    checkSnakeName('output', port, { product: id, port }, problems);
    for (const field of Object.keys(output.fields)) checkFieldName(field, { product: id, port }, problems);
    const rules = (output.quality ?? []).map(({ name }) => name);
    for (const name of rules) checkSnakeName('rule', name, { product: id, port }, problems);
    refuseTwice('rule', rules, problems, { product: id, port });
  }
  const { transform } = declaration;
  if (transform.kind !== 'sql') return;
  const tables = [...Object.keys(declaration.inputs), ...transform.steps.map(({ name }) => name)];
  for (const { name } of transform.steps) checkSnakeName('step', name, { product: id }, problems);
  refuseTwice('input or step', tables, problems, { product: id });
}

function checkFieldName(name: string, where: { product: string; port: string }, problems: ProblemList): void {
  if (name === RECORDED_AT || name === SOURCE_FILE) {
    problems.add(
      'reserved-name',
      { ...where, field: name },
      `\`${name}\` is a system column`,
      'choose another name for the field',
    );
    return;
  }
  checkSnakeName('field', name, { ...where, field: name }, problems);
}

function checkSnakeName(
  what: string,
  name: string,
  where: { product: string; port?: string; field?: string },
  problems: ProblemList,
) {
  if (name.length > LONGEST_NAME) {
    const message = `${what} name \`${name.slice(0, 40)}…\` has ${name.length} characters, Glue allows ${LONGEST_NAME}`;
    problems.add('invalid-name', where, message, 'shorten it');
  } else if (!SNAKE_NAME.test(name)) {
    const fix = 'use small letters, digits and underscores, beginning with a letter, such as `vendor_id`';
    problems.add('invalid-name', where, `Athena would refuse the ${what} name \`${name}\``, fix);
  } else if (RESERVED_WORDS.has(name)) {
    const message = `${what} name \`${name}\` is a reserved word of Athena's SQL`;
    problems.add('reserved-name', where, message, `choose another, such as \`${name}_value\``);
  }
}

function refuseTwice(what: string, names: readonly string[], problems: ProblemList, where = {}): void {
  for (const name of repeated(names)) {
    problems.add('duplicate-name', where, `${what} \`${name}\` is declared more than once`, 'rename one of them');
  }
}

function repeated(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}
