import { freezeDeep } from './freeze-deep.ts';

/** A concept that several domains share; fields say which entity they identify. */
export interface EntityDeclaration {
  /** PascalCase, such as `Vendor`. */
  readonly name: string;
  readonly description: string;
  /** The usual name of the field that holds its key, such as `vendor_id`. */
  readonly key: string;
}

/**
 * Declares an entity.
 *
 * @example
 * ```ts
 * import { defineEntity } from 'cdk-data-mesh';
 * defineEntity({ name: 'Vendor', description: 'Sells on our platform', key: 'vendor_id' }).key; // => 'vendor_id'
 * ```
 */
export function defineEntity(entity: EntityDeclaration): EntityDeclaration {
  return freezeDeep({ ...entity });
}
