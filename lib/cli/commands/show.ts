import { describeDuration } from '../../model/duration.ts';
import { describeType } from '../../model/field-type.ts';
import type { FieldModel, OutputModel, ProductModel } from '../../model/mesh-model.ts';
import type { QualityRule } from '../../model/quality.ts';
import { defineCommand } from '../command.ts';
import { openModel, placeOf } from '../open-mesh.ts';
import { findNamed } from '../port-name.ts';
import type { Printer } from '../printer.ts';
import { formatTable } from '../table.ts';

/** `mesh show` */
export default defineCommand<Record<string, never>>({
  configure: (command) => command.argument('<product|port>', 'domain/product or domain/product/port'),
  async run(context, { args }) {
    const { print } = context;
    const { model } = await openModel(context, placeOf(context));
    const { product, port } = findNamed(model, String(args[0]));
    print.answer(port ?? product);
    if (print.json) return undefined;
    printProduct(print, product);
    for (const each of port ? [port] : product.outputs) printPort(print, product, each);
    return undefined;
  },
});

function printProduct(print: Printer, product: ProductModel): void {
  const { bold, dim } = print.color;
  const { id, version, archetype, status, purpose, owner, tags, refresh, transform } = product;
  print.line(`${bold(id)} ${version}  ${dim(`${archetype}, ${status}`)}`);
  print.line(purpose);
  const facts: [string, string][] = [
    ['owner', `${owner.team} (${owner.contact})`],
    [
      'inputs',
      product.inputs
        .map((input) => (input.kind === 'port' ? `${input.product}/${input.port}` : `${input.path} (${input.format})`))
        .join(', '),
    ],
    [
      'made by',
      transform.kind === 'sql'
        ? `SQL${transform.steps.length > 0 ? `, after ${transform.steps.map(({ name }) => name).join(', ')}` : ''}`
        : `${transform.kind} (${transform.file})`,
    ],
    ['refresh', `on ${refresh.on} input${refresh.schedule ? `, ${refresh.schedule}` : ''}`],
    ['tags', tags.join(', ')],
    ['file', product.file ?? ''],
  ];
  printFacts(print, facts);
}

function printPort(print: Printer, { database }: ProductModel, port: OutputModel): void {
  const { bold, cyan, dim } = print.color;
  const { slo, terms } = port;
  print.line();
  print.line(`${bold(cyan(port.name))}  ${dim(`${database}.${port.table}`)}`);
  print.line(port.description);
  const promises = [
    slo.freshness && `at most ${describeDuration(slo.freshness)} old`,
    slo.completeness && `${slo.completeness.fields.join(', ')} in ${slo.completeness.share * 100} % of rows`,
    slo.volume && `${slo.volume.minRows ?? 0} to ${slo.volume.maxRows ?? 'any number of'} rows`,
  ].filter((each) => each !== undefined);
  printFacts(print, [
    ['published by', `${port.mode}${port.key.length > 0 ? ` with key ${port.key.join(', ')}` : ''}`],
    ['actual time', port.actualTime ?? ''],
    ['kept', port.retentionSeconds === undefined ? 'for ever' : describeDuration({ seconds: port.retentionSeconds })],
    ['promises', promises.join('; ')],
    ['usage', terms?.usage ?? ''],
    ['limitations', terms?.limitations ?? ''],
    ['license', terms?.license ?? ''],
  ]);
  print.line();
  const rows = port.fields.map((field) => [
    field.name,
    describeType(field.type),
    rulesOf(field, port),
    field.description,
  ]);
  const width = print.isTerminal ? print.columns : undefined;
  const columns = [
    { title: 'field' },
    { title: 'type', style: dim },
    { title: 'promise', style: dim },
    { title: 'means' },
  ];
  for (const line of formatTable(columns, rows, { title: bold, width })) print.line(line);
  for (const rule of port.quality)
    print.line(
      `${dim('rule ')} ${rule.name}: ${describeRule(rule)}${rule.severity === 'warning' ? dim(' (warning)') : ''}`,
    );
  for (const { to, purpose, columns: granted, rows: condition, until } of port.grants) {
    const limits = [
      granted && `only ${granted.join(', ')}`,
      condition && `where ${condition}`,
      until && `until ${until}`,
    ].filter(Boolean);
    print.line(`${dim('grant')} ${to} for ${purpose}${limits.length > 0 ? dim(` (${limits.join('; ')})`) : ''}`);
  }
}

function printFacts(print: Printer, facts: readonly (readonly [string, string])[]): void {
  for (const [name, value] of facts) if (value !== '') print.line(`  ${print.color.dim(name.padEnd(12))} ${value}`);
}

function rulesOf(field: FieldModel, { key }: OutputModel): string {
  const { name, required, unique, min, max, minLength, maxLength, pattern, oneOf, classification, entity, unit } =
    field;
  return [
    key.includes(name) && 'key',
    required && 'required',
    unique && 'unique',
    min !== undefined && `≥ ${min}`,
    max !== undefined && `≤ ${max}`,
    minLength !== undefined && `≥ ${minLength} characters`,
    maxLength !== undefined && `≤ ${maxLength} characters`,
    pattern !== undefined && `matches ${pattern}`,
    oneOf && `one of ${oneOf.join(', ')}`,
    unit !== undefined && `in ${unit}`,
    entity !== undefined && `identifies ${entity}`,
    classification !== 'internal' && classification,
  ]
    .filter(Boolean)
    .join(', ');
}

function describeRule(rule: QualityRule): string {
  if (rule.description !== undefined) return rule.description;
  return rule.kind === 'references' ? `${rule.fields.join(', ')} exists in ${rule.to}` : rule.condition;
}
