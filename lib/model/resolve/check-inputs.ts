import { didYouMean } from '../did-you-mean.ts';
import { grantedColumns } from '../grant.ts';
import type { PortInput, SourceInput } from '../input.ts';
import { listNames } from '../list-names.ts';
import type { Output } from '../output.ts';
import { ownValue } from '../own-value.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';
import { readModeOf } from './read-mode.ts';

/** Refuses inputs that do not exist, were not granted, or would append the same facts again. */
export function checkInputs(
  product: LoadedProduct,
  products: ReadonlyMap<string, LoadedProduct>,
  problems: ProblemList,
): void {
  const { id, declaration } = product;
  const inputs = Object.entries(declaration.inputs);
  if (inputs.length === 0) {
    problems.add('no-input', { product: id }, 'has no input, so nothing could flow', 'add one to `inputs`');
  }
  for (const [name, input] of inputs) {
    if (input.kind === 'source') checkSource(product, name, input, problems);
    else checkPort(product, name, input, products, problems);
  }
  const appends = Object.entries(declaration.outputs).find(([, { mode }]) => mode === 'append')?.[0];
  const growing = inputs.some(([, input]) => readModeOf(input, declaration.outputs) === 'new');
  if (appends !== undefined && inputs.length > 0 && !growing) {
    const message = 'appends, but reads every input whole: each run would add the same facts again';
    const fix = "read one input with `read: 'new'`, or publish by `upsert` or `replace`";
    problems.add('append-of-all', { product: id, port: appends }, message, fix);
  }
}

function checkSource({ id }: LoadedProduct, name: string, input: SourceInput, problems: ProblemList): void {
  const { path, format, delimiter } = input;
  const inside = path !== '' && !/^([\\/]|[A-Za-z]:)/.test(path) && !path.split(/[\\/]/).includes('..');
  if (!inside) {
    const message = `source \`${name}\` has the path \`${path}\`, which leaves the landing folder`;
    const fix = 'name a folder or file below it, such as `logistics/tracking`';
    problems.add('invalid-path', { product: id }, message, fix);
  }
  for (const option of ['delimiter', 'header', 'encoding'] as const) {
    if (format === 'csv' || input[option] === undefined) continue;
    const message = `source \`${name}\` is ${format}, which has no \`${option}\``;
    problems.add('invalid-source', { product: id, port: name }, message, 'leave it out: it is for csv');
  }
  if (delimiter !== undefined && !/^[^\s"\w]$|^\t$|^ $/.test(delimiter)) {
    const message = `source \`${name}\` can't be delimited by \`${JSON.stringify(delimiter)}\``;
    const fix = 'give one character that is no letter, digit or quote, such as `;`';
    problems.add('invalid-source', { product: id, port: name }, message, fix);
  }
}

function checkPort(
  { id, declaration }: LoadedProduct,
  name: string,
  input: PortInput,
  products: ReadonlyMap<string, LoadedProduct>,
  problems: ProblemList,
): void {
  const where = { product: id };
  const provider = products.get(input.product);
  if (!provider) {
    const message = `input \`${name}\` reads \`${input.product}\`, which does not exist${didYouMean(input.product, [...products.keys()])}`;
    problems.add('unknown-input', where, message, 'correct the name, or add that product');
    return;
  }
  const ports = Object.keys(provider.declaration.outputs);
  const output = ownValue(provider.declaration.outputs, input.port);
  if (!output) {
    const message = `input \`${name}\` reads port \`${input.port}\` of ${input.product}, which has ${listNames(ports)}${didYouMean(input.port, ports)}`;
    problems.add('unknown-input', where, message, 'name one of its ports');
    return;
  }
  const { status } = provider.declaration;
  if (status === 'retired' && declaration.status !== 'retired') {
    const message = `input \`${name}\` reads ${input.product}, which is retired`;
    problems.add('retired-input', where, message, 'read what replaced it, or retire this product too');
  }
  if (provider.declaration.domain === declaration.domain || input.product === id) return;
  if (status === 'draft') {
    const message = `input \`${name}\` reads ${input.product}, a draft of another domain`;
    problems.add('draft-input', where, message, `ask \`${provider.declaration.owner.team}\` to make it active`);
  }
  if (!input.purpose?.trim()) {
    const message = `input \`${name}\` reads ${input.product}, of another domain, without a purpose`;
    problems.add('no-purpose', where, message, "add `{ purpose: '…' }` to the input");
  } else if (!readableFields(declaration, input, provider)) {
    const team = declaration.owner.team;
    const message = `input \`${name}\`: ${input.product} grants \`${input.port}\` to \`${team}\` for ${purposes(output, team)}, not for \`${input.purpose}\``;
    const fix = `ask \`${provider.declaration.owner.team}\` for \`grant({ to: '${team}', purpose: '${input.purpose}' })\``;
    problems.add('not-granted', where, message, fix);
  }
}

/** The fields that an input may read; undefined when nothing was granted. */
export function readableFields(
  reader: LoadedProduct['declaration'],
  input: PortInput,
  provider: LoadedProduct,
): string[] | undefined {
  const output = ownValue(provider.declaration.outputs, input.port);
  if (!output) return undefined;
  const fields = Object.keys(output.fields);
  if (provider.declaration.domain === reader.domain) return fields;
  return grantedColumns(fields, output.grants ?? [], { team: reader.owner.team, purpose: input.purpose ?? '' });
}

function purposes(output: Output, team: string): string {
  const granted = (output.grants ?? []).filter(({ to }) => to === team).map(({ purpose }) => purpose);
  return granted.length === 0 ? 'no purpose' : listNames(granted);
}
