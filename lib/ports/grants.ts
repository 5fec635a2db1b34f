import type { Grant } from '../model/grant.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';

/** A grant as it is in force. */
export interface GrantInForce extends Grant {
  readonly product: ProductId;
  readonly port: string;
}

/** Who may read what. */
export interface Grants {
  /** Makes the grants in force those that the product declares: adds and revokes until they are the same. */
  reconcile(product: ProductModel): Promise<{ readonly added: number; readonly revoked: number }>;
  /** Grants of a product, or of all. */
  list(product?: ProductId): Promise<readonly GrantInForce[]>;
}
