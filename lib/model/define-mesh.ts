import type { DomainDeclaration } from './define-domain.ts';
import type { EntityDeclaration } from './define-entity.ts';
import type { ProductDeclaration } from './define-product.ts';
import { freezeDeep } from './freeze-deep.ts';

/** A team that owns no domain, such as governance or an analysts' group. */
export interface TeamDeclaration {
  readonly name: string;
  readonly description: string;
}

/** Where a mesh is deployed to; only deployments read it. */
export interface EnvironmentDeclaration {
  readonly account?: string;
  readonly region?: string;
}

/** All domains, entities and teams of one organisation; its products stand in files beside it. */
export interface MeshDeclaration {
  readonly name: string;
  readonly description: string;
  readonly domains: readonly DomainDeclaration[];
  /** @default none */
  readonly entities?: readonly EntityDeclaration[];
  /** Teams beyond those that own a domain. @default none */
  readonly teams?: readonly TeamDeclaration[];
  /** @default none */
  readonly environments?: { readonly [name: string]: EnvironmentDeclaration };
  /** Products declared here rather than in `<domain>/<product>/product.ts`. @default none */
  readonly products?: readonly ProductDeclaration[];
  /** Folder, beside the mesh's file, of the SQL that generates operational data. @default none */
  readonly seed?: string;
  /** Folder, beside the mesh's file, of the operational drops. @default `landing` under the mesh's home */
  readonly landing?: string;
}

/**
 * Declares a mesh.
 *
 * @example
 * ```ts
 * import { defineDomain, defineMesh } from 'cdk-data-mesh';
 * const orders = defineDomain({ name: 'orders', team: 'orders', contact: 'orders@shop.example', description: 'What was sold' });
 * defineMesh({ name: 'shop', description: 'A shop', domains: [orders] }).name; // => 'shop'
 * ```
 */
export function defineMesh(mesh: MeshDeclaration): MeshDeclaration {
  return freezeDeep({ ...mesh });
}
