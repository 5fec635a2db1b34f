import type { Owner } from '../model/define-product.ts';
import type { ProductId } from '../model/names.ts';

/** Something that products wake up for, as a CloudEvent (1.0.2, structured mode). */
export interface MeshEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** The product's URI. */
  readonly source: string;
  readonly type:
    | 'mesh.product.registered'
    | 'mesh.publication.published'
    | 'mesh.publication.quarantined'
    | 'mesh.run.failed'
    | 'mesh.source.landed'
    | 'mesh.schedule.due';
  /** ISO. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: {
    readonly product: ProductId;
    readonly publicationId?: string;
    readonly ports?: readonly string[];
    /** Whom to ask: of what somebody has to look at. */
    readonly owner?: Owner;
  };
}

/** Carries events: at least once, in any order. */
export interface Bus {
  announce(event: MeshEvent): Promise<void>;
}
