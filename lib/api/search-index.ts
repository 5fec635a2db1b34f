import MiniSearch, { type SearchResult } from 'minisearch';
import type { MeshModel, OutputModel, ProductModel } from '../model/mesh-model.ts';

export interface SearchQuery {
  /** Words; without any, everything matches. */
  readonly text?: string;
  readonly domain?: string;
  /** A team. */
  readonly owner?: string;
  readonly archetype?: string;
  readonly status?: string;
  readonly tag?: string;
  readonly entity?: string;
  /** @default 20 */
  readonly limit?: number;
}

/** A product or port that was found. */
export interface SearchHit {
  readonly kind: 'product' | 'port';
  readonly uri: string;
  readonly product: string;
  readonly port?: string;
  readonly description: string;
  readonly domain: string;
  readonly owner: string;
  readonly archetype: string;
  readonly status: string;
  readonly score: number;
  /** Why it was found: where the words stand, such as `field vendor_id`. */
  readonly matched: readonly string[];
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** How many were found, the limit aside. */
  readonly total: number;
  /** How many of all that was found have each value. */
  readonly facets: { readonly [facet in Facet]: { readonly [value: string]: number } };
  /** Whether nothing has all words, so that what has some of them is shown. */
  readonly isRelaxed: boolean;
}

export const FACETS = ['domain', 'owner', 'archetype', 'status'] as const;
type Facet = (typeof FACETS)[number];

/** What a search is when the query is silent. */
export const SEARCH_DEFAULTS = { limit: 20 };

type Document = Omit<SearchHit, 'score' | 'matched'> & {
  readonly id: string;
  readonly texts: Texts;
  readonly tags: readonly string[];
  readonly entities: readonly string[];
};
type Texts = { readonly [part in Part]: string };
const PARTS = ['name', 'description', 'fields', 'meaning', 'entities', 'tags', 'owner'] as const;
type Part = (typeof PARTS)[number];
const WEIGHTS: Record<Part, number> = {
  name: 6,
  fields: 3,
  entities: 3,
  tags: 3,
  description: 2,
  meaning: 1,
  owner: 1,
};

export interface SearchIndex {
  search(query: SearchQuery): SearchAnswer;
}

/** An index over what the products of a mesh say of themselves: names, descriptions, fields, entities, tags. */
export function createSearchIndex(model: MeshModel): SearchIndex {
  const documents = model.products.flatMap((product) => [
    productDocument(product),
    ...product.outputs.map((port) => portDocument(product, port)),
  ]);
  const byId = new Map(documents.map((document) => [document.id, document]));
  const index = new MiniSearch<Document>({
    fields: [...PARTS],
    tokenize: splitWords,
    processTerm: (term) => stem(term.toLowerCase()),
    extractField: (document, name) => (name === 'id' ? document.id : document.texts[name as Part]),
    searchOptions: {
      boost: WEIGHTS,
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 4 ? 0.3 : false),
      combineWith: 'AND',
    },
  });
  index.addAll(documents);
  const all = documents.filter(({ kind }) => kind === 'product');

  return {
    search({ text = '', limit = SEARCH_DEFAULTS.limit, ...filters }) {
      const fits = (document: Document) => matchesFilters(document, filters);
      let found: SearchHit[];
      let isRelaxed = false;
      if (splitWords(text).length === 0) {
        found = all.filter(fits).map((document) => toHit(document, 1, []));
      } else {
        const filter = ({ id }: SearchResult) => fits(byId.get(id as string)!);
        let results = index.search(text, { filter });
        isRelaxed = results.length === 0;
        if (isRelaxed) results = index.search(text, { filter, combineWith: 'OR' });
        found = results.map((result) => {
          const document = byId.get(result.id as string)!;
          return toHit(document, result.score, explain(document, result, model));
        });
        isRelaxed &&= found.length > 0;
      }
      return { hits: found.slice(0, limit), total: found.length, facets: countFacets(found), isRelaxed };
    },
  };
}

function productDocument(product: ProductModel): Document {
  const { outputs, purpose, tags, owner } = product;
  const fields = outputs.flatMap((output) => output.fields);
  const entities = [...new Set(fields.flatMap(({ entity }) => entity ?? []))];
  return {
    ...facts(product),
    kind: 'product',
    id: product.uri,
    uri: product.uri,
    description: purpose,
    tags,
    entities,
    texts: {
      name: `${product.domain} ${product.name}`,
      description: purpose,
      // Ports tell their fields themselves.
      fields: '',
      meaning: '',
      entities: entities.join(' '),
      tags: tags.join(' '),
      owner: `${owner.team} ${owner.contact}`,
    },
  };
}

function portDocument(product: ProductModel, { name, uri, description, fields }: OutputModel): Document {
  const entities = [...new Set(fields.flatMap(({ entity }) => entity ?? []))];
  return {
    ...facts(product),
    kind: 'port',
    id: uri,
    uri,
    port: name,
    description,
    tags: product.tags,
    entities,
    texts: {
      name: `${product.name} ${name}`,
      description,
      fields: fields.map((field) => field.name).join(' '),
      meaning: fields.map((field) => field.description).join(' '),
      entities: entities.join(' '),
      tags: product.tags.join(' '),
      owner: product.owner.team,
    },
  };
}

function facts({ id, domain, owner, archetype, status }: ProductModel) {
  return { product: id, domain, owner: owner.team, archetype, status };
}

function toHit(
  { texts: _, id: __, tags: ___, entities: ____, ...rest }: Document,
  score: number,
  matched: readonly string[],
): SearchHit {
  return { ...rest, score: Math.round(score * 100) / 100, matched };
}

function matchesFilters(document: Document, { domain, owner, archetype, status, tag, entity }: SearchQuery): boolean {
  const wanted = { domain, owner, archetype, status };
  return (
    FACETS.every((facet) => wanted[facet] === undefined || wanted[facet] === document[facet]) &&
    (tag === undefined || document.tags.includes(tag)) &&
    (entity === undefined || document.entities.includes(entity))
  );
}

/** Where the words stand, in the user's terms; fields by their names. */
function explain(document: Document, { match }: SearchResult, { products }: MeshModel): string[] {
  const product = products.find(({ id }) => id === document.product)!;
  const port = product.outputs.find(({ name }) => name === document.port);
  const reasons = new Set<string>();
  for (const [term, parts] of Object.entries(match)) {
    for (const part of parts as Part[]) {
      if (part !== 'fields' && part !== 'meaning') {
        reasons.add(part);
        continue;
      }
      for (const { name, description } of port?.fields ?? []) {
        const words = splitWords(part === 'fields' ? name : description).map((word) => stem(word.toLowerCase()));
        if (words.includes(term)) reasons.add(`field ${name}`);
      }
    }
  }
  return [...reasons];
}

function countFacets(hits: readonly SearchHit[]): SearchAnswer['facets'] {
  const facets = Object.fromEntries(FACETS.map((facet) => [facet, {}])) as Record<Facet, Record<string, number>>;
  for (const hit of hits) for (const facet of FACETS) facets[facet][hit[facet]] = (facets[facet][hit[facet]] ?? 0) + 1;
  return facets;
}

/** Words of prose and of names: `vendor_id`, `vendor-performance` and `lateShare` have two each. */
function splitWords(text: string): string[] {
  return text
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** English plurals, so that `vendor` finds `vendors` and the other way round. */
function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
