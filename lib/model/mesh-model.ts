import type { DomainDeclaration } from './define-domain.ts';
import type { EntityDeclaration } from './define-entity.ts';
import type { EnvironmentDeclaration, TeamDeclaration } from './define-mesh.ts';
import type { Archetype, LocalPolicy, Owner, Refresh, Status } from './define-product.ts';
import type { FieldSpec } from './field.ts';
import type { Grant } from './grant.ts';
import type { ReadMode, SourceFormat } from './input.ts';
import type { ProductId } from './names.ts';
import type { PublishMode, Slo, Terms } from './output.ts';
import type { QualityRule } from './quality.ts';

/** The version of the model's own form; it changes when an old reader would misread a new model. */
export const MODEL_VERSION = 1;

/** A whole mesh with every default, name and dependency filled in: what every target interprets. Plain JSON, frozen. */
export interface MeshModel {
  readonly modelVersion: typeof MODEL_VERSION;
  readonly name: string;
  readonly description: string;
  readonly domains: readonly DomainDeclaration[];
  readonly entities: readonly EntityDeclaration[];
  /** Every team: owners of domains first. */
  readonly teams: readonly TeamDeclaration[];
  readonly environments: { readonly [name: string]: EnvironmentDeclaration };
  readonly seed?: string;
  readonly landing?: string;
  /** Providers before their consumers. */
  readonly products: readonly ProductModel[];
}

/** A data product, resolved. */
export interface ProductModel {
  readonly id: ProductId;
  readonly uri: string;
  readonly domain: string;
  readonly name: string;
  readonly version: string;
  readonly archetype: Archetype;
  readonly purpose: string;
  readonly owner: Owner;
  readonly status: Status;
  readonly endOfSupport?: string;
  readonly tags: readonly string[];
  readonly policies: readonly LocalPolicy[];
  readonly refresh: Refresh;
  readonly database: string;
  readonly stack: string;
  /** The file that declares it, relative to the mesh's folder; absent when declared in the mesh itself. */
  readonly file?: string;
  readonly inputs: readonly InputModel[];
  readonly outputs: readonly OutputModel[];
  readonly transform: TransformModel;
  /** Hash of all that makes a result what it is besides its inputs: version, contract, transformation. */
  readonly fingerprint: string;
}

/** An input port, resolved. */
export type InputModel = PortInputModel | SourceInputModel;

/** An input that is another product's port. */
export interface PortInputModel {
  readonly kind: 'port';
  readonly name: string;
  readonly product: ProductId;
  readonly port: string;
  readonly uri: string;
  readonly purpose: string;
  readonly read: ReadMode;
}

/** An input that is an operational source. */
export interface SourceInputModel {
  readonly kind: 'source';
  readonly name: string;
  readonly description: string;
  readonly path: string;
  readonly format: SourceFormat;
  readonly fields: readonly FieldModel[];
  readonly delimiter: string;
  readonly header: boolean;
  readonly encoding: 'utf-8' | 'latin-1';
  readonly read: ReadMode;
}

/** A field with its name. */
export interface FieldModel extends FieldSpec {
  readonly name: string;
}

/** An output port, resolved. */
export interface OutputModel {
  readonly name: string;
  readonly uri: string;
  readonly table: string;
  readonly description: string;
  readonly fields: readonly FieldModel[];
  readonly key: readonly string[];
  readonly mode: PublishMode;
  readonly actualTime?: string;
  readonly retentionSeconds?: number;
  readonly quality: readonly QualityRule[];
  readonly slo: Slo;
  readonly terms?: Terms;
  readonly grants: readonly Grant[];
  /** Where each field's values come from, as far as the transformation tells (SQL only). */
  readonly lineage: readonly ColumnLineage[];
}

/** A field of an output and the columns of inputs that its values are made of. */
export interface ColumnLineage {
  readonly field: string;
  readonly from: readonly { readonly input: string; readonly column: string }[];
}

/** How a product's outputs are made of its inputs. */
export type TransformModel = SqlTransformModel | CodeTransformModel;

/** SQL: steps first, in order, then one statement for each port. */
export interface SqlTransformModel {
  readonly kind: 'sql';
  readonly steps: readonly SqlStatement[];
  /** One for each output port, named by it. */
  readonly statements: readonly SqlStatement[];
}

/** One SELECT, by the name that others read it by. */
export interface SqlStatement {
  readonly name: string;
  /** In Athena's dialect. */
  readonly text: string;
  /** Relative to the mesh's folder; absent when written inline. */
  readonly file?: string;
  /** The inputs and steps it reads. */
  readonly reads: readonly string[];
}

/** Code, or a model with its seed. */
export interface CodeTransformModel {
  readonly kind: 'code' | 'model';
  /** Relative to the mesh's folder. */
  readonly file: string;
  /** Hash of the file and all it imports, bundled. */
  readonly hash: string;
  readonly seed: number;
}

/** The product of that id, or undefined. */
export function findProduct(model: MeshModel, id: string): ProductModel | undefined {
  return model.products.find((product) => product.id === id);
}

/** The output port of that name, or undefined. */
export function findOutput(product: ProductModel, port: string): OutputModel | undefined {
  return product.outputs.find((output) => output.name === port);
}

/** The contract behind an input port: the provider's fields, or the source's. */
export function findInputFields(model: MeshModel, input: InputModel): readonly FieldModel[] | undefined {
  if (input.kind === 'source') return input.fields;
  const provider = findProduct(model, input.product);
  return provider && findOutput(provider, input.port)?.fields;
}
