import { contentHash } from '../content-hash.ts';
import type { Refresh, Status } from '../define-product.ts';
import type { Fields } from '../field.ts';
import type { FieldModel, InputModel, OutputModel, ProductModel, TransformModel } from '../mesh-model.ts';
import { databaseName, stackName, uriOf } from '../names.ts';
import type { CheckedSql } from './check-sql.ts';
import type { LoadedProduct } from './loaded-mesh.ts';
import { readModeOf } from './read-mode.ts';

/** What a product is when its declaration is silent. */
export const PRODUCT_DEFAULTS = {
  refresh: { on: 'any' } satisfies Refresh as Refresh,
  status: 'active' satisfies Status as Status,
  /** The purpose of reading one's own domain. */
  ownPurpose: 'own-domain',
};

/** What a source is when its declaration is silent. */
export const SOURCE_DEFAULTS = { delimiter: ',', header: true, encoding: 'utf-8' } as const;

/** Fills every default and name of a sound product. */
export function resolveProduct(mesh: string, product: LoadedProduct, sql: CheckedSql): ProductModel {
  const { id, declaration, file } = product;
  const inputs = Object.entries(declaration.inputs).map(([name, input]): InputModel => {
    const read = readModeOf(input, declaration.outputs);
    if (input.kind === 'source') {
      const { kind, description, path, format } = input;
      const delimiter = input.delimiter ?? SOURCE_DEFAULTS.delimiter;
      const header = input.header ?? SOURCE_DEFAULTS.header;
      const encoding = input.encoding ?? SOURCE_DEFAULTS.encoding;
      return {
        kind,
        name,
        description,
        path,
        format,
        fields: resolveFields(input.fields),
        delimiter,
        header,
        encoding,
        read,
      };
    }
    const { kind, port } = input;
    const purpose = input.purpose ?? PRODUCT_DEFAULTS.ownPurpose;
    const provider = input.product as ProductModel['id'];
    return { kind, name, product: provider, port, uri: uriOf(mesh, provider, port), purpose, read };
  });
  const outputs = Object.entries(declaration.outputs).map(
    ([name, output]): OutputModel => ({
      name,
      uri: uriOf(mesh, id, name),
      table: name,
      description: output.description,
      fields: resolveFields(output.fields),
      key: output.key ?? [],
      mode: output.mode,
      actualTime: output.actualTime,
      retentionSeconds: output.retention?.seconds,
      quality: output.quality ?? [],
      slo: output.slo ?? {},
      terms: output.terms,
      grants: output.grants ?? [],
      lineage: sql.lineage[name] ?? [],
    }),
  );
  const transform = resolveTransform(product, sql);
  return {
    id,
    uri: uriOf(mesh, id),
    domain: declaration.domain,
    name: declaration.name,
    version: declaration.version,
    archetype: declaration.archetype,
    purpose: declaration.purpose,
    owner: declaration.owner,
    status: declaration.status ?? PRODUCT_DEFAULTS.status,
    endOfSupport: declaration.endOfSupport,
    tags: declaration.tags ?? [],
    policies: declaration.policies ?? [],
    refresh: declaration.refresh ?? PRODUCT_DEFAULTS.refresh,
    database: databaseName(mesh, declaration.domain, declaration.name),
    stack: stackName(mesh, declaration.domain, declaration.name),
    file,
    inputs,
    outputs,
    transform,
    fingerprint: fingerprint(declaration.version, inputs, outputs, transform),
  };
}

function resolveFields(fields: Fields): FieldModel[] {
  return Object.entries(fields).map(([name, { spec }]) => ({ name, ...spec }));
}

function resolveTransform({ declaration, code }: LoadedProduct, sql: CheckedSql): TransformModel {
  const { transform } = declaration;
  if (transform.kind === 'sql') return { kind: 'sql', steps: sql.steps, statements: sql.statements };
  const seed = transform.kind === 'model' ? transform.seed : 0;
  return { kind: transform.kind, file: code!.file, hash: code!.hash, seed };
}

/** Descriptions, examples, terms and grants may change without a new result; what makes or promises it may not. */
function fingerprint(
  version: string,
  inputs: readonly InputModel[],
  outputs: readonly OutputModel[],
  transform: TransformModel,
): string {
  const contract = outputs.map(({ name, fields, key, mode, actualTime, quality, slo }) => ({
    name,
    fields: fields.map(undescribed),
    key,
    mode,
    actualTime,
    quality: quality.map(undescribed),
    slo,
  }));
  const sources = inputs.map((input) =>
    input.kind === 'source' ? { ...undescribed(input), fields: input.fields.map(undescribed) } : input,
  );
  const how =
    transform.kind === 'sql'
      ? [...transform.steps, ...transform.statements].map(({ name, text }) => ({ name, text }))
      : { hash: transform.hash, seed: transform.seed };
  return contentHash({ version, sources, contract, how });
}

function undescribed<Described extends object>(of: Described): Omit<Described, 'description' | 'examples'> {
  const { description: _, examples: __, ...rest } = of as Described & { description?: unknown; examples?: unknown };
  return rest;
}
