import { didYouMean } from '../model/did-you-mean.ts';
import { MeshError, type Problem } from '../model/mesh-error.ts';
import type { MeshModel, ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';

/**
 * The products that words name: `domain/product`, a product's own name where only one has it, or a whole domain.
 *
 * @throws MeshError when a word names nothing, or only what has problems.
 */
export function chooseProducts(
  { model, problems }: { readonly model: MeshModel; readonly problems: readonly Problem[] },
  words: readonly string[],
): readonly ProductId[] {
  const known = (word: string) =>
    model.products.some(({ id, name, domain }) => word === id || word === name || word === domain);
  const broken = words.find((word) => !known(word) && problems.some(({ where }) => isNamed(where.product, word)));
  if (broken !== undefined) {
    const message = `\`${broken}\` is left out: its declaration has problems`;
    throw new MeshError({ code: 'broken-product', kind: 'check', message, fix: 'mend what `mesh check` says of it' });
  }
  return [...new Set(words.flatMap((word) => matching(model, word).map(({ id }) => id)))];
}

/** The one product that a word names. */
export function chooseProduct(model: MeshModel, word: string): ProductModel {
  const found = matching(model, word);
  if (found.length === 1) return found[0]!;
  const names = found.map(({ id }) => `\`${id}\``).join(', ');
  const message = `\`${word}\` names ${found.length} products: ${names}`;
  throw new MeshError({ code: 'ambiguous-product', kind: 'usage', message, fix: 'name one of them' });
}

function isNamed(id: string | undefined, word: string): boolean {
  return id !== undefined && (id === word || id.split('/').includes(word));
}

function matching({ products, domains }: MeshModel, word: string): readonly ProductModel[] {
  const exact = products.filter(({ id }) => id === word);
  if (exact.length > 0) return exact;
  const named = products.filter(({ name }) => name === word);
  const owned = products.filter(({ domain }) => domain === word);
  if (named.length > 0 && owned.length === 0) return named;
  if (owned.length > 0) return owned;
  const candidates = products.flatMap(({ id, name }) => [id, name]).concat(domains.map(({ name }) => name));
  const message = `there is no product or domain \`${word}\`${didYouMean(word, candidates)}`;
  throw new MeshError({ code: 'no-such-product', kind: 'not-found', message, fix: 'see `mesh search`' });
}
