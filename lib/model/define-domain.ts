import { freezeDeep } from './freeze-deep.ts';

/** A business area with one owning team. */
export interface DomainDeclaration {
  readonly name: string;
  /** The team that owns the domain; grants name it. */
  readonly team: string;
  /** Where to reach the team: a mail address, a chat channel. */
  readonly contact: string;
  readonly description: string;
}

/**
 * Declares a domain.
 *
 * @example
 * ```ts
 * import { defineDomain } from 'cdk-data-mesh';
 * defineDomain({ name: 'orders', team: 'orders', contact: 'orders@shop.example', description: 'What was sold' }).team; // => 'orders'
 * ```
 */
export function defineDomain(domain: DomainDeclaration): DomainDeclaration {
  return freezeDeep({ ...domain });
}
