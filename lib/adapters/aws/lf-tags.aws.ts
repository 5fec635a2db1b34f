import {
  AddLFTagsToResourceCommand,
  CreateLFTagCommand,
  GetLFTagCommand,
  GetResourceLFTagsCommand,
  type LakeFormationClient,
  type LFTagPair,
  type Resource,
  UpdateLFTagCommand,
} from '@aws-sdk/client-lakeformation';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import { productId, RECORDED_AT } from '../../model/names.ts';
import { isNamed, isPassing, retryConcurrent } from './lake-formation-retry.ts';

/** The tags that all meshes of an account share. */
const LF_TAG_KEYS = ['mesh', 'domain', 'product', 'classification'] as const;

type LfTagKey = (typeof LF_TAG_KEYS)[number];
type Tags = { readonly [key in LfTagKey]?: string };

/**
 * Tags a product's database with its mesh, domain and product, and each column with its classification. Values that no
 * product had before are added to the account's tags; none is removed, because others may use it.
 */
export async function tagProduct(client: LakeFormationClient, mesh: string, product: ProductModel): Promise<void> {
  const database: Tags = { mesh, domain: product.domain, product: productId(product.domain, product.name) };
  const classes = product.outputs.flatMap(({ fields }) => fields.map(({ classification }) => classification));
  for (const [key, value] of Object.entries(database)) await ensureValues(client, key, [value]);
  await ensureValues(client, 'classification', [...new Set([...classes, 'internal'])]);
  await assign(client, { Database: { Name: product.database } }, database);
  for (const { table, fields } of product.outputs) {
    const columns = new Map<string, string[]>();
    for (const { name, classification } of [...fields, { name: RECORDED_AT, classification: 'internal' }]) {
      columns.set(classification, [...(columns.get(classification) ?? []), name]);
    }
    const present = await columnClasses(client, product.database, table);
    for (const [classification, names] of columns) {
      const ColumnNames = names.filter((name) => present.get(name) !== classification);
      if (ColumnNames.length === 0) continue;
      const resource = { TableWithColumns: { DatabaseName: product.database, Name: table, ColumnNames } };
      await assign(client, resource, { classification });
    }
  }
}

/** Makes sure that a tag may have these values. */
async function ensureValues(client: LakeFormationClient, TagKey: string, values: readonly string[]): Promise<void> {
  await retryConcurrent(async () => {
    const known = await client.send(new GetLFTagCommand({ TagKey })).catch((thrown: unknown) => {
      if (isNamed(thrown, 'EntityNotFoundException')) return undefined;
      throw thrown;
    });
    if (!known) {
      try {
        await client.send(new CreateLFTagCommand({ TagKey, TagValues: [...values] }));
        return;
      } catch (thrown) {
        if (!isNamed(thrown, 'AlreadyExistsException') && !isNamed(thrown, 'InvalidInputException')) throw thrown;
        // Another mesh made it in this moment: its values are not ours.
      }
    }
    const missing = values.filter((value) => !known?.TagValues?.includes(value));
    if (missing.length > 0) await client.send(new UpdateLFTagCommand({ TagKey, TagValuesToAdd: missing }));
  });
}

async function assign(client: LakeFormationClient, resource: Resource, tags: Tags): Promise<void> {
  const LFTags = Object.entries(tags).map(([TagKey, value]): LFTagPair => ({ TagKey, TagValues: [value] }));
  await retryConcurrent(async () => {
    const { Failures = [] } = await client.send(new AddLFTagsToResourceCommand({ Resource: resource, LFTags }));
    const [failure] = Failures;
    if (!failure) return;
    const { ErrorCode, ErrorMessage } = failure.Error ?? {};
    if (isPassing(ErrorCode)) throw Object.assign(new Error(ErrorMessage), { name: ErrorCode });
    throw new MeshError({
      code: 'tags-failed',
      message: `the LF-Tag \`${failure.LFTag?.TagKey}\` could not be set on ${JSON.stringify(resource)}: ${ErrorCode}: ${ErrorMessage ?? ''}`,
      fix: 'see the reason; the next deployment tries again',
    });
  });
}

/** The classification that each column of a table is tagged with. */
async function columnClasses(
  client: LakeFormationClient,
  DatabaseName: string,
  Name: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const tags = await client.send(new GetResourceLFTagsCommand({ Resource: { Table: { DatabaseName, Name } } }));
  return new Map(
    (tags.LFTagsOnColumns ?? []).map((column) => [
      column.Name ?? '',
      column.LFTags?.find(({ TagKey }) => TagKey === 'classification')?.TagValues?.[0],
    ]),
  );
}
