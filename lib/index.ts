/** The public face of `cdk-data-mesh`: what a domain team declares with, and the model that comes of it. */
export * from './model/define-domain.ts';
export * from './model/define-entity.ts';
export * from './model/define-mesh.ts';
export * from './model/define-product.ts';
export * from './model/define-transform.ts';
export { type Duration, days, describeDuration, hours, minutes } from './model/duration.ts';
export * from './model/field.ts';
export * from './model/field-type.ts';
export * from './model/grant.ts';
export * from './model/input.ts';
export * from './model/mesh-error.ts';
export * from './model/output.ts';
export * from './model/quality.ts';
export * from './model/transform.ts';
