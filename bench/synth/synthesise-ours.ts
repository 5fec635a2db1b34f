import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { DataMesh, DataProduct, ShapeValidation } from '../../lib/cdk.ts';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import { oneOfEach } from '../../lib/stacks/one-of-each.ts';

export interface SynthesisGiven {
  /** File of the resolved mesh. */
  readonly model: string;
  readonly outdir: string;
  /** How many of its products. */
  readonly products: number;
  /** `deep`: each reads three just before it, so that 1,000 are 200 deep; `flat`: all read the first ones. */
  readonly lineage: 'deep' | 'flat';
  readonly validate: boolean;
}

/** Our constructs: the mesh's stack and one for each product. */
export function synthesiseOurs(given: SynthesisGiven): void {
  const model = readModel(given);
  const app = newApp(given);
  const mesh = new DataMesh(app, 'Mesh', { model });
  for (const products of oneOfEach(model.products)) {
    for (const product of products) new DataProduct(mesh, product);
    app.synth({ force: true });
  }
}

/** An app as `bin/app.ts` makes it, for both sides. */
export function newApp({ outdir, validate }: SynthesisGiven): App {
  if (!validate) process.env.CDK_VALIDATION = 'false';
  const context = { [DISABLE_CREATION_STACK_TRACES]: true };
  const app = new App({ treeMetadata: false, stackTraces: false, context, outdir });
  ShapeValidation.addTo(app);
  return app;
}

/** The resolved mesh, with as many products as are wanted, each with the same number of inputs. */
export function readModel({ model: file, products: count, lineage }: SynthesisGiven): MeshModel {
  const model = JSON.parse(readFileSync(file, 'utf8')) as MeshModel;
  const all = model.products.slice(0, count);
  const products = all.map((product, index) => ({
    ...product,
    inputs: product.inputs.map((input, at) =>
      input.kind === 'port'
        ? { ...input, product: all[lineage === 'flat' ? at : Math.max(0, index - WIDTH - at)]!.id }
        : input,
    ),
  }));
  return { ...model, products };
}

/** How many products are as deep. */
const WIDTH = 5;
