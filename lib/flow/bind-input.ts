import { type AccessAllowed, decideAccess } from '../governance/access.ts';
import { MeshError } from '../model/mesh-error.ts';
import { findOutput, type InputModel, type OutputModel, type ProductModel } from '../model/mesh-model.ts';
import { teamPrincipal } from '../model/names.ts';
import type { Ports } from '../ports/ports.ts';
import type { Pin, Publication } from '../ports/publication.ts';
import type { RegisteredProduct } from '../ports/registry.ts';
import type { Binding, PortBinding } from '../ports/warehouse.ts';

/**
 * Says exactly what a run may read under an input's name: the pinned state, the granted columns and rows, and only
 * the news when the input is read that way.
 */
export async function bindInput(
  ports: Ports,
  product: ProductModel,
  input: InputModel,
  pin: Pin,
  provider: RegisteredProduct | undefined,
  base: Publication | undefined,
): Promise<Binding> {
  if (input.kind === 'source')
    return { kind: 'source', name: input.name, input, files: pin.kind === 'source' ? pin.files : [] };
  const output = provider && findOutput(provider.manifest, input.port);
  const published = provider?.current?.outputs[input.port];
  if (!output || !published) throw portIsGone(product, input.name, input.uri);
  const access = decideAccess({
    product: provider.manifest,
    port: output,
    grants: await ports.grants.list(input.product),
    principal: teamPrincipal(product.owner.team),
    purpose: input.purpose,
    now: ports.clock.now(),
  });
  if (!access.allowed) {
    const where = { product: product.id, port: input.name };
    const message = `may not read ${input.uri} for \`${input.purpose}\`: ${access.reason}`;
    throw new MeshError({ code: 'not-granted', kind: 'denied', message, where, fix: access.fix });
  }
  const before = input.read === 'new' ? base?.inputs[input.name] : undefined;
  const granted = grantedPart(output, access);
  return {
    kind: 'port',
    name: input.name,
    database: provider.manifest.database,
    table: output.table,
    snapshot: published.snapshot,
    ...granted,
    // The provider may be declared with more by now than it has published.
    fields: granted.fields.filter(({ name }) => published.columns.includes(name)),
    since: before?.kind === 'port' ? before.recordedAt : undefined,
  };
}

/** What an allowed reader sees of a port, as a binding says it. */
export function grantedPart(
  { fields }: OutputModel,
  { columns, rows, masked }: Pick<AccessAllowed, 'columns' | 'rows' | 'masked'>,
): Pick<PortBinding, 'fields' | 'rows' | 'masked'> {
  const seen = new Set([...columns, ...masked.map(({ column }) => column)]);
  return { fields: fields.filter(({ name }) => seen.has(name)), rows, masked };
}

function portIsGone(product: ProductModel, input: string, uri: string): MeshError {
  const message = `input \`${input}\`: ${uri} is not in the provider's last publication`;
  const fix = 'build the provider first, or read another port';
  return new MeshError({ code: 'unknown-input', message, fix, where: { product: product.id, port: input } });
}
